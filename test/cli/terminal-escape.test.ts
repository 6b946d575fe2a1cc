/** A model with hostile names everywhere, through every command: nothing that it holds controls the terminal. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { print, printData, printPainted, tell } from "../../src/cli/terminal/output.ts";
import { buildCommand, type Command, type Ran } from "./command.ts";
import { editHeader, editJson, makeModel, tinyTokenizer } from "./model-folder.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
let folder = "";
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

/** A title, a cleared screen, a bell, C1, a reversed direction, an invisible letter and a line separator. */
const EVIL = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egpj\u200b\u2028\u007f";
const NAME = `m${EVIL}\u001b[31m`; // as a file's name, too

/** The small model in a folder with a hostile name, with words of its vocabulary that are hostile. */
function hostileModel(name = NAME): string {
  folder = mkdtempSync(join(command.folder, "case-"));
  const model = makeModel(join(folder, name));
  writeFileSync(join(model, "tokenizer_config.json"), '{ "tokenizer_class": "PreTrainedTokenizerFast" }'); // as tokenizer.json says
  const tokenizer = tinyTokenizer() as { model: { vocab: Record<string, number> }; normalizer: unknown };
  const vocab = Object.fromEntries(
    Object.entries(tokenizer.model.vocab).map(([token, id]) => [
      ["cat", "dog", "the"].includes(token) ? evilToken(token) : token,
      id,
    ]),
  );
  const pieces = { type: "WhitespaceSplit" };
  const changed = { ...tokenizer, normalizer: null, pre_tokenizer: pieces, model: { ...tokenizer.model, vocab } };
  writeFileSync(join(model, "tokenizer.json"), JSON.stringify(changed));
  return model;
}

const evil = (word: string) => word + EVIL;
const evilToken = (word: string) => word + EVIL.replace("\u2028", ""); // which tokenizers take for a space
const TEXT = `${evilToken("the")} ${evilToken("cat")} sat on ${evilToken("the")} mat and ${evilToken("dog")} had not`;

// our own output has line ends, tabs and, where asked for, colors
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
const OWN_COLORS = /\u001b\[(?:[0-9]{1,2}|[34]8;2;\d+;\d+;\d+)m/g;
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u;

function expectClean({ stdout, stderr }: Ran, colors = false): void {
  for (const text of [stdout, stderr]) {
    const rest = (colors ? text.replace(OWN_COLORS, "") : text).replace(/[\n\t]/g, " ");
    expect(rest.match(CONTROL)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
  }
}

const CORPUS = (model: string) => {
  const text = join(folder, evil("corpus"));
  writeFileSync(text, `${TEXT}.\n\n`.repeat(24));
  return [model, "--text", text];
};
const OUT = () => ["--out", join(folder, evil("out"))];
const PAIRS = () => {
  const data = join(folder, `${evil("pairs")}.csv`);
  writeFileSync(
    data,
    Array.from({ length: 44 }, (_, k) => `${evilToken("the")} sat,${evilToken("dog")} had,${(k * 7) % 5}\n`).join(""),
  );
  return ["--task", "similarity", "--data", data];
};

/** The arguments of commands that do what they are asked, or nearly. */
const WORKING: readonly [what: string, args: (model: string) => readonly string[], code?: number][] = [
  ["look at all heads", (m) => ["look", m, "-t", TEXT]],
  ["look at one head", (m) => ["look", m, "-t", TEXT, "--layer", "0", "--head", "1"]],
  ["report", (m) => ["report", ...CORPUS(m), ...OUT()]],
  ["compare", (m) => ["compare", m, ...CORPUS(m), ...OUT()]],
  ["redundancy", (m) => ["redundancy", ...CORPUS(m), ...OUT()]],
  ["importance", (m) => ["importance", m, ...PAIRS(), ...OUT(), "--methods", "michel,confidence"]],
  ["curve", (m) => ["curve", m, ...PAIRS(), ...OUT(), "--methods", "confidence", "--points", "1"]],
  ["prune", (m) => ["prune", m, "--heads", "0.1", ...OUT(), "--no-timing"]],
];

const spoilt =
  (spoil: (model: string) => void, ...more: string[]) =>
  (model: string): readonly string[] => {
    spoil(model);
    return ["look", model, "-t", "mat", ...more];
  };
const inConfig = (change: Record<string, unknown>) => spoilt((model) => editJson(join(model, "config.json"), change));
const inTokenizer = (change: Record<string, unknown>) =>
  spoilt((model) => writeFileSync(join(model, "tokenizer.json"), JSON.stringify({ ...tinyTokenizer(), ...change })));
const inHeader = (change: Parameters<typeof editHeader>[1]) => spoilt((model) => editHeader(model, change));
const QUERY = "bert.encoder.layer.0.attention.self.query.weight";
const written = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const REFUSED: readonly [what: string, args: (model: string) => readonly string[]][] = [
  ["an architecture", inConfig({ model_type: evil("bert") })],
  ["a name of the configuration", inConfig({ [evil("hidden_sizes")]: 3, is_decoder: true })],
  ["a value of the configuration", inConfig({ hidden_act: evil("gelu") })],
  ["a value of the wrong type", inConfig({ num_hidden_layers: evil("2") })],
  ["a configuration that is not JSON", spoilt((m) => writeFileSync(join(m, "config.json"), `{"${EVIL}": `))],
  ["a missing model", () => ["look", evil("./nowhere"), "-t", "a"]],
  ["a tensor", inHeader((h) => (h[evil("bert.encoder.layer.1.x")] = { ...h[QUERY]! }))],
  ["a dtype", inHeader((h) => (h[QUERY]!.dtype = evil("F4")))],
  ["a renamed tensor", inHeader((h) => [(h[evil(QUERY)] = h[QUERY]!), delete h[QUERY]])],
  [
    "a shard",
    spoilt((m) => {
      renameSync(join(m, "model.safetensors"), join(m, "x"));
      writeFileSync(
        join(m, "model.safetensors.index.json"),
        JSON.stringify({ weight_map: { [QUERY]: `${EVIL}.safetensors` } }),
      );
    }),
  ],
  ["a normalizer", inTokenizer({ normalizer: { type: evil("Odd") } })],
  ["a tokenizer's model", inTokenizer({ model: { type: evil("Odd"), vocab: {} } })],
  [
    "a tokenizer's pattern",
    inTokenizer({ pre_tokenizer: { type: "Split", pattern: { Regex: `(${EVIL}` }, behavior: "Isolated" } }),
  ],
  ["a head", (m) => ["prune", m, "--heads", evil("0.1"), "--out", join(folder, "o")]],
  ["a requirement", (m) => ["prune", m, "--heads", "0.1", "--out", join(folder, "o"), "--require", evil("x<3")]],
  ["a method", (m) => ["importance", m, ...PAIRS(), "--methods", evil("m")]],
  ["a device", (m) => ["look", m, "-t", "a", "--device", evil("cpu")]],
  ["an option", (m) => ["look", m, "-t", "a", evil("--colour")]],
  ["a layer", (m) => ["look", m, "-t", "a", "--layer", evil("1")]],
  ["a head", (m) => ["look", m, "-t", "a", "--head", evil("1.1")]],
  ["an option's value", (m) => ["look", m, "-t", "a", "--threads", evil("1")]],
  ["a choice", (m) => ["look", m, "-t", "a", "--weighting", evil("raw")]],
  ["a command", () => [evil("look")]],
  ["a study", () => ["study", evil("one")]],
  ["a training configuration", () => ["train", written(`${evil("run")}.json`, JSON.stringify({ [EVIL]: EVIL }))]],
  ["a training configuration that is not JSON", () => ["train", written(evil("run"), `{"${EVIL}`)]],
  ["a run's name", () => ["train", "--text", written("a.txt", "a b c"), "--name", evil("r")]],
  ["a text that is not there", (m) => ["report", m, "--text", evil("none")]],
  ["a treebank", (m) => ["report", m, "--conllu", written(evil("t"), `1\t${EVIL}\t_\t_\t_\t_\t${evil("7")}\tdep\t_\t_\n`)]],
  ["importance of another", (m) => ["report", m, "--importance", written(evil("i"), JSON.stringify({ schema: EVIL }))]],
  ["pairs", (m) => ["importance", m, "--task", "similarity", "--data", written(`${evil("p")}.csv`, `${EVIL},b\n`)]],
  ["labels", (m) => ["importance", m, "--task", "labels", "--data", written(`${evil("p")}.jsonl`, `{"${EVIL}": 1}\n`)]],
  ["a model for the lab", () => ["lab", evil("./nowhere"), "--no-open"]],
  ["a hub id", () => ["look", "org/name@x", "-t", "a"]],
  ["a built-in model", () => ["look", evil("builtin:x"), "-t", "a"]],
];

describe.concurrent("what a hostile model holds", () => {
  it.each(WORKING)("does not control the terminal: %s", async (_, args, code = 0) => {
    const ran = await command.run(args(hostileModel()), { cwd: command.folder });
    expectClean(ran);
    expect([ran.code, ran.stderr.split("\n").filter((line) => line.startsWith("headwise:"))]).toEqual([code, []]);
    if (!ran.stdout.startsWith("Cut")) expect(ran.stdout).toContain("\\u001b");
  });

  it.each(REFUSED)("does not control the terminal from an error: %s", async (_, args) => {
    const ran = await command.run(args(hostileModel("model")), { cwd: command.folder });
    expectClean(ran);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^headwise: [^\n]+\n$/);
  });

  it.each(WORKING.slice(0, 5))("leaves only our own colors where colors are asked for: %s", async (_, args) => {
    const env = { NO_COLOR: undefined, FORCE_COLOR: "1" };
    const ran = await command.run(args(hostileModel()), { cwd: command.folder, env });
    expect(ran.stdout).toMatch(OWN_COLORS);
    expect(ran.stdout).not.toContain("\u001b[31m");
    expectClean(ran, true);
  });

  it("is printed with the stack, too", async () => {
    const model = hostileModel("model");
    editJson(join(model, "config.json"), { model_type: EVIL });
    const ran = await command.run(["look", model, "-t", "a", "--debug"]);
    expectClean(ran);
    expect(ran.stderr).toContain("at ");
  });

  it("stays what it is in JSON and in translations that another program reads", async () => {
    const { stdout } = await command.run(["look", hostileModel(), "-t", TEXT, "--json"]);
    expect(JSON.parse(stdout).tokens).toContain(evilToken("cat"));
    const model = makeTranslator(mkdtempSync(join(command.folder, "translator-")));
    const tokenizer = JSON.parse(readFileSync(join(model, "tokenizer.json"), "utf8"));
    const vocab = Object.entries(tokenizer.model.vocab).map(([word, id]) => [/^w\d/.test(word) ? evilToken(word) : word, id]);
    editJson(join(model, "tokenizer.json"), {
      model: {
        ...tokenizer.model,
        unk_token: evilToken("w59"),
        max_input_chars_per_word: 99,
        vocab: Object.fromEntries(vocab),
      },
    });
    const ran = await command.run(["translate", model, "--text", "w1", "--max-length", "4"]);
    expect([ran.code, ran.stderr]).toEqual([0, "translating …\n"]);
    expect(ran.stdout).toContain("\u001b]0;owned");
  });
});

describe("output", () => {
  afterEach(() => vi.restoreAllMocks());
  const captured = async (tty: boolean, run: () => void | Promise<void>): Promise<string> => {
    const texts: string[] = [];
    const take = (text: string | Uint8Array, done?: unknown) => {
      if (typeof done === "function") done();
      return texts.push(String(text)) > 0;
    };
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockImplementation(take);
    const before = process.stdout.isTTY;
    process.stdout.isTTY = tty;
    try {
      await run();
    } finally {
      process.stdout.isTTY = before;
    }
    return texts.join("");
  };

  it.each([
    ["print", print, "\\u001b", "\\u001b"],
    ["tell", tell, "\\u001b", "\\u001b"],
    ["printPainted", printPainted, "\\u001b", "\\u001b"],
    ["printData", printData, "\\u001b", "\u001b"],
  ] as const)("%s shows what controls a terminal; only data keep their bytes elsewhere", async (_, write, terminal, pipe) => {
    expect(await captured(true, () => write("a\u001b]b"))).toBe(`a${terminal}]b`);
    expect(await captured(false, () => write("a\u001b]b"))).toBe(`a${pipe}]b`);
  });

  it("is written in one place only", () => {
    const source = fileURLToPath(new URL("../../src/", import.meta.url));
    const files = (readdirSync(source, { recursive: true }) as string[]).filter((name) => /\.ts$/.test(name));
    const writing = files.filter((name) =>
      /process\.std(out|err)\.write|^\s*console\./m.test(readFileSync(join(source, name), "utf8")),
    );
    // the last two print in processes of their own: to a pipe, and to a job's log
    const own = [join("prune", "write", "memory.node.ts"), join("sweep", "child.node.ts")];
    expect(writing.sort()).toEqual([join("cli", "terminal", "output.ts"), ...own]);
  });
});
