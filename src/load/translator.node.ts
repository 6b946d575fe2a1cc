/** Loads MODEL as `headwise translate` takes it: a directory or a hub id. */
import { fromDirectory, type LoadOptions } from "./checkpoint.node.ts";
import type { Check } from "./checkpoint.ts";
import { readTranslator, type Translator } from "./translator.ts";

/** Loads `model`: a directory, or `org/name[@revision]` from the hub. Throws `InputError`. */
export const loadTranslator = (model: string, options: LoadOptions & { check?: Check<Translator> } = {}): Promise<Translator> =>
  fromDirectory(model, (id, open) => readTranslator(id, open, options.check), options);
