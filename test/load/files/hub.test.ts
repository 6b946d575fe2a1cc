import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileSource } from "../../../src/load/files/files.node.ts";
import { fetchFromHub } from "../../../src/load/files/hub.node.ts";
import { InputError } from "../../../src/run/errors.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const root = mkdtempSync(join(tmpdir(), "headwise-hub-"));
const CONFIG = '{"model_type":"bert"}';
const WEIGHTS = Buffer.alloc(300_007, 7);

/** A hub with one model, `org/name`: the three endpoints that are used, what it was asked, and how it misbehaves. */
const fake = { files: {} as Record<string, Buffer>, asked: [] as string[], status: 0, cut: "", damage: "" };

const sha1 = (data: Buffer) => createHash("sha1").update(`blob ${data.length}\0`).update(data).digest("hex");
const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");
const isLarge = (path: string) => path.endsWith(".safetensors");
const listed = ([path, data]: [string, Buffer]) => ({
  ...{ type: "file", path, size: data.length, oid: isLarge(path) ? "f".repeat(40) : sha1(data) },
  ...(isLarge(path) && { lfs: { oid: sha256(data), size: data.length, pointerSize: 130 } }),
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url!, "http://hub").pathname;
  fake.asked.push(`${path}${request.headers.authorization ? " as someone" : ""}`);
  const json = (value: unknown, status = 200) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (fake.status) return void json({ error: "no" }, fake.status);
  if (/^\/api\/models\/org\/name\/revision\/(main|refs%2Fpr%2F1|01.{38})$/.test(path))
    return void json({ id: "org/name", sha: COMMIT });
  if (path === `/api/models/org/name/tree/${COMMIT}`) return void json(Object.entries(fake.files).map(listed));
  const name = path.replace(`/org/name/resolve/${COMMIT}/`, "");
  const data = fake.files[name];
  if (!data) return void json({ error: "Repository not found" }, 404);
  send(response, name, data);
}

function send(response: ServerResponse, name: string, data: Buffer): void {
  const etag = `"${isLarge(name) ? sha256(data) : sha1(data)}"`;
  response.writeHead(200, { etag, "content-length": data.length });
  if (fake.cut === name) response.write(data.subarray(0, data.length >> 1), () => response.destroy());
  else response.end(fake.damage === name ? Buffer.alloc(data.length, 8) : data);
}

const server = createServer(serve);
const endpoint = await new Promise<string>((resolve) => {
  server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(root, "home-"));
  for (const name of ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HF_HOME", home);
  vi.stubEnv("HF_ENDPOINT", `${endpoint}/`);
  const files = { "config.json": Buffer.from(CONFIG), "model.safetensors": WEIGHTS };
  Object.assign(fake, { files, asked: [], status: 0, cut: "", damage: "" });
});
afterEach(() => vi.unstubAllEnvs());

const folder = () => join(home, "hub", "models--org--name");
const goDown = () => vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
const downloads = () => fake.asked.filter((path) => path.includes("/resolve/"));
const leftovers = () => readdirSync(join(folder(), "blobs")).filter((name) => name.includes("incomplete"));

describe("fetchFromHub", () => {
  it("fetches what a model needs, in the layout of Python's cache, and tells how far it is", async () => {
    const extra = ["tokenizer.json", "vocab.txt", "pytorch_model.bin", "fp16.safetensors", "../evil.json", "onnx/config.json"];
    for (const name of extra) fake.files[name] = Buffer.from(name);
    const steps: unknown[][] = [];
    const directory = await fetchFromHub("org/name", { progress: (...step) => steps.push(step) });
    expect(directory).toBe(join(folder(), "snapshots", COMMIT));
    expect(readdirSync(directory).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json", "vocab.txt"]);
    expect(readFileSync(join(directory, "config.json"), "utf8")).toBe(CONFIG);
    expect(readFileSync(join(directory, "model.safetensors")).equals(WEIGHTS)).toBe(true);
    expect(readFileSync(join(folder(), "refs", "main"), "utf8")).toBe(COMMIT);
    expect(readFileSync(join(folder(), "blobs", sha256(WEIGHTS))).equals(WEIGHTS)).toBe(true);
    if (process.platform !== "win32") expect(lstatSync(join(directory, "config.json")).isSymbolicLink()).toBe(true);
    expect(steps.at(-1)).toEqual([WEIGHTS.length, WEIGHTS.length, "model.safetensors"]);
    expect(steps).toContainEqual([CONFIG.length, CONFIG.length, "config.json"]);
  });

  it("does not fetch again what it has", async () => {
    await fetchFromHub("org/name");
    fake.asked = [];
    await fetchFromHub("org/name@refs/pr/1");
    expect(downloads()).toEqual([]);
    expect(readFileSync(join(folder(), "refs", "refs", "pr", "1"), "utf8")).toBe(COMMIT);
  });

  it("takes every shard", async () => {
    fake.files = { "config.json": Buffer.from(CONFIG), "model.safetensors.index.json": Buffer.from("{}") };
    for (const i of [1, 2, 3]) fake.files[`model-0000${i}-of-00003.safetensors`] = Buffer.from(`shard ${i}`);
    const directory = await fetchFromHub("org/name");
    expect(readdirSync(directory)).toHaveLength(5);
    rmSync(join(directory, "model-00002-of-00003.safetensors"));
    goDown();
    await expect(fetchFromHub("org/name")).rejects.toThrow("the cache has no copy");
  });

  it.each(["main", COMMIT])("uses the cache of %s when it is told to stay offline, or has no network", async (revision) => {
    const directory = await fetchFromHub(`org/name@${revision}`);
    fake.asked = [];
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    expect(await fetchFromHub(`org/name@${revision}`)).toBe(directory);
    expect(fake.asked).toEqual([]);
    vi.stubEnv("HF_HUB_OFFLINE", undefined);
    goDown();
    expect(await fetchFromHub(`org/name@${revision}`)).toBe(directory);
    vi.stubEnv("HF_ENDPOINT", endpoint);
    fake.status = 503;
    expect(await fetchFromHub(`org/name@${revision}`)).toBe(directory);
  });

  it("sends HF_TOKEN where there is one", async () => {
    vi.stubEnv("HF_TOKEN", "hf_test");
    await fetchFromHub("org/name");
    expect(fake.asked.every((path) => path.endsWith(" as someone"))).toBe(true);
  });

  it("says how to mend it when neither hub nor cache has the model", async () => {
    const where = (text: string) => new InputError(text.replace("CACHE", folder()));
    goDown();
    await expect(fetchFromHub("org/name")).rejects.toThrow(
      where(
        "org/name: the download from http://127.0.0.1:9 failed (bad port) and the cache has no copy (CACHE); try again, or name a directory",
      ),
    );
    vi.stubEnv("HF_HUB_OFFLINE", "true");
    await expect(fetchFromHub("org/name")).rejects.toThrow(
      where("org/name: HF_HUB_OFFLINE is set and the cache has no copy (CACHE); unset it to download"),
    );
  });

  it("tells a model that is not there, or not for us, from a hub that is down", async () => {
    const none = (what: string) => `${endpoint} has no ${what}, or it is private (404, “Repository not found”)`;
    const hint = "check the spelling, and for a private model set HF_TOKEN to a token with read access";
    await expect(fetchFromHub("org/other")).rejects.toThrow(new InputError(`org/other: ${none("model org/other")}; ${hint}`));
    await fetchFromHub("org/name");
    await expect(fetchFromHub("org/name@v9")).rejects.toThrow(
      new InputError(`org/name@v9: ${none("model org/name with a revision v9")}; ${hint}`),
    );
    fake.status = 401;
    await expect(fetchFromHub("org/name")).rejects.toThrow(
      `${endpoint} does not accept the credentials (401, “no”); set HF_TOKEN to a token with read access`,
    );
  });

  it("opens no pickles", async () => {
    fake.files = { "config.json": Buffer.from(CONFIG), "pytorch_model.bin": WEIGHTS };
    const message = "org/name: it has no .safetensors weights, and pickles are not read; name another model";
    await expect(fetchFromHub("org/name")).rejects.toThrow(new InputError(message));
  });

  it("keeps nothing of a file that arrives damaged, and only the beginning of one that arrives in part", async () => {
    fake.damage = "model.safetensors";
    await expect(fetchFromHub("org/name")).rejects.toThrow(
      new InputError("model.safetensors: the download is damaged (its hash differs from the hub's); try again"),
    );
    Object.assign(fake, { damage: "", cut: "model.safetensors" });
    await expect(fetchFromHub("org/name", { limits: { pause: 1, attempts: 2 } })).rejects.toThrow(InputError);
    expect([leftovers().length, readdirSync(join(folder(), "snapshots", COMMIT))]).toEqual([1, ["config.json"]]);
    fake.cut = "";
    expect(readdirSync(await fetchFromHub("org/name"))).toContain("model.safetensors");
    expect(leftovers()).toEqual([]);
  });

  it.each([
    "name",
    "org/",
    "/name",
    "a/b/c",
    "org/na me",
    "../name",
    "org/..",
    "org/name@",
    "org/name@../x",
    "org/name@a?b",
    "org/name@-x",
  ])("refuses the id %j", async (id) => {
    await expect(fetchFromHub(id)).rejects.toThrow(
      new InputError(`${JSON.stringify(id)}: not a hub id; write org/name or org/name@revision`),
    );
    expect(fake.asked).toEqual([]);
  });
});

describe("fileSource", () => {
  it("reads by position, and says when the file has shrunk", async () => {
    const path = join(root, "bytes");
    writeFileSync(path, Uint8Array.of(1, 2, 3, 5, 7));
    const source = await fileSource(path);
    expect([source.size, [...(await source.read(1, 3))]]).toEqual([5, [2, 3, 5]]);
    await expect(source.read(3, 3)).rejects.toThrow(`${path}: the file became shorter during reading; copy it again`);
    await source.close();
  });

  it("explains what cannot be opened", async () => {
    const secret = join(root, "secret");
    writeFileSync(secret, "x");
    chmodSync(secret, 0);
    const none = join(root, "none");
    await expect(fileSource(none)).rejects.toThrow(new InputError(`${none}: there is no such file; check the path`));
    await expect(fileSource(root)).rejects.toThrow(new InputError(`${root}: this is a directory; name a file in it`));
    if (process.platform === "linux") await expect(fileSource("/dev/zero")).rejects.toThrow("not a regular file");
    if (process.getuid?.() !== 0) await expect(fileSource(secret)).rejects.toThrow("permission to read is missing; grant it");
    await expect(fileSource(join(root, "x".repeat(300)))).rejects.toThrow(/cannot be opened \(ENAMETOOLONG/);
  });
});
