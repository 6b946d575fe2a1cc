/** The contract of a model family: one file provides its keys, its mapping, its tensor names, its tokenizer and its GGUF names. */
import type { z } from "zod";
import type { TransformerConfig } from "../../models/config.ts";
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import type { TensorFile } from "../format/tensors.ts";
import type { KeyReader, Metadata } from "./reading/gguf-keys.ts";
import type { FamilyKeys } from "./reading/strict.ts";

/** The facts about a `config.json` besides its keys. */
export interface Given {
  /** Its name, for errors. */
  readonly where: string;
  /** Its `model_type`. */
  readonly modelType: string;
  /** Its `architectures`: the class names of transformers, which may imply a language head. */
  readonly architectures: readonly string[];
}

/** The configuration of a family. */
interface Configured<S extends z.ZodObject, Config> {
  /** `model_type` in `config.json`. */
  readonly modelType: string;
  /** The keys that are read, fixed or without effect. Any other key is refused by name. */
  readonly keys: FamilyKeys<S>;
  /** Maps validated keys to a configuration. Throws `InputError` for values that do not fit together. */
  configOf(keys: z.infer<S>, given: Given): Config;
}

/** A family of encoders or decoders. */
export interface Family<S extends z.ZodObject = z.ZodObject> extends Configured<S, TransformerConfig> {
  readonly tensors: Naming;
  /** The tokenizer class that transformers registers for the `model_type`; absent if it registers none. */
  readonly tokenizerClass?: string;
  /** Absent if GGUF files of this family are not supported. */
  readonly gguf?: GgufFamily;
}

/** A family of encoder–decoders. */
export interface TranslationFamily<S extends z.ZodObject = z.ZodObject> extends Configured<S, EncoderDecoderConfig> {
  readonly tensors: TranslationNaming;
  /**
   * Returns the `config.json` with which stock transformers builds the same model. Throws `InputError` if the family's class
   * computes another function.
   */
  configJson(config: EncoderDecoderConfig): Record<string, unknown>;
  /** Throws `InputError` if `file` stores a tensor that differs from the one this family computes. */
  checkFile?(config: EncoderDecoderConfig, file: TensorFile): Promise<void>;
}

/** Names by parameter path, such as `"attention.wq": "self_attn.q_proj.weight"`. */
export type Names = Readonly<Record<string, string>>;

/** The stored names of a family's parameters (`transformerParameters` lists their paths). `*` is the layer. */
export interface Naming {
  /** A prefix that checkpoints of the bare model omit. */
  readonly prefix: string;
  readonly layer: string;
  /** Names in each layer. Parameters that share a name are parts of it along the last axis, in the order listed. */
  readonly perLayer: Names;
  /** Names below the prefix, and names of the whole file. */
  readonly below: Names;
  readonly whole: Names;
  /** True if linear layers are stored as [in, out], as Conv1D does, instead of [out, in]. */
  readonly inputsFirst?: boolean;
  /** The bias of the language head's own layer, which takes precedence over the one in `whole` if a file has both. */
  readonly decoderBias?: string;
}

/** The stored names of an encoder–decoder's parameters. */
export interface TranslationNaming {
  /** The names of the tied token table; a file may have any of them, and the first is written. */
  readonly tables: readonly [string, ...string[]];
  /** The name of the bias of the logits, stored as a row. */
  readonly finalLogitsBias: string;
  /** The prefix of a side (`*` is `encoder` or `decoder`), and below it the prefix of a layer (`*` is the layer). */
  readonly side: string;
  readonly layer: string;
  readonly perLayer: Names;
  readonly perSide: Names;
  /** Tensors that the model computes itself; a file may have them. */
  readonly computed: RegExp;
}

/** A GGUF file's header, as a family sees it. */
export interface GgufGiven {
  readonly keys: KeyReader;
  readonly metadata: Metadata;
  readonly file: TensorFile;
  readonly where: string;
}

/** The GGUF files of a family. */
export interface GgufFamily {
  /** `general.architecture`, which is also the prefix of the metadata keys. */
  readonly architecture: string;
  /** The metadata keys that `configJson` reads, without the prefix. */
  readonly reads: readonly string[];
  /** Returns the `config.json` that corresponds to the metadata, with llama.cpp's defaults for missing keys. */
  configJson(given: GgufGiven): Promise<Record<string, unknown>>;
  /** Hugging Face's module for each of llama.cpp's: below the layer (`blk.N.`), and in the whole file. */
  readonly perLayer: Names;
  readonly whole: Names;
  /** Tensors, by Hugging Face's names, whose rows llama.cpp stores in neighboring pairs for rotation. */
  readonly paired?: RegExp;
  /** Returns the sizes of biases, by Hugging Face's names, that are zero if the file lacks them. */
  optionalBiases?(config: TransformerConfig): ReadonlyMap<string, number>;
}
