/** Options that would be ignored, and file names that promise another format, are refused in one line before any work. */
import { afterAll, beforeAll } from "vitest";
import { type Case, type Place, refusesAll } from "./bad-case.ts";
import { buildCommand, type Command } from "./command.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

const TASK = ["--task", "similarity", "--data", "pairs.csv"] as const;
const TEXT = ["-t", "the cat sat"] as const;
const withModel =
  (name: string, ...more: readonly string[]) =>
  ({ model }: Place): readonly string[] => [name, model, ...more];
const pruned = (...more: readonly string[]) => withModel("prune", "--out", "out", ...more);

const UNUSED: readonly Case[] = [
  [
    "a method for listed heads",
    pruned("--heads", "0.1", "--method", "michel"),
    "--method selects heads by a task; remove it, or replace --heads by --fraction or --max-loss",
  ],
  [
    "the default method for listed heads",
    pruned("--heads", "0.1", "--method", "ablation", ...TASK),
    "--method selects heads by a task; remove it",
  ],
  [
    "rounds for listed heads",
    pruned("--heads", "0.1", "--rounds", "2"),
    "--rounds selects heads by a task; remove it, or replace --heads by --fraction or --max-loss",
  ],
  [
    "rounds of a random order",
    pruned("--fraction", "0.3", ...TASK, "--method", "random", "--rounds", "2"),
    "--rounds estimates scores again, and random has none; remove it, or choose another method",
  ],
  [
    "rounds of random curves",
    withModel("curve", ...TASK, "--methods", "random", "--rounds", "2"),
    "--rounds estimates scores again, and random has none; remove it",
  ],
  [
    "translations of nothing held out",
    withModel("curve", "--task", "translation", "--held-out-target", "b.txt"),
    "--held-out-target translates the sentences of --held-out; add --held-out FILE",
  ],
  [
    "translations of held-out pairs",
    withModel("curve", ...TASK, "--held-out", "pairs.csv", "--held-out-target", "b.txt"),
    "--task similarity does not read --held-out-target; remove it, or choose a task that does (translation)",
  ],
  [
    "held-out sentences without translations",
    withModel("curve", "--task", "translation", "--held-out", "a.txt"),
    "--held-out has no translations; add --held-out-target FILE",
  ],
  [
    "a held-out file of the synthetic world",
    withModel("curve", "--task", "relation", "--held-out", "pairs.csv"),
    "--task relation does not read --held-out; remove it",
  ],
  [
    "an ablation without ablation",
    withModel("importance", ...TASK, "--methods", "michel,taylor", "--ablation", "mean"),
    "--ablation belongs to the method ablation; remove it, or add ablation to --methods",
  ],
  ...["report", "redundancy", "importance", "curve"].map(
    (name): Case => [
      `a folder of ${name} for JSON alone`,
      withModel(name, ...(name === "importance" || name === "curve" ? TASK : []), "--out", "out", "--json"),
      "--json prints the JSON and writes no folder, so --out has no use; remove one, or pass --json FILE",
    ],
  ),
  [
    "a folder of compare for JSON alone",
    ({ model }) => ["compare", model, model, "--out", "out", "--json", "-"],
    "--json prints the JSON and writes no folder",
  ],
  [
    "a name for a resumed run",
    () => ["train", "--resume", "run", "--name", "other"],
    "--resume run continues the run",
    "remove --name",
  ],
  ...["layers", "width", "heads"].map(
    (name): Case => [
      `--${name} for a model to continue`,
      ({ model, write }) => [
        ...["train", write("run.json", JSON.stringify({ from: model, data: { text: "text.txt" } }))],
        ...[`--${name}`, "2"],
      ],
      `--${name} is a size of a new model, but "from" continues a model; remove one of them`,
    ],
  ),
  ["a seed for a picture", withModel("look", ...TEXT, "--seed", "2"), "unknown option '--seed'"],
  ["a seed for a translation", withModel("translate", "--text", "a", "--seed", "2"), "unknown option '--seed'"],
  ["a seed for a study, which has its own", () => ["study", "one-or-many", "--seed", "2"], "unknown option '--seed'"],
];

const NAMES: readonly Case[] = [
  [
    "a JPEG for --png",
    withModel("look", ...TEXT, "--png", "x.jpg"),
    "--png x.jpg is named as another picture, but PNG is written; name a file that ends in .png",
  ],
  ["a PNG for --svg", withModel("look", ...TEXT, "--svg", "x.PNG"), "--svg x.PNG is named as PNG, but SVG is written"],
  ["a PDF for --html", withModel("look", ...TEXT, "--html", "x.pdf"), "HTML is written; name a file that ends in .html"],
  ["a page for --json", withModel("look", ...TEXT, "--json", "x.html"), "--json x.html is named as HTML, but JSON is written"],
  ["compressed JSON", withModel("report", "--json", "x.json.gz"), "--json x.json.gz is named as compressed data"],
  ["a table for --json", withModel("curve", ...TASK, "--json", "x.csv"), "--json x.csv is named as a table"],
  ["text for --json", () => ["params", "--width", "8", "--heads", "2", "--json", "x.txt"], "name a file that ends in .json"],
  ["text for --table", withModel("report", "--table", "x.txt"), "--table x.txt has no known ending"],
  ["JSON for translations", withModel("translate", "--text", "a", "--out", "x.json"), "--out x.json is named as JSON"],
  ["a table for lines of JSON", withModel("translate", "--text", "a", "--json", "x.tsv"), "--json x.tsv is named as a table"],
];

refusesAll(() => command, { "options that would be ignored": UNUSED, "names of another format": NAMES });
