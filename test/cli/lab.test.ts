/** The lab's server answers with the very bytes of its files: whole, in parts, compressed, or not again where they are known. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, get, type Server } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { builtinLabModels, type ListedModel, listModels } from "../../src/cli/lab/lab-models.ts";
import { engineFolder, labServer, listen } from "../../src/cli/lab/lab-server.ts";
import { type Asking, ask, closed, directoryModel, labPlace, type Place, someBytes } from "./lab-place.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const PAGE = `<!doctype html><title>a lab</title>${"<p>heads</p>".repeat(157)}`;
const SCRIPT = `export const heads = [${Array.from({ length: 683 }, (_, i) => i)}];\n`;
const WEIGHTS = someBytes(655_373);
const TOKENIZER = JSON.stringify(Array.from({ length: 1_009 }, (_, i) => i));
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "config.json": '{"model_type":"bert"}',
  "model.safetensors": WEIGHTS,
  "model-00001-of-00002.safetensors": someBytes(11),
  "model.safetensors.index.json": "{}",
  "source.spm": someBytes(13),
  "target_vocab.json": "{}",
  "tokenizer.json": TOKENIZER,
};

let place: Place;
let port: number;
beforeAll(async () => {
  place = labPlace();
  place.write("site/index.html", PAGE);
  place.write("site/assets/index-a1B_c-2d.js", SCRIPT);
  place.write("site/assets/logo.svg", "<svg/>");
  place.write("site/empty.txt", "");
  for (const [name, content] of Object.entries(FILES)) place.write(`${HOSTILE}/${name}`, content);
  for (const name of ["pytorch_model.bin", "notes.md", "model.safetensors.bak", ".env", "secret.json"])
    place.write(`${HOSTILE}/${name}`, "not for pages");
  place.write(`${HOSTILE}/vocab.json/inside`, "a folder of a file's name");
  const model = directoryModel(HOSTILE, join(place.folder, HOSTILE));
  port = await place.serve({ model, builtins: await builtinLabModels() });
});
afterAll(() => place.remove());

const GZIP = { headers: { "Accept-Encoding": "gzip, br" } };
const wanted = (path: string, asking?: Asking) => ask(port, path, asking);

describe("bytes", () => {
  it.each([
    ["/", PAGE, "text/html; charset=utf-8"],
    ["/index.html?x=../y", PAGE, "text/html; charset=utf-8"],
    ["/assets/index-a1B_c-2d.js", SCRIPT, "text/javascript; charset=utf-8"],
    ["/assets/logo.svg", "<svg/>", "image/svg+xml"],
    ["/empty.txt", "", "text/plain; charset=utf-8"],
    ["/model/model.safetensors", WEIGHTS, "application/octet-stream"],
    ["/model/tokenizer.json", TOKENIZER, "application/json"],
    ["/model/target_vocab.json", "{}", "application/json"],
  ])("%s is the file's", async (path, content, type) => {
    const { status, headers, body } = await wanted(path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe(type);
    expect(headers["content-length"]).toBe(String(Buffer.from(content).length));
    expect(body.equals(Buffer.from(content))).toBe(true);
  });

  it("of ONNX Runtime and the built-in models are those of the packages", async () => {
    const name = "ort-wasm-simd-threaded.asyncify";
    for (const [end, type] of [
      ["mjs", "text/javascript; charset=utf-8"],
      ["wasm", "application/wasm"],
    ]) {
      const { headers, body } = await wanted(`/ort/${name}.${end}`);
      expect(headers["content-type"]).toBe(type);
      expect(body.equals(readFileSync(join(engineFolder(), `${name}.${end}`)))).toBe(true);
    }
    const { body } = await wanted("/models/relations-8/model.safetensors");
    expect(body.equals(readFileSync(new URL("../../models/relations-8/model.safetensors", import.meta.url)))).toBe(true);
  });

  it("of a .gguf file come under its name, whatever is in it", async () => {
    const path = place.write("a 100%#?ü.gguf", someBytes(17));
    const other = await place.serve({ model: { id: "x", kind: "gguf", path } });
    const { models } = JSON.parse((await ask(other, "/models.json")).body.toString());
    expect(models).toEqual([{ id: "x", kind: "gguf", base: "model/", files: ["a 100%#?ü.gguf"], served: true }]);
    expect((await ask(other, `/model/${encodeURIComponent("a 100%#?ü.gguf")}`)).body).toEqual(someBytes(17));
    expect((await ask(other, "/model/config.json")).status).toBe(404);
  });

  it("of HEAD are none, with the headers of GET", async () => {
    for (const path of ["/", "/model/model.safetensors", "/assets/index-a1B_c-2d.js"]) {
      const [head, whole] = [await wanted(path, { method: "HEAD" }), await wanted(path)];
      const without = ({ date, ...headers }: typeof head.headers) => headers;
      expect(head.body.length).toBe(0);
      expect(head.status).toBe(200);
      expect(without(head.headers)).toEqual(without(whole.headers));
    }
  });
});

describe("parts", () => {
  const path = "/model/model.safetensors";
  const size = WEIGHTS.length;
  const part = (range: string, more: Record<string, string> = {}) => wanted(path, { headers: { Range: range, ...more } });

  it("are those of the file, for any two ends", async () => {
    const end = fc.nat({ max: size + 100 });
    await fc.assert(
      fc.asyncProperty(end, end, async (a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const { status, headers, body } = await part(`bytes=${first}-${last}`);
        if (first >= size) return void expect(status).toBe(416);
        expect(status).toBe(206);
        expect(headers["content-range"]).toBe(`bytes ${first}-${Math.min(last, size - 1)}/${size}`);
        expect(headers["content-length"]).toBe(String(body.length));
        expect(body.equals(WEIGHTS.subarray(first, last + 1))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["bytes=655372-", 206, 655_372, 655_373],
    ["bytes=-1", 206, 655_372, 655_373],
    ["bytes=-655374", 206, 0, 655_373],
    ["bytes=0-99999999999999999999", 206, 0, 655_373],
    ["bytes=7-7", 206, 7, 8],
    ["bytes=9-7", 200, 0, 655_373],
    ["bytes=-", 200, 0, 655_373],
    ["bytes=0-1,5-7", 200, 0, 655_373],
    ["lines=0-1", 200, 0, 655_373],
    ["bytes=655373-", 416, 0, 0],
    ["bytes=-0", 416, 0, 0],
  ])("%s is %i", async (range, expected, start, end) => {
    const { status, headers, body } = await part(range);
    expect(status).toBe(expected);
    expect(body.equals(WEIGHTS.subarray(start, end))).toBe(true);
    if (status === 416) expect(headers["content-range"]).toBe(`bytes */${size}`);
  });

  it("of another state of the file are not sent: it comes whole", async () => {
    const { etag } = (await wanted(path)).headers;
    expect((await part("bytes=3-6", { "If-Range": etag! })).status).toBe(206);
    expect((await part("bytes=3-6", { "If-Range": '"other"' })).status).toBe(200);
  });
});

describe("what a browser has", () => {
  it("is not sent again until it changes", async () => {
    const path = place.write("site/changing.css", "a {}");
    const first = await wanted("/changing.css");
    const again = (etag: string) => wanted("/changing.css", { headers: { "If-None-Match": etag } });
    for (const known of [first.headers.etag!, `W/${first.headers.etag}`, `"x", ${first.headers.etag}`, "*"]) {
      const { status, body } = await again(known);
      expect([known, status, body.length]).toEqual([known, 304, 0]);
    }
    writeFileSync(path, "b {}");
    utimesSync(path, 1e9, 1e9 + 7);
    expect(await again(first.headers.etag!)).toMatchObject({ status: 200, body: Buffer.from("b {}") });
  });

  it("stays for good where a hash is in the name, and is asked about elsewhere", async () => {
    const cached = async (path: string) => (await wanted(path)).headers["cache-control"];
    expect(await cached("/assets/index-a1B_c-2d.js")).toBe("max-age=31536000, immutable");
    for (const path of ["/", "/assets/logo.svg", "/model/config.json", "/models.json", "/ort/ort-wasm-simd-threaded.mjs"])
      expect([path, await cached(path)]).toEqual([path, "no-cache"]);
  });

  it("comes compressed if it is text of a page, and as it is if it is of a model", async () => {
    for (const [path, content] of [
      ["/", PAGE],
      ["/assets/index-a1B_c-2d.js", SCRIPT],
    ] as const) {
      const { headers, body } = await wanted(path, GZIP);
      expect(headers["content-encoding"]).toBe("gzip");
      expect(body.length).toBeLessThan(content.length / 2);
      expect(gunzipSync(body).toString()).toBe(content);
      expect((await wanted(path, { headers: { ...GZIP.headers, "If-None-Match": headers.etag! } })).status).toBe(304);
    }
    for (const path of ["/model/tokenizer.json", "/model/model.safetensors", "/ort/ort-wasm-simd-threaded.asyncify.mjs"])
      expect((await wanted(path, GZIP)).headers["content-encoding"]).toBeUndefined();
  });
});

describe("models.json", () => {
  it("lists the model of the command first, then the built-in ones, with exactly the files that are served", async () => {
    const { headers, body } = await wanted("/models.json");
    expect(headers["content-type"]).toBe("application/json");
    const { models } = JSON.parse(body.toString()) as { models: ListedModel[] };
    const builtin = ["README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
    expect(models).toEqual([
      { id: HOSTILE, kind: "directory", base: "model/", files: Object.keys(FILES).sort(), served: true },
      ...["english", "relations-1", "relations-8"].map((name) => {
        return { id: `builtin:${name}`, kind: "directory", base: `models/${name}/`, files: builtin, served: false };
      }),
    ]);
    for (const { base, files } of models)
      for (const name of files) expect((await wanted(`/${base}${name}`, { method: "HEAD" })).status).toBe(200);
    for (const name of readdirSync(join(place.folder, HOSTILE)).filter((other) => !(other in FILES)))
      expect([name, (await wanted(`/model/${name}`)).status]).toEqual([name, 404]);
  });

  it("lists a built-in model once, as the served one where the command names it", async () => {
    const builtins = await builtinLabModels();
    const { models } = await listModels(builtins, { ...builtins.get("english")! });
    expect(models.map(({ id, served }) => [id, served])).toEqual([
      ["builtin:english", true],
      ["builtin:relations-1", false],
      ["builtin:relations-8", false],
    ]);
  });
});

/** How often this process has the file open. */
const timesOpen = (path: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;

it.runIf(existsSync("/proc/self/fd"))("leaves no file open that was sent, asked about, or wanted no longer", async () => {
  const path = place.write("site/large.bin", someBytes(16 << 20));
  const bodiless: readonly Asking[] = [
    { method: "HEAD" },
    { headers: { "If-None-Match": "*" } },
    { headers: { Range: "bytes=-0" } },
  ];
  for (const asking of bodiless) await wanted("/large.bin", asking);
  expect(timesOpen(path)).toBe(0);
  for (const headers of [{}, { Range: "bytes=3-5" }] as Record<string, string>[]) await wanted("/large.bin", { headers });
  for (let i = 0; i < 20; i++)
    await new Promise<void>((left) => {
      const sent = get({ port, path: "/large.bin", agent: false }, (response) =>
        response.once("data", () => {
          sent.destroy();
          left();
        }),
      );
    });
  await expect.poll(() => timesOpen(path), { timeout: 10_000 }).toBe(0);
});

it.each([
  9,
  12 << 20,
])("does not let %i bytes pass for the whole of a file that became shorter while it was sent", async (lost) => {
  const size = 16 << 20;
  const path = place.write("site/shrinking.bin", someBytes(size));
  const said = vi.spyOn(console, "error");
  const asked = new Promise((resolve, reject) => {
    get({ port, path: "/shrinking.bin", agent: false }, (response) => {
      response.once("data", () => truncateSync(path, size - lost));
      response.on("error", reject).on("end", resolve).resume();
    });
  });
  await expect(asked).rejects.toThrow("aborted");
  expect(said).not.toHaveBeenCalled();
  expect(await wanted("/shrinking.bin")).toMatchObject({ status: 200 });
});

describe("a port", () => {
  const taken = (at: number): Promise<Server> =>
    new Promise((resolve) => {
      const server = createServer().listen(at, "127.0.0.1", () => resolve(server));
    });
  const portOf = (server: Server) => (server.address() as { port: number }).port;
  const made = () => labServer({ site: place.folder, builtins: new Map() });

  it("that is taken moves on to the next that is free", async () => {
    const first = await taken(0);
    const server = made();
    const found = await listen(server, portOf(first));
    expect(found).toBeGreaterThan(portOf(first));
    expect(found).toBeLessThan(portOf(first) + 20);
    expect(server.address()).toMatchObject({ address: "127.0.0.1", port: found });
    expect((await ask(found, "/models.json")).body.toString()).toBe('{"models":[]}');
    await Promise.all([closed(server), closed(first)]);
  });

  it("beyond the last is not tried", async () => {
    const first = await taken(65535).catch(() => undefined);
    await expect(listen(made(), 65535)).rejects.toThrow("ports 65535 to 65535 are all in use; choose another with --port");
    if (first) await closed(first);
  });
});

it("sees new files of a model", async () => {
  const folder = join(place.folder, "coming");
  mkdirSync(folder);
  const other = await place.serve({ model: directoryModel("coming", folder) });
  const files = async () => JSON.parse((await ask(other, "/models.json")).body.toString()).models[0].files;
  expect(await files()).toEqual([]);
  place.write("coming/config.json", "{}");
  expect(await files()).toEqual(["config.json"]);
});
