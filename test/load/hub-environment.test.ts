/** The variables of Python's `huggingface_hub` and those of proxies: which token is sent, where to, and through what. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hubSettings } from "../../src/load/files/hub/settings.node.ts";
import { fetchFromHub } from "../../src/load/files/hub.node.ts";
import { InputError } from "../../src/run/errors.ts";
import { startFakeHub } from "./fake-hub.ts";
import type { FakeHub } from "./fake-hub-call.ts";

const root = mkdtempSync(join(tmpdir(), "headwise-environment-"));
const LIMITS = { attempts: 2, pause: 1 };
const VARIABLES = [
  ...["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HUGGING_FACE_HUB_TOKEN", "XDG_CACHE_HOME"],
  ...["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "HF_ENDPOINT"],
  ...["HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_ETAG_TIMEOUT"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"],
];

let hub: FakeHub;
let home = "";
beforeEach(async () => {
  home = mkdtempSync(join(root, "home-"));
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  vi.stubEnv("HF_HOME", home);
  hub = await startFakeHub({ "config.json": Buffer.from("{}"), "model.safetensors": Buffer.alloc(5000, 3) });
  vi.stubEnv("HF_ENDPOINT", hub.endpoint);
});
afterEach(() => {
  vi.unstubAllEnvs();
  hub.close();
});
afterAll(() => rmSync(root, { recursive: true }));

describe("hubSettings", () => {
  it.each<[what: string, set: () => void, token: string | undefined]>([
    ["no token", () => {}, undefined],
    ["HF_TOKEN", () => vi.stubEnv("HF_TOKEN", " hf_a\n"), "hf_a"],
    ["the older name", () => vi.stubEnv("HUGGING_FACE_HUB_TOKEN", "hf_b"), "hf_b"],
    ["the file that a login writes", () => writeFileSync(join(home, "token"), "hf_c\n"), "hf_c"],
    ["HF_TOKEN before the file", () => [writeFileSync(join(home, "token"), "hf_c"), vi.stubEnv("HF_TOKEN", "hf_a")], "hf_a"],
    ["the file when HF_TOKEN is empty", () => [writeFileSync(join(home, "token"), "hf_c"), vi.stubEnv("HF_TOKEN", "")], "hf_c"],
    ["HF_TOKEN_PATH", () => [writeFileSync(join(home, "t"), "hf_d"), vi.stubEnv("HF_TOKEN_PATH", join(home, "t"))], "hf_d"],
    ["an empty file", () => writeFileSync(join(home, "token"), "\n"), undefined],
    [
      "none when it is not wanted",
      () => [vi.stubEnv("HF_TOKEN", "hf_a"), vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")],
      undefined,
    ],
  ])("reads %s", async (_, set, token) => {
    set();
    expect((await hubSettings()).token).toBe(token);
  });

  it.each<[set: Record<string, string | undefined>, cache: string]>([
    [{}, "HOME/hub"],
    [{ HF_HOME: undefined, XDG_CACHE_HOME: "/x/cache" }, "/x/cache/huggingface/hub"],
    [{ HF_HUB_CACHE: "/x/hub", HUGGINGFACE_HUB_CACHE: "/y" }, "/x/hub"],
    [{ HUGGINGFACE_HUB_CACHE: "/y/hub" }, "/y/hub"],
    [{ HF_HOME: "", XDG_CACHE_HOME: "/x" }, "/x/huggingface/hub"],
  ])("keeps files where %j says", async (set, cache) => {
    for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
    expect((await hubSettings()).cache).toBe(cache.replace("HOME", home));
  });

  it("takes ~ for the user's folder, and time limits in seconds", async () => {
    for (const [name, value] of [
      ["HF_HOME", "~/hf"],
      ["HF_HUB_DOWNLOAD_TIMEOUT", "7"],
      ["HF_HUB_ETAG_TIMEOUT", "2.5"],
    ] as const)
      vi.stubEnv(name, value);
    const { cache, limits } = await hubSettings();
    expect([cache.includes("~"), limits.stall, limits.answer]).toEqual([false, 7000, 2500]);
  });

  it.each<[set: Record<string, string>, says: string]>([
    [{ HF_TOKEN: "hf_a b" }, "HF_TOKEN: the token contains spaces or special characters; copy it again"],
    [{ HF_TOKEN: "hf_\u00e9" }, "HF_TOKEN: the token contains spaces"],
    [{ HF_ENDPOINT: "hub" }, "HF_ENDPOINT is not a web address; set it to one such as https://huggingface.co"],
    [{ HF_ENDPOINT: "file:///x" }, "HF_ENDPOINT is not a web address"],
    [{ HF_ENDPOINT: "https://me:secret@hub" }, "HF_ENDPOINT contains a password; put the token into HF_TOKEN instead"],
    [{ HF_HUB_DOWNLOAD_TIMEOUT: "soon" }, 'HF_HUB_DOWNLOAD_TIMEOUT is "soon"; set it to a number of seconds above 0'],
    [{ HTTP_PROXY: "http://:::" }, "is not a proxy address; set it to one such as http://proxy:3128"],
  ])("refuses %j without showing secrets", async (set, says) => {
    for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
    const error = await fetchFromHub("org/plain", { limits: LIMITS }).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(says);
    expect((error as Error).message).not.toMatch(/secret|hf_/);
  });

  it("stays offline when TRANSFORMERS_OFFLINE says so", async () => {
    vi.stubEnv("TRANSFORMERS_OFFLINE", "1");
    await expect(fetchFromHub("org/plain")).rejects.toThrow("HF_HUB_OFFLINE is set and the cache has no copy");
    expect(hub.asked).toEqual([]);
  });

  it("says that a cache cannot be written", async () => {
    mkdirSync(join(home, "hub"));
    writeFileSync(join(home, "hub", "models--org--plain"), "in the way");
    await expect(fetchFromHub("org/plain")).rejects.toThrow(
      /the cache at .+ cannot be written \(E\w+\); make room, or set HF_HOME/,
    );
  });
});

/** A proxy that passes on what it is asked for, by address or through a tunnel. */
async function startProxy(): Promise<{ address: string; asked: string[]; credentials: Set<string>; server: Server }> {
  const asked: string[] = [];
  const credentials = new Set<string>();
  const server = createServer((request, response) => {
    asked.push(request.url!);
    credentials.add(request.headers["proxy-authorization"] ?? "");
    const onward = httpRequest(request.url!, { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.end();
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    onward
      .on("error", () => socket.destroy())
      .pipe(socket.on("error", () => onward.destroy()))
      .pipe(onward);
  });
  const address = await new Promise<string>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
  return { address, asked, credentials, server };
}

describe("proxies", () => {
  it.each<[name: string, before: string, through: boolean, more?: Record<string, string>]>([
    ["HTTP_PROXY", "http://", true],
    ["http_proxy", "http://", true],
    ["HTTP_PROXY", "", true],
    ["ALL_PROXY", "http://", true],
    ["HTTP_PROXY", "http://user:pass%20word@", true],
    ["HTTPS_PROXY", "http://", false],
    ["HTTP_PROXY", "http://", false, { NO_PROXY: "127.0.0.1" }],
    ["HTTP_PROXY", "http://", false, { no_proxy: "*" }],
  ])("%s=%sHOST for a plain address: %s", async (name, before, through, more = {}) => {
    const proxy = await startProxy();
    try {
      vi.stubEnv(name, before + proxy.address);
      for (const [key, value] of Object.entries(more)) vi.stubEnv(key, value);
      const directory = await fetchFromHub("org/plain", { limits: LIMITS });
      expect(readdirSync(directory)).toEqual(["config.json", "model.safetensors"]);
      expect(proxy.asked.length > 0).toBe(through);
      if (before.includes("@"))
        expect([...proxy.credentials]).toEqual([`Basic ${Buffer.from("user:pass word").toString("base64")}`]);
    } finally {
      proxy.server.close();
      proxy.server.closeAllConnections();
    }
  });

  it("are asked for a tunnel to an address with encryption", async () => {
    const proxy = await startProxy();
    try {
      vi.stubEnv("HF_ENDPOINT", hub.endpoint.replace("http:", "https:"));
      vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`);
      await expect(fetchFromHub("org/plain", { limits: LIMITS })).rejects.toThrow("failed (");
      expect(proxy.asked[0]).toBe(`CONNECT ${hub.endpoint.replace("http://", "")}`);
    } finally {
      proxy.server.close();
      proxy.server.closeAllConnections();
    }
  });
});
