/** Computes the tokens that transformers (5.23) adds to a tokenizer, in its order, with the ids of the native library. */

import { isRecord } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { contentOf } from "../token-vocabulary.ts";
import { type AddedToken, addedToken, quote, read, type TokenizerFile } from "../tokenizer-json.ts";

/** The files beside tokenizer.json and tokenizer_config.json in a model directory. */
export interface Beside {
  /** `model_type` and `tokenizer_class` of config.json. */
  readonly modelType?: string;
  readonly tokenizerClass?: string;
  /** special_tokens_map.json and added_tokens.json, parsed. */
  readonly specialTokensMap?: unknown;
  readonly addedTokens?: unknown;
}

/** The content of tokenizer_config.json. */
export type Settings = Readonly<Record<string, unknown>>;

type Flags = Omit<AddedToken, "id">;

const EXTRA = "extra_special_tokens";
const NAMED = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/** Unsupported settings that would change the tokenizer. */
const REFUSED = [
  ...["init_inputs", "tokenizer_object", "post_processor", "tokenizer_padding", "tokenizer_truncation", "_json_padding"],
  ...["_json_truncation", "_spm_precompiled_charsmap", "gguf_file", "fix_mistral_regex", "trust_remote_code"],
  "model_specific_special_tokens",
];

const wrong = (key: string, value: unknown, fix: string) =>
  new InputError(`tokenizer_config.json: ${key} is ${quote(value)}; ${fix}`);

/** Returns the checked settings, merged with special_tokens_map.json in the cases in which transformers reads it. */
export function settingsOf(config: unknown, { specialTokensMap }: Beside): Settings {
  if (config !== undefined && !isRecord(config)) throw wrong("the file", config, "replace it by a JSON object");
  const settings: Record<string, unknown> = { ...config };
  const filled = (value: unknown) => !!value && !(typeof value === "object" && Object.keys(value).length === 0);
  const refused = REFUSED.find((key) => filled(settings[key]));
  if (refused) throw new InputError(`tokenizer_config.json: ${refused} is not supported; remove the key`);
  const map = settings.auto_map;
  if (Array.isArray(map) || (isRecord(map) && filled(map.AutoTokenizer)))
    throw new InputError(
      "tokenizer_config.json: auto_map refers to custom code, which is never run; save the tokenizer as PreTrainedTokenizerFast",
    );
  if (filled(settings.additional_special_tokens) && !filled(settings.extra_special_tokens))
    settings.extra_special_tokens = settings.additional_special_tokens;
  if ("added_tokens_decoder" in settings || specialTokensMap === undefined) return settings;
  if (!isRecord(specialTokensMap)) throw new InputError("special_tokens_map.json: not a JSON object; save the tokenizer again");
  for (const [key, value] of Object.entries(specialTokensMap)) {
    const name = key === "additional_special_tokens" ? "extra_special_tokens" : key;
    if (key === "extra_special_tokens") settings[name] = [...listOf(settings[name]), ...listOf(value)];
    else settings[name] = isRecord(value) ? { ...value, special: true } : value;
  }
  return settings;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

interface Sources {
  /** The settings of the files, without defaults of the class. */
  readonly given: Settings;
  readonly beside: Beside;
  /** Keeps the order of tokenizer.json's tokens; otherwise all are added by id. */
  readonly keeps: boolean;
  readonly again: boolean | undefined;
}

/** Returns the added tokens, and those that the class names by default although no file has them. */
export function addedTokens(
  file: TokenizerFile,
  settings: Settings,
  sources: Sources,
): { tokens: AddedToken[]; absent: string[] } {
  const { given, beside, keeps, again } = sources;
  const added = createAdded(file);
  const ofFile = file.added_tokens ?? [];
  if (keeps) for (const token of ofFile) added.add(token);
  const listed = listedTokens(ofFile, settings, beside);
  const specials = specialTokens(settings);
  const names = new Set(specials.filter(({ key }) => key !== EXTRA).map(({ token }) => token.content));
  for (const token of listed) added.add(names.has(token.content) ? { ...token, special: true } : token);
  const absent: string[] = [];
  for (const { key, token } of specials) {
    if (added.has(token.content)) continue;
    added.add(token);
    if (!(key in given) && key in settings && !file.model.vocab.has(token.content)) absent.push(token.content);
  }
  if (again) for (const { token } of specials) if (added.has(token.content)) added.add(special(token.content));
  return { tokens: added.list().filter(({ content }) => !absent.includes(content)), absent };
}

const special = (content: string): Flags => ({ content, special: true, single_word: false, lstrip: false, rstrip: false });

/** Lists the tokens of added_tokens_decoder, or without it those of added_tokens.json and tokenizer.json, by id. */
function listedTokens(ofFile: readonly AddedToken[], settings: Settings, beside: Beside): Flags[] {
  const byId = new Map<number, Flags>();
  const decoder = settings.added_tokens_decoder;
  if (decoder !== undefined) {
    if (!isRecord(decoder)) throw wrong("added_tokens_decoder", decoder, "give an object of id to token");
    for (const [id, token] of Object.entries(decoder))
      byId.set(Number(id), tokenOf(`added_tokens_decoder.${id}`, token, false));
  } else {
    const specials = new Set(specialTokens(settings).map(({ token }) => token.content));
    for (const [content, id] of Object.entries(isRecord(beside.addedTokens) ? beside.addedTokens : {}))
      byId.set(Number(id), { ...special(content), special: specials.has(content) });
    for (const { id, ...token } of ofFile) byId.set(id, token);
  }
  const odd = [...byId.keys()].find((id) => !Number.isSafeInteger(id) || id < 0);
  if (odd !== undefined) throw wrong("added_tokens_decoder", odd, "give every token a whole number from 0 on");
  return [...byId].sort(([one], [other]) => one - other).map(([, token]) => token);
}

function tokenOf(key: string, value: unknown, isSpecial: boolean): Flags {
  if (typeof value === "string") return { ...special(value), special: isSpecial };
  if (!isRecord(value)) throw wrong(key, value, "give a token");
  const { __type: _, ...token } = value;
  const { id: __, ...flags } = read(addedToken, { special: false, ...token, id: 0 }, key, "tokenizer_config.json");
  return flags;
}

/** Lists the named special tokens, then the extra ones. */
function specialTokens(settings: Settings): { key: string; token: Flags }[] {
  const found: { key: string; token: Flags }[] = [];
  const note = (key: string, value: unknown) => {
    const token = tokenOf(key, value, true);
    if (token.content !== "") found.push({ key, token: key === EXTRA ? token : { ...token, special: true } });
  };
  const own = Object.keys(settings).filter((key) => key.endsWith("_token") && !NAMED.includes(key));
  for (const key of NAMED) if (settings[key] !== undefined && settings[key] !== null) note(key, settings[key]);
  for (const key of own) if (contentOf(settings[key]) !== undefined) note(key, settings[key]);
  const extra = settings.extra_special_tokens ?? [];
  if (isRecord(extra)) for (const [name, token] of Object.entries(extra)) note(`${name}_token`, token);
  else if (Array.isArray(extra)) for (const token of extra) note(EXTRA, token);
  else throw wrong("extra_special_tokens", extra, "give a list of tokens");
  return found;
}

/** Adds tokens like the native library: an existing token gets new flags, keeps its id and stays special. */
function createAdded({ model: { vocab } }: TokenizerFile) {
  const tokens = new Map<string, AddedToken>();
  let largest = -1;
  return {
    has: (content: string): boolean => tokens.has(content),
    add({ content, ...flags }: Flags): void {
      if (content === "") return;
      const before = tokens.get(content);
      const id = before?.id ?? vocab.get(content) ?? Math.max(largest + 1, vocab.size);
      largest = Math.max(largest, id);
      const normalized = flags.normalized ?? !flags.special;
      tokens.set(content, { ...flags, content, id, normalized, special: flags.special || before?.special === true });
    },
    list: (): AddedToken[] => [...tokens.values()],
  };
}
