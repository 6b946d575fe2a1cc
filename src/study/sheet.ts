/** Documents of the synthetic world for measuring: batches of token ids, and the positions of their targets. */
import { RELATIONS, type WorldDocument } from "../corpus/world/target.ts";
import { InputError } from "../run/errors.ts";
import { int64, type Tensor } from "../run/tensor.ts";

/** A target as token ids. */
export interface SheetTarget {
  /** Index into `RELATIONS`. */
  readonly relation: number;
  /** The index of its document. */
  readonly document: number;
  /** Token ids of the candidates, and the index of the correct one. */
  readonly candidates: readonly number[];
  readonly gold: number;
}

export interface SheetBatch {
  /** int64 [batch, sequence] */
  readonly ids: Tensor;
  /** 1 for tokens of a document, 0 for padding: float [batch, sequence]. */
  readonly present: Float32Array;
  /** The positions among batch · sequence that predict a target: int64 [targets]. */
  readonly rows: Tensor;
  readonly targets: readonly SheetTarget[];
}

export interface Sheet {
  readonly batch: number;
  readonly sequence: number;
  readonly documents: number;
  readonly batches: readonly SheetBatch[];
}

/** The text of a document as ids, and the ids of single words. */
export interface WorldCoding {
  encode(document: WorldDocument): Int32Array;
  idOf(word: string): number;
}

/** Builds the sheet; targets beyond `sequence` tokens are skipped, and the number of documents is a multiple of `batch`. */
export function layOut(documents: readonly WorldDocument[], coding: WorldCoding, batch: number, sequence: number): Sheet {
  const count = Math.floor(documents.length / batch);
  const batches = Array.from({ length: count }, (_, k) =>
    layOutBatch(documents.slice(k * batch, (k + 1) * batch), coding, sequence, k * batch),
  );
  return { batch, sequence, documents: count * batch, batches };
}

function layOutBatch(documents: readonly WorldDocument[], coding: WorldCoding, sequence: number, first: number): SheetBatch {
  const ids = new Int32Array(documents.length * sequence);
  const present = new Float32Array(ids.length);
  const rows: number[] = [];
  const targets: SheetTarget[] = [];
  for (const [d, document] of documents.entries()) {
    const row = coding.encode(document).subarray(0, sequence);
    ids.set(row, d * sequence);
    present.fill(1, d * sequence, d * sequence + row.length);
    for (const { relation, position, candidates, gold } of document.targets) {
      if (position >= sequence) continue;
      rows.push(d * sequence + position);
      targets.push({
        relation: RELATIONS.indexOf(relation),
        document: first + d,
        candidates: candidates.map((word) => coding.idOf(word)),
        gold,
      });
    }
  }
  return { ids: int64(ids, [documents.length, sequence]), present, rows: int64(rows), targets };
}

/** Throws `InputError` if a relation has no target in one half of the documents. */
export function requireTargets({ batches, documents }: Sheet): void {
  const targets = batches.flatMap((batch) => batch.targets);
  for (const [r, relation] of RELATIONS.entries()) {
    for (const half of [0, 1]) {
      if (!targets.some((t) => t.relation === r && t.document % 2 === half))
        throw new InputError(
          `study: ${documents} documents are too few: half of them have no target of "${relation}"; use more`,
        );
    }
  }
}
