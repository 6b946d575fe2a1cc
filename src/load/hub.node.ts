/** Models from the Hugging Face hub, kept in the cache that Python's `huggingface_hub` shares (the same folders and links). */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import * as hub from "@huggingface/hub";
import { InputError } from "../run/errors.ts";

/** Told while a file comes in: bytes so far, bytes in all, the file's name. */
export type HubProgress = (done: number, total: number, file: string) => void;

/** One revision of one model, and its folder in the cache. */
interface Repo {
  readonly id: string;
  readonly name: string;
  readonly revision: string;
  readonly folder: string;
}

const ANSWER_TIME = 30_000;
const IS_COMMIT = /^[0-9a-f]{40}$/;
const IS_ID = /^(\w[\w.-]*\/\w[\w.-]*)(?:@(\w[\w./-]*))?$/;
const IS_WEIGHTS = /^\w[\w.-]*\.safetensors$/;
const IS_STANDARD = /^model(-\d{5}-of-\d{5})?\.safetensors$/;
const TEXT_FILES = new Set([
  ...[
    "config.json",
    "generation_config.json",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
  ],
  ...["vocab.json", "vocab.txt", "target_vocab.json", "merges.txt", "source.spm", "target.spm"],
  ...["spiece.model", "tokenizer.model", "sentencepiece.bpe.model"],
  ...["modules.json", "config_sentence_transformers.json"],
]);
/** How a sentence encoder pools: its own options, and one folder for each module. */
const IS_POOLING = /^(sentence_[\w-]+_config\.json|\d+_\w+\/(config\.json|model\.safetensors))$/;

/**
 * Fetch the model `org/name[@revision]` — configuration, tokenizer and safetensors — and return its directory in the cache.
 *
 * Honours HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE. What the cache holds is not fetched again, and is
 * used as it is when the hub cannot be reached. Each file is checked against its hash. Throws `InputError` where the id is
 * malformed or not on the hub, or the hub cannot be reached and the cache does not hold the model.
 */
export async function fetchFromHub(id: string, options: { progress?: HubProgress } = {}): Promise<string> {
  const repo = parseId(id);
  const cached = await cachedSnapshot(repo);
  if (/^(1|true|yes|on)$/i.test(process.env.HF_HUB_OFFLINE ?? "")) {
    if (cached) return cached;
    throw new InputError(`${id}: HF_HUB_OFFLINE is set and the cache has no copy (${repo.folder}); unset it to download`);
  }
  return download(repo, options.progress ?? (() => {})).catch((error: Error) => {
    if (error instanceof InputError) throw error;
    if (cached && !isRefusal(error)) return cached;
    throw new InputError(`${id}: ${isRefusal(error) ? refused(repo, error) : failed(repo, error)}`);
  });
}

function parseId(id: string): Repo {
  const [, name, revision = "main"] = IS_ID.exec(id) ?? [];
  if (!name || id.includes("..")) throw new InputError(`${JSON.stringify(id)}: a hub id is org/name or org/name@revision`);
  return { id, name, revision, folder: join(hub.getHFHubCachePath(), `models--${name.replace("/", "--")}`) };
}

/** The snapshot that the cache has of a revision, if it is a whole one. */
async function cachedSnapshot({ revision, folder }: Repo): Promise<string | undefined> {
  const branch = readFile(join(folder, "refs", revision), "utf8").catch(() => "");
  const commit = IS_COMMIT.test(revision) ? revision : (await branch).trim();
  const snapshot = join(folder, "snapshots", commit);
  const files: string[] = IS_COMMIT.test(commit) ? await readdir(snapshot).catch(() => []) : [];
  const weights = files.filter((file) => IS_WEIGHTS.test(file));
  const shards = Number(/-of-(\d{5})\./.exec(weights[0] ?? "")?.[1] ?? 1);
  return files.includes("config.json") && weights.length >= shards ? snapshot : undefined;
}

async function download(repo: Repo, progress: HubProgress): Promise<string> {
  const { sha } = await hub.modelInfo({ ...connection(), name: repo.name, revision: repo.revision, additionalFields: ["sha"] });
  if (!IS_COMMIT.test(sha)) throw new Error(`the commit ${JSON.stringify(sha)} makes no sense`);
  const snapshot = join(repo.folder, "snapshots", sha);
  for (const entry of await wanted(repo, sha)) await fetchFile(repo, entry, sha, join(snapshot, entry.path), progress);
  if (repo.revision !== sha) {
    const ref = join(repo.folder, "refs", repo.revision);
    await mkdir(dirname(ref), { recursive: true });
    await writeFile(ref, sha);
  }
  return snapshot;
}

const endpoint = () => (process.env.HF_ENDPOINT || hub.HUB_URL).replace(/\/+$/, "");
const impatient: typeof fetch = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIME) });
const connection = () => ({ hubUrl: endpoint(), fetch: impatient, accessToken: process.env.HF_TOKEN || undefined });

/** The files to fetch, small ones first; of several sets of weights, the one that transformers would load. */
async function wanted({ id, name }: Repo, revision: string): Promise<hub.ListFileEntry[]> {
  const entries: hub.ListFileEntry[] = [];
  for await (const entry of hub.listFiles({ ...connection(), repo: { type: "model", name }, revision, recursive: true }))
    entries.push(entry);
  const files = entries.filter(({ type }) => type === "file").sort((a, b) => a.size - b.size);
  const weights = files.filter(({ path }) => IS_WEIGHTS.test(path));
  const standard = weights.filter(({ path }) => IS_STANDARD.test(path));
  if (weights.length === 0)
    throw new InputError(`${id}: it has no .safetensors weights, and pickles are never opened; name another`);
  return [
    ...files.filter(({ path }) => TEXT_FILES.has(path) || IS_POOLING.test(path)),
    ...(standard.length > 0 ? standard : weights),
  ];
}

async function fetchFile(repo: Repo, entry: hub.ListFileEntry, revision: string, pointer: string, progress: HubProgress) {
  const hash = entry.lfs?.oid ?? entry.oid ?? "";
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) throw new Error(`the hash of ${entry.path} makes no sense`);
  const blob = join(repo.folder, "blobs", hash);
  if (await hasSize(pointer, entry.size)) return;
  if (!(await hasSize(blob, entry.size))) {
    const source = {
      ...connection(),
      fetch,
      repo: { type: "model", name: repo.name },
      path: entry.path,
      revision,
      xet: false,
    } as const;
    const content = await hub.downloadFile(source);
    if (!content) throw new Error(`${entry.path} is listed but not there`);
    await save(content, entry, hash, blob, progress);
  }
  await mkdir(dirname(pointer), { recursive: true });
  await rm(pointer, { force: true });
  await symlink(relative(dirname(pointer), blob), pointer).catch(() => copyFile(blob, pointer)); // Windows may forbid links
}

const hasSize = (path: string, size: number) =>
  stat(path).then(
    (found) => found.size === size,
    () => false,
  );

/** Write aside, check, then rename: a blob is whole or absent. Large files are named by SHA-256, small ones by git's SHA-1. */
async function save(content: Blob, entry: hub.ListFileEntry, hash: string, blob: string, progress: HubProgress): Promise<void> {
  const partial = `${blob}.${process.pid}.incomplete`;
  const sum = hash.length === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${entry.size}\0`);
  let done = 0;
  const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      sum.update(chunk);
      progress((done += chunk.length), entry.size, entry.path);
      yield chunk;
    }
  };
  await mkdir(dirname(blob), { recursive: true });
  try {
    const stream = Readable.fromWeb(content.stream() as ReadableStream<Uint8Array>);
    await pipeline(stream, watch, createWriteStream(partial, { flush: true }));
    if (sum.digest("hex") !== hash)
      throw new InputError(`${entry.path}: it arrived damaged, with another hash than the hub's; try again`);
    await rename(partial, blob);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Whether the hub has answered that it will not, rather than not at all, or that it is busy. */
const isRefusal = (error: Error): error is hub.HubApiError =>
  error instanceof hub.HubApiError && error.statusCode < 500 && error.statusCode !== 429;

function refused({ name, revision }: Repo, { statusCode }: hub.HubApiError): string {
  const what = revision === "main" ? `model ${name}` : `model ${name} with a revision ${revision}`;
  return `${endpoint()} shows no ${what} (${statusCode}); check the spelling, and set HF_TOKEN if it is private or gated`;
}

function failed({ folder }: Repo, error: Error): string {
  const reason = error.cause instanceof Error ? error.cause.message : (error.message ?? String(error));
  return `the download from ${endpoint()} failed (${reason}) and the cache has no copy (${folder}); try again, or name a directory`;
}
