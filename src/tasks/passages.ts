/** Texts for tasks that are judged token by token: passages of sentences as token ids, for what a language model predicts. */
import type { Masking } from "../corpus/masking.ts";
import type { Checkpoint, Unread } from "../load/checkpoint.ts";
import { InputError } from "../run/errors.ts";
import type { Task } from "./task.ts";
import { maskedTokenTask, nextTokenTask } from "./token-tasks.ts";

/** Tokens of a passage that the next or a masked one is predicted in. */
const PASSAGE = 128;

/** Texts of at most `PASSAGE` tokens, and how many sentences were longer and cut. */
export interface Passages {
  readonly rows: readonly (readonly number[])[];
  readonly cut: number;
  readonly limit: number;
}

/** Neighbouring sentences put together up to `PASSAGE` tokens, or what the model reads at most. */
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

/** The next or the masked token of texts, as a task. Throws `InputError` where the model is not made for it. */
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
  throw new InputError(`${id}: the masked-token task needs a masked language model, with a mask token and a language head`);
}

/** A model that sees the next token would only have to copy it. */
function requireCausal({ config, id }: Unread<Checkpoint>): void {
  if (config.languageHead === "causal") return;
  const why = config.family === "decoder" ? "no language head is stored" : "an encoder sees the token that it is asked for";
  throw new InputError(`${id}: the next-token task needs a causal language model: ${why}`);
}
