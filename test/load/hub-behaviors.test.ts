/** A fake hub in every way that a hub can behave: what comes of it, how often it is asked, and who sees the token. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchFromHub } from "../../src/load/files/hub.node.ts";
import { InputError } from "../../src/run/errors.ts";
import { startFakeHub } from "./fake-hub.ts";
import { COMMIT, type FakeHub, sha256 } from "./fake-hub-call.ts";

const WEIGHTS = Buffer.from(Array.from({ length: 300_007 }, (_, k) => (k * 31 + (k >> 8)) & 255));
const FILES = {
  "config.json": Buffer.from('{"model_type":"bert"}'),
  "tokenizer.json": Buffer.from("{}"),
  "1_Pooling/config.json": Buffer.from('{"word_embedding_dimension":35}'),
  "model.safetensors": WEIGHTS,
};
const PATIENT = { answer: 20_000, stall: 20_000, attempts: 3, pause: 1, longestPause: 1500 };
/** Quick limits for what never answers, slow ones for all that only has to be in time on a busy machine. */
const limitsOf = (behavior: string) => (/silent|stall/.test(behavior) ? { ...PATIENT, answer: 800, stall: 700 } : PATIENT);

const root = mkdtempSync(join(tmpdir(), "headwise-behaviors-"));
let hub: FakeHub;
let home = "";
beforeEach(async () => {
  home = mkdtempSync(join(root, "home-"));
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  vi.stubEnv("HF_HOME", home);
  vi.stubEnv("HF_TOKEN", "hf_secret");
  hub = await startFakeHub({ ...FILES });
  vi.stubEnv("HF_ENDPOINT", hub.endpoint);
});
afterEach(() => {
  vi.unstubAllEnvs();
  hub.close();
});
afterAll(() => rmSync(root, { recursive: true }));

const VARIABLES = [
  ...["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "HUGGING_FACE_HUB_TOKEN"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"],
];

const folder = (behavior: string) => join(home, "hub", `models--org--${behavior}`);
const weightsAsked = () => hub.asked.filter(({ path }) => path.endsWith("model.safetensors"));
const everything = (at: string) => (existsSync(at) ? (readdirSync(at, { recursive: true }) as string[]) : []);

/** How often the weights were asked for, hub and CDN together. */
const LOADS: readonly [behavior: string, weights: number, requests?: number][] = [
  ["plain", 1, 7],
  ["once-429", 1, 8],
  ["once-429-ratelimit", 1, 8],
  ["once-500", 1, 9],
  ["reset-api", 1, 8],
  ["renamed", 1, 8],
  ["next-page", 1, 9],
  ["next-page-elsewhere", 1, 9],
  ["many-files", 1],
  ["not-entries", 1],
  ["traversal", 1],
  ["redirect", 2],
  ["redirect-cloudfront", 2],
  ["redirect-and-back", 3],
  ["cdn-expires", 4],
  ["once-reset", 2],
  ["reset-before-answer", 2],
  ["once-503-file", 2],
  ["once-429-file", 2],
  ["short-once", 2],
  ["stall-once", 2],
  ["no-ranges", 2],
  ["wrong-range", 3],
  ["range-refused", 3],
  ["slow-but-steady", 1],
];

const FAILS: readonly [behavior: string, weights: number, ...words: string[]][] = [
  ["no-repository", 0, "has no model org/no-repository, or it is private (404, “Repository not found”); check the spelling"],
  ["private-repository", 0, "has no model org/private-repository, or it is private (401, “Repository not found”)"],
  ["no-revision", 0, "the model has no revision main (404, “Invalid rev id: main”); name one of its branches"],
  [
    "bad-token",
    0,
    "does not accept the credentials (401, “Invalid credentials in Authorization header”); check that the token",
  ],
  ["disabled", 0, "refuses the request (403, “Access to this resource is disabled.”)"],
  ["hostile-words", 0, "refuses the request (403, “]0;owned gone”)"],
  [
    "gated",
    0,
    "the model is gated (401, “Access to model org/gated is restricted.",
    "; request access at ",
    "/org/gated, then",
  ],
  ["always-429", 0, "failed (429, “slow down”)", "try again"],
  ["always-500", 0, "failed (500)"],
  ["long-wait", 0, "failed (429; the hub asks to wait 7200 s)"],
  ["silent", 0, "failed (no answer for 0.8 s)"],
  ["web-page", 0, "failed (it does not answer with JSON"],
  ["endless-json", 0, "failed (its answer exceeds 67108864 bytes)"],
  ["endless-pages", 0, "failed (its list of files has more than 200 pages)"],
  ["api-loop", 0, "failed (it redirects more than 10 times)"],
  ["commit-path", 0, "the hub returned an invalid commit hash"],
  ["api-to-cdn", 0, "the hub returned an invalid commit hash"],
  ["pickles-only", 0, "it has no .safetensors weights, and pickles are not read; name another model"],
  ["hash-traversal", 0, "failed (the listed hash of model.safetensors is malformed)"],
  ["huge-size", 0, "failed (the listed size of model.safetensors is malformed)"],
  ["negative-size", 0, "failed (the listed size of model.safetensors is malformed)"],
  ["larger-than-disk", 0, "the download needs 4503599.6 GB, but ", "; set HF_HOME to a larger disk"],
  ["damaged-text", 0, "config.json: the download is damaged (its hash differs from the hub's); try again"],
  ["damaged", 1, "model.safetensors: the download is damaged (its hash differs from the hub's); try again"],
  ["missing-file", 1, "a file that the hub lists is missing (404, “Entry not found”)"],
  ["short", 3, "failed (the connection ended after 150003 of 300007 bytes)"],
  ["long", 1, "model.safetensors: the server sends more than the 300007 bytes that the hub lists"],
  ["listed-shorter", 1, "model.safetensors: the server sends more than the 299007 bytes"],
  ["listed-longer", 3, "failed (", "300007 of 301007 bytes"],
  ["endless", 1, "model.safetensors: the server sends more than the 300007 bytes"],
  ["stall", 3, "failed (no data for 0.7 s)"],
  ["always-reset", 3, "failed ("],
  ["redirect-to-file", 1, "failed (it redirects to an invalid address)"],
  ["redirect-to-password", 1, "failed (it redirects to an invalid address)"],
  ["redirect-to-nowhere", 1, "failed (it redirects to no address)"],
  ["redirect-loop", 11, "failed (it redirects more than 10 times)"],
];

describe("a hub that behaves badly", () => {
  it.each(LOADS)("gives the right bytes in the end: %s", async (behavior, weights, requests) => {
    const directory = await fetchFromHub(`org/${behavior}`, { limits: limitsOf(behavior) });
    expect(directory).toBe(join(folder(behavior), "snapshots", COMMIT));
    for (const [name, data] of Object.entries(FILES)) expect(readFileSync(join(directory, name)).equals(data)).toBe(true);
    expect(weightsAsked()).toHaveLength(weights);
    if (requests !== undefined) expect(hub.asked).toHaveLength(requests);
    tokenStaysAtTheHub();
    nothingBesides(behavior);
  });

  it.each(FAILS)("ends in one line and leaves nothing broken: %s", async (behavior, weights, ...words) => {
    const error = await fetchFromHub(`org/${behavior}`, { limits: limitsOf(behavior) }).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).not.toMatch(/\p{Cc}|[\u202a-\u202e]|hf_secret|undefined/u);
    for (const part of words) expect(message).toContain(part);
    expect(message).toMatch(/^.+; .+$/);
    expect(weightsAsked()).toHaveLength(weights);
    expect(hub.sent).toBeLessThan(200 << 20);
    tokenStaysAtTheHub();
    nothingBesides(behavior);
    expect(existsSync(join(folder(behavior), "snapshots", COMMIT, "model.safetensors"))).toBe(false);
  });

  it("is of at least 30 kinds", () => expect(new Set([...LOADS, ...FAILS].map(([name]) => name)).size).toBeGreaterThan(55));
});

/** Every request to the hub itself carries the token, and no other one does. */
function tokenStaysAtTheHub(): void {
  expect(hub.asked.filter(({ host, token }) => token !== (host === "hub"))).toEqual([]);
}

/** Whole blobs, links to them and parts that can be resumed: nothing else is in the cache, and nothing outside it. */
function nothingBesides(behavior: string): void {
  const names = everything(folder(behavior));
  const known = new RegExp(
    `^(blobs(/[0-9a-f]{40,64}(\\.[0-9a-f]{8}-\\d+\\.incomplete)?)?|refs(/main)?|snapshots(/${COMMIT}(/(1_Pooling|(1_Pooling/)?config.json|tokenizer.json|model.safetensors))?)?)$`,
  );
  expect(names.filter((name) => !known.test(name))).toEqual([]);
  expect(everything(home).filter((name) => /pwn|vocab/.test(name))).toEqual([]);
  const blobs = names.filter((name) => /^blobs\/[0-9a-f]{64}$/.test(name));
  for (const name of blobs) expect(sha256(readFileSync(join(folder(behavior), name)))).toBe(name.slice(6));
}
