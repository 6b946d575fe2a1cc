/**
 * Fetches models from the Hugging Face hub into the cache shared with Python's `huggingface_hub` (the same folders and links).
 */
import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, InputError, messageOf } from "../../run/errors.ts";
import { blobOf, cachedSnapshot, isCommit, link, noteRevision, type Repo, sizeOf, snapshotOf } from "./hub/cache.node.ts";
import { download, type HubProgress, type RemoteFile } from "./hub/download.node.ts";
import { HubRefusal, refusalText } from "./hub/failures.ts";
import { commitOf, isWeights, type Listing, list } from "./hub/hub-listing.node.ts";
import { removeStaleParts } from "./hub/parts.node.ts";
import { type HubLimits, type HubSettings, hubSettings } from "./hub/settings.node.ts";

/** Options of a download. */
export interface HubOptions {
  readonly progress?: HubProgress;
  /** Time limits and number of tries, if not the defaults. */
  readonly limits?: Partial<HubLimits>;
}

/**
 * A model of the hub whose files are fetched on demand, so that errors in the small ones appear before weights are downloaded.
 */
export interface HubModel {
  /** The folder of the files in the cache. */
  readonly directory: string;
  /**
   * Fetches a file of the model into `directory`, unless it is there already or the model has none of this name. The first file
   * of weights brings all other files too. Throws `InputError`.
   */
  fetchFile(name: string): Promise<void>;
  /** Fetches all files except the weights. Throws `InputError`. */
  fetchTexts(): Promise<void>;
}

/**
 * Finds the model `org/name[@revision]` on the hub, or in the cache if the hub cannot be reached.
 *
 * Honors HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT,
 * HF_HUB_ETAG_TIMEOUT and the proxy variables. Files in the cache are not fetched again. Each file is checked against its
 * hash. Throws `InputError` if the id is malformed or not on the hub, or neither hub nor cache has the model.
 */
export async function openHubModel(id: string, options: HubOptions = {}): Promise<HubModel> {
  const settings = await hubSettings(options.limits);
  const repo = parseId(id, settings.cache);
  const cached = await cachedSnapshot(repo);
  const kept = cached && { directory: cached, fetchFile: async () => {}, fetchTexts: async () => {} };
  if (settings.offline) {
    if (kept) return kept;
    throw new InputError(`${id}: HF_HUB_OFFLINE is set and the cache has no copy (${repo.folder}); unset it to download`);
  }
  const progress = options.progress ?? (() => {});
  try {
    return await remote(settings, repo, cached !== undefined, progress);
  } catch (error) {
    if (kept && !(error instanceof InputError || error instanceof HubRefusal)) return kept;
    throw explained(error, settings, repo, cached !== undefined);
  }
}

/** Fetches all files of the model `org/name[@revision]` and returns its directory in the cache. Throws like `openHubModel`. */
export async function fetchFromHub(id: string, options: HubOptions = {}): Promise<string> {
  const model = await openHubModel(id, options);
  await model.fetchFile("model.safetensors");
  return model.directory;
}

const IS_ID = /^(\w[\w.-]*\/\w[\w.-]*)(?:@(\w[\w./-]*))?$/;

function parseId(id: string, cache: string): Repo {
  const [, name, revision = "main"] = IS_ID.exec(id) ?? [];
  if (!name || id.includes(".."))
    throw new InputError(`${JSON.stringify(id)}: not a hub id; write org/name or org/name@revision`);
  return { id, name, revision, folder: join(cache, `models--${name.replace("/", "--")}`) };
}

async function remote(settings: HubSettings, repo: Repo, cached: boolean, progress: HubProgress): Promise<HubModel> {
  const { limits } = settings;
  const once = cached ? { ...settings, limits: { ...limits, attempts: 1 } } : settings; // the cache is available without waiting
  const commit = await commitOf(once, repo.name, repo.revision, progress);
  if (!isCommit(commit)) throw new Error("the hub returned an invalid commit hash");
  const files = await list(settings, repo.name, commit, progress);
  if (files.weights.length === 0)
    throw new InputError(`${repo.id}: it has no .safetensors weights, and pickles are not read; name another model`);
  const directory = snapshotOf(repo, commit);
  const one = (file: RemoteFile) => storeFile(settings, repo, file, join(directory, file.path), progress);
  const all = () => fetchAll(repo, files, directory, commit, one);
  const fetchFile = async (name: string) => {
    const text = files.texts.find(({ path }) => path === name);
    if (text) await one(text);
    else if (isWeights(name)) await all();
  };
  const explain = (error: unknown) => {
    throw explained(error, settings, repo, cached);
  };
  const fetchTexts = async () => {
    for (const file of files.texts) await one(file);
  };
  return { directory, fetchFile: (name) => fetchFile(name).catch(explain), fetchTexts: () => fetchTexts().catch(explain) };
}

async function fetchAll(
  repo: Repo,
  { texts, weights }: Listing,
  directory: string,
  commit: string,
  one: (file: RemoteFile) => Promise<void>,
): Promise<void> {
  await requireRoom(repo, directory, [...texts, ...weights]);
  for (const file of [...texts, ...weights]) await one(file);
  await noteRevision(repo, commit);
  await removeStaleParts(join(repo.folder, "blobs"));
}

/** Throws `InputError` if the disk has no room for the missing files. */
async function requireRoom(repo: Repo, directory: string, files: readonly RemoteFile[]): Promise<void> {
  const missing = await Promise.all(
    files.map(async ({ path, size }) => ((await sizeOf(join(directory, path))) === size ? 0 : size)),
  );
  const needed = missing.reduce((sum, size) => sum + size, 0);
  const disk = await diskOf(repo.folder);
  if (!disk || needed === 0 || disk.bavail * disk.bsize >= needed) return;
  const [want, free] = [needed, disk.bavail * disk.bsize].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
  throw new InputError(
    `${repo.id}: the download needs ${want}, but ${free} are free at ${repo.folder}; set HF_HOME to a larger disk`,
  );
}

async function storeFile(settings: HubSettings, repo: Repo, file: RemoteFile, pointer: string, progress: HubProgress) {
  const blob = blobOf(repo, file.hash);
  if ((await sizeOf(pointer)) === file.size) return;
  if ((await sizeOf(blob)) !== file.size) await download(settings, file, blob, progress);
  await link(blob, pointer);
}

/** Returns the disk of a folder, which need not exist yet. */
async function diskOf(folder: string): Promise<StatsFs | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const disk = await statfs(at).catch(() => undefined);
    if (disk || at === dirname(at)) return disk;
  }
}

/** Turns an error into one line with the fix. */
function explained(error: unknown, { endpoint, token }: HubSettings, repo: Repo, cached: boolean): Error {
  if (error instanceof InputError) return error;
  const { id, name, revision, folder } = repo;
  if (error instanceof HubRefusal)
    return new InputError(`${id}: ${refusalText(error, { endpoint, name, revision, withToken: token !== undefined })}`);
  const [code = "", message] = [codeOf(error), messageOf(error)];
  if (/^E(NOSPC|DQUOT|ROFS|ACCES|PERM|NOTDIR|ISDIR)$/.test(code))
    return new InputError(
      `${id}: the cache at ${folder} cannot be written (${code}); make room, or set HF_HOME to another folder`,
    );
  return new InputError(
    cached
      ? `${id}: the download from ${endpoint} failed (${message}); try again, or set HF_HUB_OFFLINE=1 to use the cache's older copy`
      : `${id}: the download from ${endpoint} failed (${message}) and the cache has no copy (${folder}); try again, or name a directory`,
  );
}
