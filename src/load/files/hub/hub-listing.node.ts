/** Queries the hub about a model: the commit of a revision, and the files that are needed. */
import * as hub from "@huggingface/hub";
import { type HubProgress, type RemoteFile, waitAfter } from "./download.node.ts";
import { HubTrouble } from "./failures.ts";
import { ask } from "./fetch.node.ts";
import type { HubSettings } from "./settings.node.ts";

const IS_WEIGHTS = /^\w[\w.-]*\.safetensors$/;
const IS_STANDARD = /^model(-\d{5}-of-\d{5})?\.safetensors$/;
const IS_SENTENCE_CONFIG = /^sentence_[\w-]+_config\.json$/;
/** Module folders of sentence-transformers, such as 1_Pooling. */
const IS_MODULE = /^\d{1,2}_[A-Za-z]{1,40}$/;
const TEXT_FILES: ReadonlySet<string> = new Set([
  ...["config.json", "generation_config.json", "model.safetensors.index.json", "modules.json", "adapter_config.json"],
  ...["config_sentence_transformers.json", "prune.json", "README.md"],
  ...["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja"],
  ...["vocab.json", "vocab.txt", "target_vocab.json", "merges.txt", "source.spm", "target.spm"],
  ...["spiece.model", "tokenizer.model", "sentencepiece.bpe.model"],
]);

/** True for the name of a file of readable weights. */
export const isWeights = (name: string): boolean => IS_WEIGHTS.test(name);

/** The files of one commit that a model needs: configuration and tokenizer, small ones first, and weights. */
export interface Listing {
  readonly texts: readonly RemoteFile[];
  /** Of several sets of weights, the one that transformers would load; empty if there are only pickles. */
  readonly weights: readonly RemoteFile[];
}

/** Returns the commit of a revision. */
export async function commitOf(settings: HubSettings, name: string, revision: string, progress: HubProgress): Promise<unknown> {
  const { endpoint: hubUrl } = settings;
  const fetch = retryingFetch(settings, progress, name);
  return (await hub.modelInfo({ hubUrl, fetch, name, revision, additionalFields: ["sha"] })).sha;
}

/** Lists the needed files of a commit, each with its hash. Throws `HubTrouble` if the listing is malformed. */
export async function list(settings: HubSettings, name: string, revision: string, progress: HubProgress): Promise<Listing> {
  const fetch = retryingFetch(settings, progress, name);
  const ask = { hubUrl: settings.endpoint, fetch, repo: { type: "model", name }, revision } as const;
  const top = await collected(hub.listFiles(ask));
  const modules = top.filter(({ type, path }) => type === "directory" && IS_MODULE.test(path)).slice(0, MOST_MODULES);
  const inside = await Promise.all(modules.map(({ path }) => collected(hub.listFiles({ ...ask, path }))));
  const ofModules = new Set(modules.flatMap(({ path }) => [`${path}/config.json`, `${path}/model.safetensors`]));
  const files = [...top, ...inside.flat()].filter(({ type }) => type === "file");
  const remote = (entries: readonly hub.ListFileEntry[]) =>
    entries.map((entry) => remoteFile(settings, name, revision, entry)).sort((a, b) => a.size - b.size);
  const weights = files.filter(({ path }) => IS_WEIGHTS.test(path));
  const standard = weights.filter(({ path }) => IS_STANDARD.test(path));
  return {
    texts: remote(files.filter(({ path }) => TEXT_FILES.has(path) || IS_SENTENCE_CONFIG.test(path) || ofModules.has(path))),
    weights: remote(standard.length > 0 ? standard : weights),
  };
}

const MOST_MODULES = 8;
const MOST_ENTRIES = 100_000;

async function collected(entries: AsyncIterable<hub.ListFileEntry>): Promise<hub.ListFileEntry[]> {
  const all: hub.ListFileEntry[] = [];
  for await (const entry of entries) {
    if (typeof entry?.path === "string") all.push(entry);
    if (all.length > MOST_ENTRIES) throw new HubTrouble(`its list of files has more than ${MOST_ENTRIES} entries`, false);
  }
  return all;
}

function remoteFile(
  { endpoint }: HubSettings,
  name: string,
  revision: string,
  { path, size, oid, lfs }: hub.ListFileEntry,
): RemoteFile {
  const hash = lfs?.oid ?? oid ?? "";
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) throw new HubTrouble(`the listed hash of ${path} is malformed`, false);
  if (!Number.isSafeInteger(size) || size < 0) throw new HubTrouble(`the listed size of ${path} is malformed`, false);
  const at = path.split("/").map(encodeURIComponent).join("/");
  return { path, size, hash, url: `${endpoint}/${name}/resolve/${revision}/${at}` };
}

const MOST_BYTES = 1 << 26;
const MOST_PAGES = 200;

/** Returns a `fetch` for the client library: complete JSON, within limits, with retries. */
function retryingFetch(settings: HubSettings, progress: HubProgress, name: string): typeof fetch {
  let pages = 0;
  return async (input) => {
    if (++pages > MOST_PAGES) throw new HubTrouble(`its list of files has more than ${MOST_PAGES} pages`, false);
    for (let tries = 1; ; ) {
      try {
        return await whole(settings, String(input));
      } catch (error) {
        await waitAfter(error, ++tries, settings.limits, (waiting) => progress(0, 0, name, waiting));
      }
    }
  };
}

async function whole(settings: HubSettings, url: string): Promise<Response> {
  const answer = await ask(settings, url, { accept: "application/json" });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      if ((length += chunk.length) > MOST_BYTES) throw new HubTrouble(`its answer exceeds ${MOST_BYTES} bytes`, false);
    }
  } finally {
    answer.close();
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (!isJson(text))
    throw new HubTrouble(
      "it does not answer with JSON; check that HF_ENDPOINT is a hub and that this network is signed in",
      false,
    );
  const link = answer.response.headers.get("link");
  return new Response(text, { headers: { "content-type": "application/json", ...(link && { link }) } });
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
