/** The settings beside Marian's SentencePiece files: the tokenizer class, and unsupported settings. */
import { asRecord, isRecord } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { baseType } from "../../family/reading/headwise-keys.ts";
import { MARIAN_SPECIAL } from "./translation-tokenizer.ts";

type Json = Readonly<Record<string, unknown>>;

/** Parsed files of a model directory; absent if there is no such file. */
export interface MarianFiles {
  readonly config?: Json;
  readonly "tokenizer_config.json"?: Json;
  readonly "special_tokens_map.json"?: Json;
  readonly "added_tokens.json"?: Json;
}

/**
 * Returns true if transformers reads source.spm and vocab.json instead of tokenizer.json, by the name of the tokenizer class.
 */
export function asksForMarian({ config = {}, "tokenizer_config.json": settings = {} }: MarianFiles): boolean {
  const named = settings.tokenizer_class ?? config.tokenizer_class;
  if (named === undefined || named === null) return baseType(`${config.model_type}`) === "marian";
  return named === "MarianTokenizer" || named === "MarianTokenizerFast";
}

/**
 * Reads the settings: `cleanUp` removes spaces before punctuation from decoded text. Throws `InputError` for settings that
 * would make transformers' MarianTokenizer encode or decode differently; `idOf` is vocab.json.
 */
export function readMarianSettings(files: MarianFiles, idOf: Json): { readonly cleanUp: boolean } {
  const {
    "tokenizer_config.json": settings = {},
    "special_tokens_map.json": map = {},
    "added_tokens.json": added = {},
  } = files;
  for (const [name, own] of [["tokenizer_config.json", settings] as const, ["special_tokens_map.json", map] as const])
    for (const [key, value] of Object.entries(own)) if (isNamedToken(key)) checkNamed(name, key, value);
  for (const key of ["separate_vocabs", "split_special_tokens"])
    if (settings[key] === true) throw refused("tokenizer_config.json", key, true);
  if (!isEmpty(settings.sp_model_kwargs)) throw refused("tokenizer_config.json", "sp_model_kwargs", settings.sp_model_kwargs);
  for (const [id, token] of Object.entries(asRecord(settings.added_tokens_decoder)))
    checkAdded("tokenizer_config.json", contentOf(token), Number(id), idOf);
  for (const [content, id] of Object.entries(added)) checkAdded("added_tokens.json", content, id, idOf);
  return { cleanUp: settings.clean_up_tokenization_spaces === true };
}

const EXPECTED: Readonly<Record<string, string>> = { unk_token: "<unk>", eos_token: "</s>", pad_token: "<pad>" };
const LISTS = ["additional_special_tokens", "extra_special_tokens"];
const OTHERS = ["bos_token", "sep_token", "cls_token", "mask_token"];

const isNamedToken = (key: string): boolean => key in EXPECTED || LISTS.includes(key) || OTHERS.includes(key);

function checkNamed(file: string, key: string, value: unknown): void {
  const usual = LISTS.includes(key) || OTHERS.includes(key) ? isEmpty(value) : contentOf(value) === EXPECTED[key];
  if (!usual) throw refused(file, key, value);
}

function checkAdded(file: string, content: unknown, id: unknown, idOf: Json): void {
  if (typeof content === "string" && MARIAN_SPECIAL.some((token) => token === content) && idOf[content] === id) return;
  throw refused(file, `the added token ${JSON.stringify(content)}`, id);
}

/** Returns the text of a token; undefined if it has flags that change its matches. */
function contentOf(token: unknown): unknown {
  if (!isRecord(token)) return token;
  const { content, lstrip, rstrip, single_word } = token;
  return lstrip || rstrip || single_word ? undefined : content;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);

const refused = (file: string, key: string, value: unknown) =>
  new InputError(
    `${file}: ${key} is ${JSON.stringify(value)}, which is not supported with source.spm; remove it, or save the tokenizer as PreTrainedTokenizerFast`,
  );
