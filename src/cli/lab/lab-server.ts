/** The lab's server: pages, ONNX Runtime's WebAssembly files and models, for local browsers only. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { InputError } from "../../run/errors.ts";
import { type FixedHeaders, fileAnswer, inside } from "./lab-files.ts";
import { HEADERS, type Refusal, refusal } from "./lab-guard.ts";
import { type LabModel, listModels, modelFile } from "./lab-models.ts";

/** The contents of a lab. */
export interface LabOptions {
  /** The folder of the built pages. */
  readonly site: string;
  /** Models at `models/NAME/`. */
  readonly builtins: ReadonlyMap<string, LabModel>;
  /** The model at `model/`. */
  readonly model?: LabModel;
}

const HEADER_LIMIT = 16 << 10;
const PORTS_TRIED = 20;
const IS_ENGINE = /^ort-wasm-simd-threaded[\w.]*\.(wasm|mjs)$/;
/** Matches file names with a content hash from Vite. */
const IS_HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

const FRESH: FixedHeaders = { "Cache-Control": "no-cache" };
const LASTING: FixedHeaders = { "Cache-Control": "max-age=31536000, immutable" };

/** The folder of ONNX Runtime's WebAssembly files. */
export const engineFolder = (): string => dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));

/** Creates the server of a lab; it does not listen yet. */
export function labServer(options: LabOptions): Server {
  const answer = getRequestListener(labApp(options).fetch, { overrideGlobalObjects: false });
  return createServer({ maxHeaderSize: HEADER_LIMIT }, (incoming, outgoing) => {
    for (const [name, value] of Object.entries(HEADERS)) outgoing.setHeader(name, value);
    const refused = refusal(incoming);
    if (refused) refuse(outgoing, refused);
    else void answer(incoming, outgoing);
  });
}

function refuse(outgoing: ServerResponse, { status, reason }: Refusal): void {
  const allow = status === 405 && { Allow: "GET, HEAD" };
  outgoing.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", Connection: "close", ...allow });
  outgoing.end(`${reason}\n`);
}

function labApp({ site, builtins, model }: LabOptions): Hono<Environment> {
  const engine = engineFolder();
  const small = compress({ contentTypeFilter: /^(text\/|application\/(json|manifest)|image\/svg)/ });
  const app = new Hono<Environment>();
  app.get("/models.json", small, async (c) => c.json(await listModels(builtins, model), 200, FRESH));
  app.get("/model/:name", (c) => modelAnswer(c, model, c.req.param("name")));
  app.get("/model/:module/:name", (c) => modelAnswer(c, model, `${c.req.param("module")}/${c.req.param("name")}`));
  app.get("/models/:model/:name", (c) => modelAnswer(c, builtins.get(c.req.param("model")), c.req.param("name")));
  app.get("/ort/:name", (c) => engineAnswer(c, engine, c.req.param("name")));
  app.get("*", small, (c) => pageAnswer(c, site, c.req.path === "/" ? "index.html" : c.req.path.slice(1)));
  app.notFound((c) => c.text("not found\n", 404));
  app.onError((_, c) => c.text("internal error\n", 500));
  return app;
}

const modelAnswer = (c: Asking, model: LabModel | undefined, name: string): Promise<Response> =>
  answerWith(c, model && modelFile(model, name), name);

const engineAnswer = (c: Asking, folder: string, name: string): Promise<Response> =>
  answerWith(c, IS_ENGINE.test(name) ? inside(join(folder, name), folder) : undefined, name);

const pageAnswer = (c: Asking, site: string, name: string): Promise<Response> =>
  answerWith(c, inside(join(site, name), site), name, { ...(IS_HASHED.test(name) ? LASTING : FRESH), Vary: "Accept-Encoding" });

async function answerWith(c: Asking, path: PathSought, name: string, headers = FRESH): Promise<Response> {
  const found = await path;
  const header = (field: string) => c.req.header(field);
  const asked = { method: c.req.method, header, abandon: () => c.env.outgoing.destroy() };
  return (found === undefined ? undefined : await fileAnswer(found, name, asked, headers)) ?? c.notFound();
}

type Environment = { Bindings: HttpBindings };
type Asking = Context<Environment>;
type PathSought = Promise<string | undefined> | undefined;

/** Listens on `port`, on this machine only, or on the next free port; returns the port. */
export async function listen(server: Server, port: number): Promise<number> {
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED - 1, 65535);
  for (let tried = port; tried <= last; tried++) {
    const error = await listenOn(server, tried);
    const address = server.address();
    if (!error && address !== null && typeof address === "object") return address.port;
    if (error?.code === "EACCES")
      throw new InputError(`port ${tried} needs special permission; choose one above 1023 with --port`);
    if (error?.code !== "EADDRINUSE") throw error;
  }
  throw new InputError(`ports ${port} to ${last} are all in use; choose another with --port`);
}

const listenOn = (server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", resolve);
      resolve(undefined);
    });
  });
