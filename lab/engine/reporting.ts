/** The roles and the importance of the open model's heads: the report, live. */
import { parseConllu } from "../../src/corpus/conllu.ts";
import { plainSentence } from "../../src/corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import type { Corpus } from "../../src/corpus/sentence.ts";
import { createWorld, worldDocuments } from "../../src/corpus/world/document.ts";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import { worldEncoder, worldIdOf } from "../../src/corpus/world/tokenizer.ts";
import { importance } from "../../src/heads/importance/importance.ts";
import { createSwitched } from "../../src/heads/importance/switches.ts";
import { classicalScaling, type PlaneMap } from "../../src/heads/redundancy/scaling.ts";
import { reportOn } from "../../src/heads/report/report.ts";
import type { Report as HeadsReport } from "../../src/heads/report/schema.ts";
import { isTranslator } from "../../src/load/any-checkpoint.ts";
import { InputError } from "../../src/run/errors.ts";
import { relationTask } from "../../src/tasks/relation.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import type { Current } from "./engine.ts";
import type { Report } from "./protocol.ts";

/** The report, with a plane in which similar heads are near each other. */
export interface HeadsFound {
  readonly report: HeadsReport;
  readonly plane: PlaneMap;
}

/** The increase in loss when each head is removed, in nats per token, with its 95% interval. */
export interface ImportanceByHead {
  readonly examples: number;
  readonly heads: Readonly<Record<string, { readonly value: number; readonly low: number; readonly high: number }>>;
}

/** The loss for each relation of the synthetic world, in nats per target. */
export type Skills = Readonly<Record<string, number>>;

export interface Reporting {
  /** Scores and labels every head on a sample, or on documents of the synthetic world. */
  heads(report: Report): Promise<HeadsFound>;
  /** Measures exact ablation of every head on the same texts, by next-token loss. */
  importance(report: Report): Promise<ImportanceByHead>;
  /** Measures a synthetic-world model on each relation with some heads disabled. */
  skills(off: readonly string[]): Promise<Skills>;
}

const SEED = 1;
const WORLD_TEXTS = 60;
const SKILL_DOCUMENTS = 64;

export function reporting(current: () => Current): Reporting {
  const judges = new WeakMap<Current, ReturnType<typeof createJudges>>();
  return {
    async heads(report) {
      const { runtime, opened } = current();
      const { checkpoint } = opened;
      if (isTranslator(checkpoint))
        throw new InputError("heads of translation models cannot be labeled yet; view them on the page Look");
      const found = await reportOn(runtime, checkpoint, corpusOf(current()), { seed: SEED, progress: report });
      return { report: found.report, plane: classicalScaling(found.report.similarity.matrix) };
    },
    async importance(report) {
      const { runtime, opened } = current();
      const { checkpoint } = opened;
      if (isTranslator(checkpoint) || checkpoint.config.languageHead !== "causal")
        throw new InputError(
          "importance is measured here by next-token loss, but this model does not predict the next token; use headwise importance",
        );
      const texts = corpusOf(current()).sentences.map(({ text }) => checkpoint.tokenizer.encode(text).ids);
      const task = nextTokenTask(texts);
      const found = await importance(runtime, checkpoint, task, { methods: ["ablation"], seed: SEED, progress: report });
      return {
        examples: task.examples,
        heads: Object.fromEntries(found.heads.map(({ name, scores }) => [name, scores.ablation!])),
      };
    },
    async skills(off) {
      const now = current();
      if (!now.world) throw new InputError("the open model does not read the synthetic world; choose one that does");
      const made = judges.get(now) ?? createJudges(now);
      judges.set(now, made);
      const values: Record<string, number> = {};
      for (const [relation, judge] of await made) values[relation] = await judge(new Set(off));
      return values;
    },
  };
}

/** Returns the sample, or documents of the synthetic world for a model that reads them. */
function corpusOf({ world }: Current): Corpus {
  if (!world) return parseConllu(SAMPLE_CONLLU, "built-in sample");
  const texts = worldDocuments(SEED, WORLD_TEXTS).map(({ words }) => words.join(" "));
  const sentences = texts.map((text, k) => plainSentence(`${k + 1}`, text));
  return { id: "documents of the synthetic world", sentences, trees: false };
}

/** Creates a task per relation that can be evaluated repeatedly with other heads disabled. */
async function createJudges({ runtime, opened: { checkpoint } }: Current) {
  const world = createWorld();
  const documents = worldDocuments(`skills ${SEED}`, SKILL_DOCUMENTS);
  const words = { encode: worldEncoder(world), idOf: worldIdOf(world) };
  const judges = RELATIONS.map(async (relation) => {
    const task = relationTask(documents, relation, words);
    const judge = await createSwitched(runtime, checkpoint, task);
    return [relation, async (off: ReadonlySet<string>) => task.quality(await judge(off))] as const;
  });
  return Promise.all(judges);
}
