/** What is trained in the page, and what is told of it: the page and the worker share these, and nothing of the engine. */
import { divisors } from "../../src/models/attention-cost.ts";
import { InputError } from "../../src/run/errors.ts";

/** Two language models of the made world, alike but for their heads: one head a layer, and `heads`. */
export interface TrainingPlan {
  readonly seed: number;
  readonly heads: number;
  readonly width: number;
  readonly innerWidth: number;
  readonly layers: number;
  readonly steps: number;
  /** Documents of a step, and tokens of each that are read. */
  readonly batch: number;
  readonly sequence: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  /** The base of the rotations that tell positions apart: small, since documents are short. */
  readonly theta: number;
  /** Measured before the first step, every so many steps, and at the end. */
  readonly every: number;
  /** Held-out documents that skills and losses are measured on, and the first of them that heads are removed on. */
  readonly documents: number;
  readonly probed: number;
}

/** Small enough for a page, and long enough to see relations come. */
export const LIVE: Omit<TrainingPlan, "seed" | "heads"> = {
  ...{ width: 64, innerWidth: 128, layers: 2, steps: 800, batch: 16, sequence: 64 },
  ...{ learningRate: 0.01, warmup: 50, weightDecay: 0.01, theta: 10, every: 50, documents: 128, probed: 64 },
};

/** The numbers of heads that can be held against one: they divide the width, and leave each head an even width to rotate. */
export const offered = (width: number): number[] => divisors(width).filter((heads) => heads > 1 && (width / heads) % 2 === 0);

/** Throws `InputError` where a width cannot be shared out among so many heads, or the seed is no whole number. */
export function checkPlan({ width, heads, seed }: Pick<TrainingPlan, "width" | "heads" | "seed">): void {
  if (!Number.isSafeInteger(seed)) throw new InputError(`the seed is ${seed}: give a whole number`);
  if (offered(width).includes(heads)) return;
  const share = width / heads;
  const mend = `choose ${offered(width).join(", ")}`;
  if (heads < 2) throw new InputError(`${heads} is held against one head: ${mend}`);
  throw new InputError(
    Number.isInteger(share)
      ? `${heads} heads leave each a width of ${share}, and positions are turned in pairs of numbers: ${mend}`
      : `${heads} heads do not divide the width ${width} (${width} / ${heads} = ${share.toFixed(2)}): ${mend}`,
  );
}

/** What removing one head costs. */
export interface HeadCost {
  /** `layer.head` */
  readonly name: string;
  /** Of each relation, in the order of `RELATIONS`: the accuracy lost when its output is its mean at each position. */
  readonly lost: readonly number[];
}

/** One model at one moment. */
export interface Measured {
  readonly heads: number;
  /** Nats a token on the held-out documents. */
  readonly loss: number;
  /** Of each relation, in the order of `RELATIONS`: the share of targets where the right candidate is the likeliest. */
  readonly skills: readonly number[];
  readonly costs: readonly HeadCost[];
}

/** Both models after so many steps: the one with a single head first. */
export interface Moment {
  readonly step: number;
  readonly models: readonly [Measured, Measured];
}

/** One step of both models on the same documents. */
export interface Advanced {
  readonly step: number;
  /** Nats a token on the step's documents, before they were learned from. */
  readonly losses: readonly [number, number];
  /** Where it is due. */
  readonly moment?: Moment;
}

/** What is known once the models stand. */
export interface Begun {
  /** Of each relation, what guessing among the candidates gives. */
  readonly chance: readonly number[];
  /** Of either model. */
  readonly parameters: number;
  readonly moment: Moment;
}
