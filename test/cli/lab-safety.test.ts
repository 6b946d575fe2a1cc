/** What the lab's server refuses: other sites, other methods, and every way out of the folders that it serves. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtinLabModels } from "../../src/cli/lab/lab-models.ts";
import { ask, directoryModel, labPlace, type Place } from "./lab-place.ts";

const SECRET = "a secret of this machine";
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let place: Place;
let port: number;
beforeAll(async () => {
  place = labPlace();
  place.write("site/index.html", "the page");
  place.write("site/assets/a.js", "1");
  place.write("secret.txt", SECRET);
  place.write("config.json", SECRET);
  place.write("model/config.json", "{}");
  place.write("model/secret.txt", SECRET);
  place.write("model-two/config.json", SECRET);
  port = await place.serve({ model: directoryModel("model", at("model")), builtins: await builtinLabModels() });
});
afterAll(() => place.remove());

const at = (...names: string[]) => join(place.folder, ...names);

/** What comes back when these very bytes are sent; "" where the connection is closed without a word. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (part) => (said += part)).on("error", reject);
    socket.on("close", () => resolve(said));
  });

describe("addresses", () => {
  const up = ["..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "...."];
  const between = ["/", "%2f", "%2F", "%5c", "\\", "%255c", "%252f", "//"];
  const climbing = up.flatMap((dots) => between.map((slash) => `${dots}${slash}`));
  const starts = ["/", "/assets/", "/model/", "/models/english/", "/models/", "/ort/"];

  it.each(starts)("that climb from %s are refused", async (start) => {
    for (const climb of climbing)
      for (const name of ["secret.txt", "config.json", "model/config.json", "index.html", "english/config.json"])
        for (const path of [start + climb + name, start + climb + climb + name, start + climb]) {
          const { status, body } = await ask(port, path);
          expect([path, status]).toEqual([path, 404]);
          expect(body.toString()).not.toContain(SECRET);
        }
  });

  it.each([
    "/model/",
    "/model",
    "/models/english",
    "/models/english/",
    "/assets",
    "/assets/",
    "//index.html",
    "/./index.html",
    "/assets//a.js",
    "/index.html/",
    "/model//config.json",
    "/model/./config.json",
    "/model/config.json/",
    "/model/config.json%00",
    "/model/config.json%0a",
    "/model/%00config.json",
    "/model/config.json%00.txt",
    "/model/config.json::$DATA",
    "/model/CONFIG.JSON",
    "/model/secret.txt",
    "/model/%",
    "/model/%zz",
    "/model/%ff",
    "/model/%c0%ae%c0%ae/config.json",
    "/models/nothing/config.json",
    "/models/__proto__/config.json",
    "/models/constructor/config.json",
    "/models/english/train.json",
    "/models/english/train.json",
    "/models/english%2fconfig.json",
    "/ort/",
    "/ort/ort.webgpu.mjs",
    "/ort/ort.min.js",
    "/ort/ort-wasm-simd-threaded.wasm.map",
    "/ort/ort-wasm-simd-threaded.txt",
    "/ort/ort-wasm-simd-threaded/x.mjs",
    "/ort/package.json",
    "/C:/Windows/win.ini",
    "/C:%5cWindows%5cwin.ini",
    "/nothing.html",
  ])("%s is refused", async (path) => {
    expect((await ask(port, path)).status).toBe(404);
  });

  it("that are absolute are refused, of this machine's files as of other sites", async () => {
    const absolute = [
      at("secret.txt"),
      `/${at("secret.txt")}`,
      `/model/${at("secret.txt")}`,
      encodeURIComponent(at("secret.txt")),
    ];
    for (const path of absolute) expect((await ask(port, path.startsWith("/") ? path : `/${path}`)).status).toBe(404);
    const host = `Host: 127.0.0.1:${port}\r\nConnection: close`;
    for (const target of ["http://127.0.0.1:1/index.html", `http://127.0.0.1:${port}/index.html`, "file:///etc/passwd", "*"])
      expect(await raw(`GET ${target} HTTP/1.1\r\n${host}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(await raw(`GET /index.html\0 HTTP/1.1\r\n${host}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("requests", () => {
  const sent = (headers: Record<string, string>, method = "GET") => ask(port, "/model/config.json", { headers, method });
  const own = () => `127.0.0.1:${port}`;

  it("under another name than this machine's are refused", async () => {
    for (const host of [own(), `localhost:${port}`, `LOCALHOST:${port}`]) expect((await sent({ Host: host })).status).toBe(200);
    const others = ["evil.example", `evil.example:${port}`, "127.0.0.1", "localhost", `127.0.0.1:${port + 1}`, `[::1]:${port}`];
    const odd = [`${own()}.evil.example`, `evil.example@${own()}`, `0.0.0.0:${port}`, `127.1:${port}`, `${own()}/x`];
    for (const host of [...others, ...odd]) expect([host, (await sent({ Host: host })).status]).toEqual([host, 403]);
    for (const lines of ["1.0", "1.1\r\nConnection: close\r\nHost:", "1.1\r\nConnection: close\r\nHost: a\r\nHost: b"])
      expect(await raw(`GET / HTTP/${lines}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 40[03] /);
  });

  it("from another site are refused", async () => {
    expect((await sent({ Origin: `http://${own()}` })).status).toBe(200);
    for (const origin of [
      "http://evil.example",
      "null",
      "",
      `https://${own()}`,
      `http://localhost:${port}`,
      "http://127.0.0.1",
    ])
      expect([origin, (await sent({ Origin: origin })).status]).toEqual([origin, 403]);
  });

  it.each([
    ["same-origin", "cors", "empty", 200],
    ["none", "navigate", "document", 200],
    ["cross-site", "navigate", "document", 200],
    ["same-site", "navigate", "document", 200],
    ["cross-site", "navigate", "iframe", 403],
    ["cross-site", "no-cors", "script", 403],
    ["cross-site", "no-cors", "image", 403],
    ["cross-site", "cors", "empty", 403],
    ["same-site", "no-cors", "script", 403],
    ["anything", "websocket", "websocket", 403],
  ])("that come as %s, %s, %s are %i", async (site, mode, dest, status) => {
    const headers = { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest };
    expect((await sent(headers)).status).toBe(status);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])("of %s are refused", async (method) => {
    expect(await sent({}, method)).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    expect(await sent({ Host: "evil.example" }, method)).toMatchObject({ status: 403 });
  });

  it("with headers over 16 KiB are refused, and the server goes on", async () => {
    expect((await sent({ "X-Long": "x".repeat(15_000) })).status).toBe(200);
    expect((await sent({ "X-Long": "x".repeat(17_000) })).status).toBe(431);
    expect((await ask(port, `/${"x".repeat(17_000)}`)).status).toBe(431);
    expect((await ask(port, `/${"x".repeat(15_000)}`)).status).toBe(404);
    expect((await sent({})).status).toBe(200);
  });

  it("are all answered with the headers that isolate", async () => {
    const { etag } = (await sent({})).headers;
    const answers = [
      await sent({}),
      await sent({}, "HEAD"),
      await sent({ "If-None-Match": etag! }),
      await sent({ Range: "bytes=0-0" }),
      await sent({ Range: "bytes=9-" }),
      await sent({}, "POST"),
      await sent({ Host: "evil.example" }),
      await ask(port, "/models.json", { headers: { "Accept-Encoding": "gzip" } }),
      await ask(port, "/nothing"),
      await ask(port, "/../x"),
      await ask(port, "/model/config.json?%"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 206, 416, 405, 403, 200, 404, 404, 200]);
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": POLICY,
      });
    for (const { headers } of answers) expect(headers).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("links", () => {
  const of = async (folder: string) => {
    const other = await place.serve({ model: directoryModel("linked", at(folder)) });
    const { models } = JSON.parse((await ask(other, "/models.json")).body.toString());
    const read = async (name: string) => {
      const { status, body } = await ask(other, `/model/${name}`);
      return status === 200 ? body.toString() : status;
    };
    return { files: models[0].files as string[], read };
  };

  it("within a model are followed, and those that lead out of it are nothing", async () => {
    place.write("linked/inner/kept.json", "kept");
    symlinkSync("inner/kept.json", at("linked/config.json"));
    symlinkSync("../secret.txt", at("linked/tokenizer.json"));
    symlinkSync(at("secret.txt"), at("linked/vocab.json"));
    symlinkSync("../linked-too", at("linked/beside"));
    place.write("linked-too/own.json", SECRET);
    symlinkSync("beside/own.json", at("linked/tokenizer_config.json"));
    symlinkSync("nowhere", at("linked/source.spm"));
    symlinkSync("target.spm", at("linked/target.spm"));
    symlinkSync("/dev/zero", at("linked/model.safetensors"));
    const { files, read } = await of("linked");
    expect(files).toEqual(["config.json"]);
    expect(await read("config.json")).toBe("kept");
    for (const name of [
      "tokenizer.json",
      "vocab.json",
      "tokenizer_config.json",
      "source.spm",
      "target.spm",
      "model.safetensors",
    ])
      expect([name, await read(name)]).toEqual([name, 404]);
  });

  it("to the model itself are followed", async () => {
    symlinkSync("model", at("alias"));
    expect(await (await of("alias")).read("config.json")).toBe("{}");
  });

  it("of a snapshot in the hub's cache lead to the contents of the same repository, and nowhere else", async () => {
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const snapshot = `hub/models--org--name/snapshots/${commit}`;
    place.write("hub/models--org--name/blobs/aa", "contents");
    place.write("hub/models--org--name/refs/main", SECRET);
    place.write("hub/models--org--other/blobs/bb", SECRET);
    place.write("hub/models--org--name-2/blobs/cc", SECRET);
    mkdirSync(at(snapshot), { recursive: true });
    symlinkSync("../../blobs/aa", at(snapshot, "config.json"));
    symlinkSync("../../refs/main", at(snapshot, "tokenizer.json"));
    symlinkSync("../../../models--org--other/blobs/bb", at(snapshot, "vocab.json"));
    symlinkSync("../../../models--org--name-2/blobs/cc", at(snapshot, "source.spm"));
    const { files, read } = await of(snapshot);
    expect(files).toEqual(["config.json"]);
    expect(await read("config.json")).toBe("contents");
    for (const name of ["tokenizer.json", "vocab.json", "source.spm"]) expect(await read(name)).toBe(404);
    cpSync(at("hub/models--org--name"), at("hub/org-name"), { recursive: true, verbatimSymlinks: true });
    expect((await of(`hub/org-name/snapshots/${commit}`)).files).toEqual([]);
    renameSync(at("hub/models--org--name/blobs"), at("elsewhere"));
    symlinkSync(at("elsewhere"), at("hub/models--org--name/blobs"));
    expect(await read("config.json")).toBe(404);
  });

  it("in the site that lead out of it are nothing", async () => {
    symlinkSync("../secret.txt", at("site/secret.txt"));
    symlinkSync("..", at("site/up"));
    for (const path of ["/secret.txt", "/up/secret.txt", "/up/model/config.json"])
      expect((await ask(port, path)).status).toBe(404);
  });
});

it("neither lists nor waits for what has a file's name and is none", { timeout: 10_000 }, async () => {
  mkdirSync(at("odd/config.json"), { recursive: true });
  execFileSync("mkfifo", [at("odd/tokenizer.json")]);
  const other = await place.serve({ model: directoryModel("odd", at("odd")) });
  expect(JSON.parse((await ask(other, "/models.json")).body.toString()).models[0].files).toEqual([]);
  for (const name of ["config.json", "tokenizer.json"]) expect((await ask(other, `/model/${name}`)).status).toBe(404);
  rmSync(at("odd"), { recursive: true });
  expect((await ask(other, "/model/config.json")).status).toBe(404);
});
