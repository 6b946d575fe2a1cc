/**
 * Builds the tokenizer that transformers (5.23) would build from a directory's files. Its classes rebuild the normalizer, the
 * pre-tokenizer and the template from tokenizer_config.json and take little more than the vocabulary from tokenizer.json;
 * `PreTrainedTokenizerFast` takes tokenizer.json as it is. Both add the tokens of tokenizer_config.json.
 */

import { asRecord, ownValue } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { FAMILIES } from "../../family/families.ts";
import { quote, type TokenizerFile } from "../tokenizer-json.ts";
import { addedTokens, type Beside, type Settings, settingsOf } from "./class-added.ts";
import { CLASSES } from "./class-build.ts";

/** A complete tokenizer file, with settings that it cannot express. */
export interface Effective {
  readonly file: TokenizerFile;
  /** tokenizer_config.json with the defaults of its class. */
  readonly settings: Settings;
  /** Tokens that the class matches although no file has them: a text that contains one cannot be encoded. */
  readonly absent: readonly string[];
}

/** Combines the files into one tokenizer. Throws `InputError` for an unsupported class or setting. */
export function effectiveTokenizer(file: TokenizerFile, config: unknown, beside: Beside): Effective {
  const configured = settingsOf(config, beside);
  const name = className(file, configured, beside, config !== undefined);
  const kind = ownValue(CLASSES, name);
  if (name !== BACKEND && !kind) {
    throw new InputError(
      `tokenizer_config.json: tokenizer_class ${quote(name)} is not supported; load it with transformers, save it with save_pretrained, and set tokenizer_class to "PreTrainedTokenizerFast"`,
    );
  }
  const given = kind && !kind.pads ? configured : { ...padding(file), ...configured };
  const settings = { ...kind?.named, ...given };
  const built = kind ? { ...file, ...kind.build(file, settings) } : file;
  const { tokens, absent } = addedTokens(file, settings, { given, beside, keeps: kind === undefined, again: kind?.again });
  const idOf = (token: string) => tokens.find(({ content }) => content === token)?.id;
  const post_processor = kind?.template ? kind.template(settings, idOf) : file.post_processor;
  return { file: { ...built, post_processor, added_tokens: tokens }, settings, absent };
}

const BACKEND = "TokenizersBackend";

/** Names, without "Fast", of classes that take tokenizer.json as it is. */
const BACKENDS: ReadonlySet<string> = new Set([BACKEND, "PreTrainedTokenizer", "PythonBackend", "BloomTokenizer"]);

// The rules of AutoTokenizer.from_pretrained. Translation models without a class of their own are read from their SentencePiece
// files if they have any, so that their tokenizer.json is taken as it is.
function className(
  file: TokenizerFile,
  settings: Settings,
  { modelType = "", tokenizerClass }: Beside,
  hasConfig: boolean,
): string {
  const given = settings.tokenizer_class ?? tokenizerClass;
  if (given !== undefined && typeof given !== "string")
    throw new InputError(`tokenizer_config.json: tokenizer_class is ${quote(given)}; give the name of a class`);
  const declared = given === undefined ? undefined : plain(given);
  const registered = ownValue(FAMILIES, modelType)?.tokenizerClass;
  if (declared === undefined) {
    const fits = registered !== undefined && (hasConfig || CLASSES[registered]?.kind === kindOf(file));
    return fits ? registered : BACKEND;
  }
  if (declared === "LlamaTokenizer" && modelType !== "qwen2" && isByteLevel(file)) return BACKEND;
  if (registered === undefined || registered === declared) return declared;
  return modelType === "qwen2" ? registered : registered === BACKEND ? BACKEND : declared;
}

function plain(name: string): string {
  const without = name.replace(/Fast$/, "");
  return BACKENDS.has(without) ? BACKEND : without;
}

const kindOf = ({ model }: TokenizerFile): string => model.type ?? ("merges" in model ? "BPE" : "WordPiece");

const isByteLevel = ({ normalizer, pre_tokenizer, post_processor, decoder }: TokenizerFile): boolean =>
  JSON.stringify([normalizer, pre_tokenizer, post_processor, decoder]).includes('"ByteLevel"');

// The padding token of tokenizer.json is used if tokenizer_config.json names none.
function padding(file: TokenizerFile): Settings {
  const { pad_token: token } = asRecord(file.padding);
  return typeof token === "string" ? { pad_token: token } : {};
}
