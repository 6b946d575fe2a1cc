/** Texts for token-level tasks of language models: passages of sentences as token ids. */
import type { Masking } from "../corpus/masking.ts";
import type { Checkpoint, Unread } from "../load/checkpoint.ts";
import { InputError } from "../run/errors.ts";
import type { Task } from "./task.ts";
import { maskedTokenTask, nextTokenTask } from "./token-tasks.ts";

/** The number of tokens in a passage. */
const PASSAGE = 128;

/** Texts of at most `PASSAGE` tokens, and the number of sentences that were truncated. */
export interface Passages {
  readonly rows: readonly (readonly number[])[];
  readonly cut: number;
  readonly limit: number;
}

/** Joins neighboring sentences up to `PASSAGE` tokens, or the model's limit. */
export function passagesOf({ tokenizer, config }: Unread<Checkpoint>, sentences: readonly string[]): Passages {
  const limit = Math.min(PASSAGE, config.maxPositions);
  const idsOf = (text: string) => tokenizer.encode(text).ids;
  const rows: (readonly number[])[] = [];
  let [open, cut] = ["", 0];
  const close = () => {
    const ids = idsOf(open);
    if (ids.length > limit) cut++;
    rows.push(ids.slice(0, limit));
  };
  for (const sentence of sentences) {
    const longer = open ? `${open} ${sentence}` : sentence;
    if (open && idsOf(longer).length > limit) {
      close();
      open = sentence;
    } else open = longer;
  }
  if (open) close();
  return { rows, cut, limit };
}

/** Returns next-token or masked-token prediction on texts as a task. Throws `InputError` if the model does not support it. */
export function languageTask(
  model: Unread<Checkpoint>,
  name: "next-token" | "masked-token",
  seed: number,
): (rows: readonly ArrayLike<number>[]) => Task {
  if (name === "masked-token") {
    const masking = maskingOf(model);
    return (rows) => maskedTokenTask(rows, masking, seed);
  }
  requireCausal(model);
  return (rows) => nextTokenTask(rows);
}

function maskingOf({ tokenizer, config, id }: Unread<Checkpoint>): Masking {
  const { mask, pad = 0 } = tokenizer.special;
  if (mask !== undefined && config.languageHead === "masked")
    return { special: tokenizer.specialIds, maskId: mask, paddingId: pad, vocabulary: config.vocabulary };
  throw new InputError(
    `${id}: the masked-token task needs a masked language model, with a mask token and a language head; choose another task or model`,
  );
}

/** Throws if the model sees the next token, since it would only have to copy it. */
function requireCausal({ config, id }: Unread<Checkpoint>): void {
  if (config.languageHead === "causal") return;
  const why = config.family === "decoder" ? "no language head is stored" : "an encoder sees the token to predict";
  throw new InputError(`${id}: the next-token task needs a causal language model, but ${why}; choose another task or model`);
}
