/** What the heads of the open model do, and what they are worth: the report, live. */
import { parseConllu } from "../../src/corpus/conllu.ts";
import { plainSentence } from "../../src/corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import type { Corpus } from "../../src/corpus/sentence.ts";
import { createWorld, worldDocuments } from "../../src/corpus/world/document.ts";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import { worldEncoder, worldIds } from "../../src/corpus/world/tokenizer.ts";
import { importance } from "../../src/heads/importance/importance.ts";
import { createSwitched } from "../../src/heads/importance/switches.ts";
import { classicalScaling, type PlaneMap } from "../../src/heads/redundancy/scaling.ts";
import { reportOn } from "../../src/heads/report/report.ts";
import type { Report as HeadsReport } from "../../src/heads/report/schema.ts";
import { isTranslator } from "../../src/prune/write/opened.ts";
import { InputError } from "../../src/run/errors.ts";
import { relationTask } from "../../src/tasks/relation.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import type { Current } from "./engine.ts";
import type { Report } from "./protocol.ts";

/** The report with a plane in which heads that look alike are near. */
export interface HeadsFound {
  readonly report: HeadsReport;
  readonly plane: PlaneMap;
}

/** What each head's removal costs, in nats per token, with its 95% interval. */
export interface Worth {
  readonly examples: number;
  readonly heads: Readonly<Record<string, { readonly value: number; readonly low: number; readonly high: number }>>;
}

/** Nats a target of each relation of the made world. */
export type Skills = Readonly<Record<string, number>>;

export interface Reporting {
  /** Every head scored and named on a sample, or on documents of the world. */
  heads(report: Report): Promise<HeadsFound>;
  /** Exact ablation of every head on the same texts, by next-token loss. */
  worth(report: Report): Promise<Worth>;
  /** How sure a model of the made world is of each relation without some heads. */
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
        throw new InputError("heads of translation models are not named yet: look at them on the page Look");
      const found = await reportOn(runtime, checkpoint, corpusOf(current()), { seed: SEED, progress: report });
      return { report: found.report, plane: classicalScaling(found.report.similarity.matrix) };
    },
    async worth(report) {
      const { runtime, opened } = current();
      const { checkpoint } = opened;
      if (isTranslator(checkpoint) || checkpoint.config.languageHead !== "causal")
        throw new InputError(
          "what heads are worth is measured here by the next token, which this model does not predict: see headwise importance",
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
      const made = judges.get(now) ?? createJudges(now);
      judges.set(now, made);
      const values: Record<string, number> = {};
      for (const [relation, judge] of await made) values[relation] = await judge(new Set(off));
      return values;
    },
  };
}

/** The sample, or documents of the world where that is what the model reads. */
function corpusOf({ world }: Current): Corpus {
  if (!world) return parseConllu(SAMPLE_CONLLU, "built-in sample");
  const texts = worldDocuments(SEED, WORLD_TEXTS).map(({ words }) => words.join(" "));
  const sentences = texts.map((text, k) => plainSentence(`${k + 1}`, text));
  return { id: "documents of the made world", sentences, trees: false };
}

/** Each relation as a task that is judged again and again with other heads off. */
async function createJudges({ runtime, opened: { checkpoint } }: Current) {
  const world = createWorld();
  const ids = worldIds(world);
  const documents = worldDocuments(`skills ${SEED}`, SKILL_DOCUMENTS);
  const words = { encode: worldEncoder(world), idOf: (word: string) => ids.get(word)! };
  const judges = RELATIONS.map(async (relation) => {
    const task = relationTask(documents, relation, words);
    const judge = await createSwitched(runtime, checkpoint, task);
    return [relation, async (off: ReadonlySet<string>) => task.quality(await judge(off))] as const;
  });
  return Promise.all(judges);
}
