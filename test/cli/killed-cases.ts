/** The commands that write files, each with what stands there before. */

/** One command that writes. */
export interface Case {
  readonly name: string;
  /** Run first, unwatched. */
  readonly before?: readonly (readonly string[])[];
  readonly run: readonly string[];
  /** Names in the folder that are old or new; those of one list together. Default: all as one. */
  readonly units?: readonly (readonly string[])[];
  readonly more?: NodeJS.ProcessEnv;
}

/** One thread: enough for models this small. */
export const SHORT = ["--threads", "1"];
const TEXTS = ["--text", "../texts.txt", ...SHORT];
const PAIRS = ["--task", "similarity", "--data", "../pairs.csv", ...SHORT];
const PRUNE = ["prune", "../encoder", "--text", "../texts.txt", "--no-timing", "--out", "cut", ...SHORT];
const LOOK = ["look", "../encoder", "--svg", "a/p.svg", "--png", "a/p.png", "--html", "a/p.html", ...SHORT];
const OUT = (name: string) => ["--out", `out-${name}`];
/** The same command on another seed or text gives what was there before. */
export const CASES: readonly Case[] = [
  { name: "look", before: [[...LOOK, "-t", "The dog."]], run: [...LOOK, "-t", "The cat sat."] },
  { name: "look, a new folder", run: [...LOOK, "-t", "The cat sat."] },
  {
    name: "report",
    before: [["report", "../encoder", ...TEXTS, "--sentences", "2", ...OUT("r")]],
    run: ["report", "../encoder", ...TEXTS, ...OUT("r")],
  },
  { name: "report, a new folder", run: ["report", "../encoder", ...TEXTS, ...OUT("r")] },
  {
    name: "report, data elsewhere",
    before: [["report", "../encoder", ...TEXTS, "--sentences", "2", ...OUT("r"), "--json", "d.json"]],
    run: ["report", "../encoder", ...TEXTS, ...OUT("r"), "--json", "d.json"],
    units: [["out-r"], ["d.json"]],
  },
  {
    name: "compare",
    before: [["compare", "../encoder", "../encoder", ...TEXTS, "--sentences", "2", ...OUT("c")]],
    run: ["compare", "../encoder", "../encoder", ...TEXTS, ...OUT("c")],
  },
  {
    name: "redundancy",
    before: [["redundancy", "../encoder", "--sentences", "30", ...OUT("d"), ...SHORT]],
    run: ["redundancy", "../encoder", "--sentences", "31", ...OUT("d"), ...SHORT],
  },
  {
    name: "importance",
    before: [["importance", "../encoder", ...PAIRS, "--methods", "taylor", ...OUT("i")]],
    run: ["importance", "../encoder", ...PAIRS, "--methods", "michel", ...OUT("i")],
  },
  {
    name: "curve",
    before: [["curve", "../encoder", ...PAIRS, "--methods", "taylor", "--points", "2", ...OUT("u")]],
    run: ["curve", "../encoder", ...PAIRS, "--methods", "michel", "--points", "2", ...OUT("u")],
  },
  { name: "prune", run: [...PRUNE, "--heads", "0.1"] },
  { name: "prune --force", before: [[...PRUNE, "--heads", "0.1,0.2"]], run: [...PRUNE, "--heads", "0.1", "--force"] },
  {
    name: "prune --force --onnx",
    before: [[...PRUNE, "--heads", "0.1,0.2"]],
    run: [...PRUNE, "--heads", "0.1", "--force", "--onnx"],
  },
  {
    name: "prune --force --padded",
    before: [[...PRUNE, "--heads", "0.1,0.2", "--onnx"]],
    run: [...PRUNE, "--heads", "0.1", "--force", "--padded"],
  },
  {
    name: "translate",
    before: [["translate", "../translator", "--data", "../other.txt", "--out", "t.txt", ...SHORT]],
    run: ["translate", "../translator", "--data", "../lines.txt", "--out", "t.txt", ...SHORT],
  },
];
