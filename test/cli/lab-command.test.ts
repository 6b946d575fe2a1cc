/** `headwise lab` as a process, and the script that makes the static site. */
import { type ChildProcess, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, get, type Server } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureGguf } from "../load/gguf-llama.ts";
import { buildCommand, type Command } from "./command.ts";
import { ask, closed, someBytes } from "./lab-place.ts";
import { makeModel } from "./model-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let command: Command;
beforeAll(() => {
  command = buildCommand({ own: true });
});
afterAll(() => command.remove());

const ended = (code: number | null) => ({ code, signal: null });

it("says how to build the pages where there are none", async () => {
  const { code, stdout, stderr } = await command.run(["lab", "--no-open"]);
  expect({ code, stdout, stderr }).toEqual({
    ...{ code: 2, stdout: "" },
    stderr: "headwise: the lab's pages are not built; run `npm run build` in Headwise's folder\n",
  });
});

describe("with pages", () => {
  let model: string;
  beforeAll(() => {
    const pages = join(command.built, "lab");
    mkdirSync(pages);
    writeFileSync(join(pages, "index.html"), "the page");
    model = makeModel(join(command.folder, "a model"));
    writeFileSync(join(model, "source.spm"), someBytes(64 << 20));
  });

  /** Run the lab until `then`, told its port, sends a signal. */
  const running = (args: readonly string[], then: (port: number, child: ChildProcess) => Promise<void>) => {
    let done: Promise<void> | undefined;
    const begin = (child: ChildProcess) =>
      child.stdout!.once("data", (line) => {
        done = then(Number(/:(\d+)\/ /.exec(line)![1]), child);
      });
    return command.run(["lab", ...args], { begin }).then(async (ran) => {
      await done;
      return ran;
    });
  };

  it.each(["SIGINT", "SIGTERM"] as const)("prints one line, serves the model, and ends cleanly on %s", async (signal) => {
    const ran = await running([model, "--port", "0"], async (port, child) => {
      const { models } = JSON.parse((await ask(port, "/models.json")).body.toString());
      const files = ["config.json", "model.safetensors", "source.spm", "tokenizer.json"];
      expect(models).toEqual([{ id: "a model", kind: "directory", base: "model/", files, served: true }]);
      expect((await ask(port, "/")).body.toString()).toBe("the page");
      const { body } = await ask(port, "/model/model.safetensors");
      expect(body.equals(readFileSync(join(model, "model.safetensors")))).toBe(true);
      // a connection that is kept, and one half-way through a large file
      get({ port, path: "/" }, (response) => response.resume()).on("error", () => {});
      const half = new Promise<void>((begun) => {
        const response = get({ port, path: "/model/source.spm", agent: false }, (some) =>
          some
            .on("error", () => {})
            .once("data", () => {
              some.pause();
              begun();
            }),
        );
        response.on("error", () => {});
      });
      await half;
      child.kill(signal);
    });
    expect(ran).toMatchObject({ ...ended(0), stderr: "" });
    expect(ran.stdout).toMatch(/^lab running at http:\/\/127\.0\.0\.1:\d+\/ \(press Ctrl-C to stop\)\n$/);
  });

  it("moves on from a port that is taken, and says where to", async () => {
    const other = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
    });
    const { port: taken } = other.address() as { port: number };
    let served = 0;
    const ran = await running(["--port", String(taken)], async (port, child) => {
      served = port;
      expect((await ask(port, "/")).status).toBe(200);
      child.kill("SIGINT");
    });
    await closed(other);
    expect(ran).toMatchObject({ ...ended(0), stderr: "" });
    expect(served).toBeGreaterThan(taken);
    expect(served).toBeLessThan(taken + 20);
  });

  it("serves a .gguf file", async () => {
    const bytes = await fixtureGguf("llama");
    writeFileSync(join(command.folder, "small.gguf"), bytes);
    const ran = await running(["small.gguf", "--port", "0"], async (port, child) => {
      const { models } = JSON.parse((await ask(port, "/models.json")).body.toString());
      expect(models).toEqual([{ id: "small.gguf", kind: "gguf", base: "model/", files: ["small.gguf"], served: true }]);
      expect((await ask(port, "/model/small.gguf")).body.equals(Buffer.from(bytes))).toBe(true);
      child.kill("SIGINT");
    });
    expect(ran).toMatchObject({ ...ended(0), stderr: "" });
  });

  it("serves a model of the hub's cache, whose files are links", async () => {
    const repo = join(command.folder, "hub/hub/models--org--small");
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const blobs = makeModel(join(repo, "blobs"));
    mkdirSync(join(repo, "snapshots", commit), { recursive: true });
    mkdirSync(join(repo, "refs"));
    writeFileSync(join(repo, "refs/main"), commit);
    for (const name of readdirSync(blobs)) symlinkSync(`../../blobs/${name}`, join(repo, "snapshots", commit, name));
    const ran = await running(["org/small", "--port", "0"], async (port, child) => {
      const { models } = JSON.parse((await ask(port, "/models.json")).body.toString());
      const files = ["config.json", "model.safetensors", "tokenizer.json"];
      expect(models).toEqual([{ id: "org/small", kind: "directory", base: "model/", files, served: true }]);
      for (const name of files)
        expect((await ask(port, `/model/${name}`)).body.equals(readFileSync(join(blobs, name)))).toBe(true);
      child.kill("SIGINT");
    });
    expect(ran).toMatchObject({ ...ended(0), stderr: "" });
  });

  type Spoil = (folder: string) => void;
  const spoilt = (spoil: Spoil) => (folder: string) => {
    spoil(makeModel(join(folder, "model")));
    return ["model"];
  };
  const BAD: readonly (readonly [what: string, args: (folder: string) => readonly string[], ...says: string[]])[] = [
    ...["-1", "65536", "1.5", "x", "", "0x50"].map(
      (port) => [`"${port}" as a port`, () => [`--port=${port}`], "--port takes a whole number from 0 to 65535"] as const,
    ),
    ["a model that is not there", () => ["./nowhere"], "./nowhere: no such directory", "check the path"],
    ["a hub id that is not at hand", () => ["nobody/nothing"], "nobody/nothing: ", "unset it to download"],
    ["an unknown built-in model", () => ["builtin:x"], "builtin:x: unknown built-in model"],
    ["no config.json", spoilt((model) => rmSync(join(model, "config.json"))), "model: there is no config.json"],
    ["config.json that is not JSON", spoilt((model) => writeFileSync(join(model, "config.json"), "{")), "not valid JSON"],
    ["no weights", spoilt((model) => rmSync(join(model, "model.safetensors"))), "there is no model.safetensors"],
    [
      "weights cut short",
      spoilt((model) => truncateSync(join(model, "model.safetensors"), 90_000)),
      "download the file again, since it is truncated",
    ],
    [
      "weights that are a link to another place",
      spoilt((model) => {
        copyFileSync(join(model, "model.safetensors"), join(model, "../weights"));
        rmSync(join(model, "model.safetensors"));
        symlinkSync("../weights", join(model, "model.safetensors"));
      }),
      "model: model.safetensors cannot be served, because it links outside the folder",
    ],
    [
      "a .gguf file that is none",
      (folder) => {
        writeFileSync(join(folder, "a.gguf"), "GGUF");
        return ["a.gguf"];
      },
      "a.gguf: ",
    ],
    ["a file of another kind", () => ["../a model/config.json"], "config.json: not a model; name a directory"],
  ];
  it.each(BAD.map(([what, ...rest]) => [what, rest] as const))("refuses %s", async (_, [args, ...says]) => {
    const folder = mkdtempSync(join(command.folder, "case-"));
    const { code, stdout, stderr } = await command.run(["lab", "--no-open", ...args(folder)], { cwd: folder });
    expect(stderr).toMatch(/^headwise: [^\n]+\n$/);
    for (const part of says) expect(stderr).toContain(part);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("the static site", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(ROOT, "node_modules/.cache/headwise-site-"));
    cpSync(command.built, join(root, "dist"), { recursive: true });
    rmSync(join(root, "dist/lab"), { recursive: true, force: true });
    mkdirSync(join(root, "scripts"));
    copyFileSync(join(ROOT, "scripts/build-lab.mjs"), join(root, "scripts/build-lab.mjs"));
    makeModel(join(root, "models/small"));
    writeFileSync(join(root, "models/small/README.md"), "a card");
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const build = (...args: string[]) => {
    const script = join(root, "scripts/build-lab.mjs");
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: "utf8" });
    return { status, stderr };
  };
  const listed = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
      .sort();
  const DONE = { status: 0, stderr: "" };

  it("needs pages", () => {
    expect(build()).toEqual({ status: 2, stderr: "build-lab: the pages are not built: run `npm run build` first\n" });
    expect(readdirSync(root).sort()).toEqual(["dist", "models", "scripts"]);
  });

  it("has the pages, ONNX Runtime's two files, the models and their list, and the headers; a second one replaces it", () => {
    mkdirSync(join(root, "dist/lab/assets"), { recursive: true });
    writeFileSync(join(root, "dist/lab/index.html"), "the page");
    writeFileSync(join(root, "dist/lab/assets/a.js"), "1");
    const site = join(root, "lab-site");
    for (const page of ["the page", "another page"]) {
      writeFileSync(join(root, "dist/lab/index.html"), page);
      expect(build()).toEqual(DONE);
      const model = ["README.md", "config.json", "model.safetensors", "tokenizer.json"];
      const engine = ["mjs", "wasm"].map((end) => `ort/ort-wasm-simd-threaded.asyncify.${end}`);
      expect(listed(site)).toEqual(
        [
          "_headers",
          "assets/a.js",
          "index.html",
          ...model.map((name) => `models/small/${name}`),
          "models.json",
          ...engine,
        ].sort(),
      );
      expect(readFileSync(join(site, "index.html"), "utf8")).toBe(page);
      for (const name of model)
        expect(readFileSync(join(site, "models/small", name)).equals(readFileSync(join(root, "models/small", name)))).toBe(
          true,
        );
      expect(JSON.parse(readFileSync(join(site, "models.json"), "utf8"))).toEqual({
        models: [{ id: "builtin:small", kind: "directory", base: "models/small/", files: model, served: false }],
      });
      expect(readFileSync(join(site, "_headers"), "utf8")).toMatch(
        /^#.*\n\/\*\n {2}Cross-Origin-Opener-Policy: same-origin\n {2}Cross-Origin-Embedder-Policy: require-corp\n$/,
      );
      expect(readdirSync(root).sort()).toEqual(["dist", "lab-site", "models", "scripts"]);
    }
  });

  it("does not replace other things, unless it is told to, and never Headwise", () => {
    const other = join(command.folder, "other");
    mkdirSync(other);
    expect(build("--out", other)).toEqual(DONE);
    rmSync(other, { recursive: true });
    mkdirSync(other);
    writeFileSync(join(other, "mine.txt"), "mine");
    expect(build("--out", other)).toEqual({ status: 2, stderr: expect.stringContaining("holds other things") });
    expect(readdirSync(other)).toEqual(["mine.txt"]);
    expect(build("--out", join(other, "mine.txt"), "--force")).toEqual({
      status: 2,
      stderr: expect.stringContaining("no folder"),
    });
    for (const above of [root, join(root, ".."), "/"])
      expect(build("--out", above, "--force")).toEqual({ status: 2, stderr: expect.stringContaining("Headwise itself") });
    expect(build("--uot", other).status).toBe(2);
    expect(build("--out", other, "--force")).toEqual(DONE);
    expect(readdirSync(other)).not.toContain("mine.txt");
  });
});
