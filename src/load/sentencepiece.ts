/**
 * SentencePiece's own files (`source.spm`) of the unigram kind (Kudo & Richardson 2018): normalisation by the file's character
 * map, then the likeliest division into pieces, which the JavaScript library finds.
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { InputError } from "../run/errors.ts";
import { readCharacterMap } from "./sentencepiece-map.ts";
import { Unigram } from "./tokenizer-library.ts";

/** Divides a text into pieces, in which ▁ stands for a space; a run of characters that no piece has is one piece. */
export type SentencePiece = (text: string) => string[];

const UNIGRAM = 1; // TrainerSpec.ModelType
const [NORMAL, USER_DEFINED] = [1, 4]; // SentencePiece.Type

// The library looks for this piece in texts, too: no text has it.
const UNKNOWN = "\uffff";

/** Reads a SentencePiece file; `where` names it in errors. Throws `InputError` where it is none, or not of the unigram kind. */
export function readSentencePiece(bytes: Uint8Array, where: string): SentencePiece {
  const { kind, pieces, normalizer } = modelFile(bytes, where);
  if (kind !== UNIGRAM) {
    throw new InputError(`${where}: only SentencePiece models of the unigram kind are read: make a tokenizer.json of it`);
  }
  const usable = pieces.filter(({ type }) => type === NORMAL || type === USER_DEFINED);
  const vocab = [[UNKNOWN, 0], ...usable.map(({ piece, score }) => [piece, score] as const)];
  const model = new Unigram({ type: "Unigram", unk_id: 0, vocab }, "</s>");
  model.unk_score = Math.min(...usable.map(({ score }) => score)) - 10;
  const isPiece = new Set(usable.map(({ piece }) => piece));
  const map = normalizer.map.length > 0 ? readCharacterMap(normalizer.map, where) : (text: string) => text;
  return (text) => {
    const clean = withSpaces(map(text), normalizer);
    return clean === "" ? [] : joinUnknown(model.tokenize(clean), isPiece);
  };
}

function withSpaces(text: string, { prefix, collapse }: Normalizer): string {
  // A ▁ of the text itself counts as a space only where the text ends.
  const tidy = collapse ? text.replace(/ +/g, " ").replace(/^ |[ ▁]+$/g, "") : text;
  return (prefix && tidy !== "" ? ` ${tidy}` : tidy).replaceAll(" ", "▁");
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
  /** `add_dummy_prefix`: a space goes before the text. */
  readonly prefix: boolean;
  /** `remove_extra_whitespaces`: no space twice, first or last. */
  readonly collapse: boolean;
}

// The fields of sentencepiece_model.proto that count here, with their numbers and defaults.
function modelFile(bytes: Uint8Array, where: string): { kind: number; pieces: Piece[]; normalizer: Normalizer } {
  try {
    const top = fields(bytes);
    const pieces = top.filter(({ field }) => field === 1).map(({ value }) => pieceOf(fields(value as Uint8Array)));
    const [trainer, normalizer] = [2, 3].map((n) => fields((last(top, n) as Uint8Array | undefined) ?? new Uint8Array()));
    if (pieces.length === 0) throw new Error("it has no pieces");
    return {
      kind: (last(trainer!, 3) as number | undefined) ?? UNIGRAM,
      pieces,
      normalizer: {
        map: (last(normalizer!, 2) as Uint8Array | undefined) ?? new Uint8Array(),
        prefix: last(normalizer!, 3) !== 0,
        collapse: last(normalizer!, 4) !== 0,
      },
    };
  } catch (error) {
    throw new InputError(`${where}: this is no SentencePiece model (${(error as Error).message}): copy it again`);
  }
}

const text = new TextDecoder();

const pieceOf = (message: readonly Field[]): Piece => ({
  piece: text.decode(last(message, 1) as Uint8Array),
  score: (last(message, 2) as number | undefined) ?? 0,
  type: (last(message, 3) as number | undefined) ?? NORMAL,
});

interface Field {
  readonly field: number;
  /** Bytes of messages and texts; numbers of floats, enumerations and truth values. */
  readonly value: Uint8Array | number | undefined;
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
