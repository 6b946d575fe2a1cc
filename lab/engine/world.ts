/** Models that read the synthetic world of relations. */
import { createWorld } from "../../src/corpus/world/document.ts";
import { worldIds } from "../../src/corpus/world/tokenizer.ts";
import { type AnyCheckpoint, isTranslator } from "../../src/load/any-checkpoint.ts";

/** Returns true if every word of the world is a token of the model, with the world's id. */
export function isWorldModel(model: AnyCheckpoint): boolean {
  if (isTranslator(model) || model.config.languageHead !== "causal") return false;
  return [...worldIds(createWorld())].every(([word, id]) => model.tokenizer.idOf(word) === id);
}
