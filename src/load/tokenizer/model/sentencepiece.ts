/**
 * SentencePiece files (`source.spm`) of the unigram kind (Kudo & Richardson 2018): normalization by the file's character map,
 * then the most likely segmentation into pieces (Viterbi 1967).
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { InputError, messageOf } from "../../../run/errors.ts";
import { widthAt } from "../aligned.ts";
import { readCharacterMap } from "./sentencepiece-map.ts";
import { createTrie, ROOT, type Trie } from "./trie.ts";

/** Splits a text into pieces, in which ▁ stands for a space; a run of unknown characters is one piece. */
export type SentencePiece = (text: string) => string[];

const UNIGRAM = 1; // TrainerSpec.ModelType
const [NORMAL, USER_DEFINED] = [1, 4]; // SentencePiece.Type

const LONGEST_PIECE = 1_000;

/** Reads a SentencePiece file; `where` names it in errors. Throws `InputError` if it is not one, or not of the unigram kind. */
export function readSentencePiece(bytes: Uint8Array, where: string): SentencePiece {
  const { kind, pieces, normalizer } = modelFile(bytes, where);
  if (kind !== UNIGRAM) {
    throw new InputError(
      `${where}: only SentencePiece models of the unigram kind are supported; convert it to a tokenizer.json`,
    );
  }
  const usable = pieces.filter(({ type }) => type === NORMAL || type === USER_DEFINED);
  const odd = usable.find(({ piece, score }) => !Number.isFinite(score) || piece.length > LONGEST_PIECE);
  if (odd)
    throw new InputError(`${where}: the piece ${JSON.stringify(odd.piece.slice(0, 20))} is damaged; copy the file again`);
  const trie = createTrie(usable.map(({ piece, score }) => [piece, score]));
  const unknown = usable.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY) - 10;
  const isPiece = new Set(usable.map(({ piece }) => piece));
  const map = normalizer.map.length > 0 ? readCharacterMap(normalizer.map, where) : (text: string) => text;
  return (text) => {
    const clean = withSpaces(map(text), normalizer);
    return clean === "" ? [] : joinUnknown(likeliest(clean, trie, unknown), isPiece);
  };
}

/**
 * Returns the segmentation with the largest sum of the trie's scores, the first one on a tie; a character without a piece costs
 * `unknown`.
 */
function likeliest(text: string, trie: Trie, unknown: number): string[] {
  const best = new Float64Array(text.length + 1).fill(Number.NEGATIVE_INFINITY);
  const start = new Int32Array(text.length + 1);
  best[0] = 0;
  const reach = (from: number, to: number, score: number) => {
    if (best[from]! + score <= best[to]!) return;
    best[to] = best[from]! + score;
    start[to] = from;
  };
  for (let from = 0, next = 0; from < text.length; from = next) {
    next = from + widthAt(text, from);
    let single = false;
    let node: number | undefined = ROOT;
    for (let to = from; node !== undefined && to < text.length; ) {
      node = trie.step(node, text.charCodeAt(to++));
      const score = node === undefined ? undefined : trie.valueAt(node);
      if (score === undefined) continue;
      if (to === next) single = true;
      reach(from, to, score);
    }
    if (!single) reach(from, next, unknown);
  }
  const parts: string[] = [];
  for (let to = text.length; to > 0; to = start[to]!) parts.push(text.slice(start[to]!, to));
  return parts.reverse();
}

function withSpaces(text: string, { prefix, collapse }: Normalizer): string {
  // A ▁ in the text counts as a space only at the end.
  const tidy = collapse ? withoutEnd(text.replace(/ +/g, " ").replace(/^ /, "")) : text;
  return (prefix && tidy !== "" ? ` ${tidy}` : tidy).replaceAll(" ", "▁");
}

function withoutEnd(text: string): string {
  let to = text.length;
  while (to > 0 && (text[to - 1] === " " || text[to - 1] === "▁")) to--;
  return text.slice(0, to);
}

function joinUnknown(parts: readonly string[], isPiece: ReadonlySet<string>): string[] {
  const joined: string[] = [];
  let open = false;
  for (const part of parts) {
    const unknown = !isPiece.has(part);
    if (open && unknown) joined[joined.length - 1] += part;
    else joined.push(part);
    open = unknown;
  }
  return joined;
}

interface Piece {
  readonly piece: string;
  readonly score: number;
  readonly type: number;
}

interface Normalizer {
  /** `precompiled_charsmap`. */
  readonly map: Uint8Array;
  /** `add_dummy_prefix`: adds a space before the text. */
  readonly prefix: boolean;
  /** `remove_extra_whitespaces`: removes repeated, leading and trailing spaces. */
  readonly collapse: boolean;
}

// The fields of sentencepiece_model.proto used here, with their numbers and defaults.
function modelFile(bytes: Uint8Array, where: string): { kind: number; pieces: Piece[]; normalizer: Normalizer } {
  try {
    const top = fields(bytes);
    const pieces = top.filter(({ field }) => field === 1).map(({ value }) => pieceOf(fields(asBytes(value))));
    const [trainer, normalizer] = [fields(asBytes(last(top, 2))), fields(asBytes(last(top, 3)))];
    if (pieces.length === 0) throw new Error("it has no pieces");
    return {
      kind: asNumber(last(trainer, 3), UNIGRAM),
      pieces,
      normalizer: {
        map: asBytes(last(normalizer, 2)),
        prefix: last(normalizer, 3) !== 0,
        collapse: last(normalizer, 4) !== 0,
      },
    };
  } catch (error) {
    throw new InputError(`${where}: not a SentencePiece model (${messageOf(error)}); copy the file again`);
  }
}

const text = new TextDecoder();

const pieceOf = (message: readonly Field[]): Piece => ({
  piece: text.decode(asBytes(last(message, 1))),
  score: asNumber(last(message, 2), 0),
  type: asNumber(last(message, 3), NORMAL),
});

interface Field {
  readonly field: number;
  /** Bytes for messages and texts; numbers for floats, enumerations and booleans. */
  readonly value: Uint8Array | number | undefined;
}

/** Returns the bytes of a message or text; none if the field is absent. */
function asBytes(value: Field["value"] = new Uint8Array()): Uint8Array {
  if (typeof value === "number") throw new Error("a field of bytes has a number");
  return value;
}

function asNumber(value: Field["value"], absent: number): number {
  if (value instanceof Uint8Array) throw new Error("a field of a number has bytes");
  return value ?? absent;
}

function fields(bytes: Uint8Array): Field[] {
  const reader = new BinaryReader(bytes);
  const all: Field[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) all.push({ field, value: reader.bytes() });
    else if (type === WireType.Bit32) all.push({ field, value: reader.float() });
    else if (type === WireType.Varint) all.push({ field, value: Number(reader.uint64()) });
    else reader.skip(type, field);
  }
  return all;
}

const last = (message: readonly Field[], field: number): Field["value"] =>
  message.findLast((one) => one.field === field)?.value;
