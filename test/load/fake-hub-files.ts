/** How servers send large files, well and badly, by the name of the behavior. */
import { type Call, sha256 } from "./fake-hub-call.ts";

/** An answer in JSON. */
export const json = ({ response }: Call, value: unknown, status = 200, headers: Record<string, string> = {}): unknown =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));

/** An answer that leads elsewhere. */
export const redirect = ({ response }: Call, location: string, status = 302): unknown =>
  response.writeHead(status, { location }).end();

/** What a well-behaved server sends: all, or the range that was asked for. */
export function send({ request, response }: Call, data: Buffer): unknown {
  const etag = `"${sha256(data)}"`;
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) return response.writeHead(200, { etag, "content-length": data.length }).end(data);
  const start = Number(from);
  const headers = { etag, "content-range": `bytes ${start}-${data.length - 1}/${data.length}` };
  return response.writeHead(206, { ...headers, "content-length": data.length - start }).end(data.subarray(start));
}

/** Half of what was asked for, then nothing more. */
function half({ request, response }: Call, data: Buffer, then: () => void): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const range = start > 0 ? { "content-range": `bytes ${start}-${data.length - 1}/${data.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { ...range, "content-length": data.length - start });
  const end = start + Math.ceil((data.length - start) / 2);
  response.write(data.subarray(start, end), then);
}

/** A body that does not end, of white space. */
export function endless({ hub, response }: Call): void {
  response.writeHead(200, { "content-type": "application/json" });
  const piece = Buffer.alloc(1 << 16, 0x20);
  const more = () => {
    if (response.destroyed || hub.sent > 1 << 30) return;
    hub.sent += piece.length;
    if (response.write(piece)) setImmediate(more);
    else response.once("drain", more);
  };
  more();
}

type Behavior = (call: Call, data: Buffer) => unknown;
const toCdn = (call: Call) => redirect(call, `${call.hub.cdn}${call.path}`);

/** What is done with a request for weights. */
export const LARGE: Readonly<Record<string, Behavior>> = {
  redirect: (call, data) => (call.request.headers.host === new URL(call.hub.cdn).host ? send(call, data) : toCdn(call)),
  "redirect-cloudfront": (call, data) => {
    call.response.setHeader("x-cache", "Hit from cloudfront");
    if (call.request.headers.host === new URL(call.hub.cdn).host) send(call, data);
    else toCdn(call);
  },
  "redirect-and-back": (call, data) => {
    if (call.request.headers.host === new URL(call.hub.cdn).host) redirect(call, `${call.hub.endpoint}${call.path}?back=1`);
    else if (call.query.has("back")) send(call, data);
    else toCdn(call);
  },
  "redirect-to-file": (call) => redirect(call, "file:///etc/passwd"),
  "redirect-to-password": (call) => redirect(call, "http://me:secret@127.0.0.1/x"),
  "redirect-to-nowhere": ({ response }) => response.writeHead(302).end(),
  "redirect-loop": (call) => redirect(call, call.path),
  "cdn-expires": (call, data) => {
    if (call.request.headers.host !== new URL(call.hub.cdn).host) toCdn(call);
    else if (call.before === 0) half(call, data, () => call.response.destroy());
    else send(call, data);
  },
  damaged: ({ response }, data) => response.end(Buffer.alloc(data.length, 9)),
  "once-damaged-range": (call, data) =>
    call.request.headers.range ? send(call, Buffer.alloc(data.length, 9)) : send(call, data),
  "once-reset": (call, data) => (call.before === 0 ? half(call, data, () => call.response.destroy()) : send(call, data)),
  "always-reset": (call, data) => half(call, data, () => call.response.destroy()),
  "reset-before-answer": (call, data) => (call.before === 0 ? call.response.destroy() : send(call, data)),
  "once-503-file": (call, data) => (call.before === 0 ? json(call, { error: "busy" }, 503) : send(call, data)),
  "once-429-file": (call, data) =>
    call.before === 0 ? json(call, {}, 429, { "retry-after": new Date(Date.now()).toUTCString() }) : send(call, data),
  short: ({ response }, data) => response.end(data.subarray(0, data.length >> 1)),
  "short-once": (call, data) => (call.before === 0 ? call.response.end(data.subarray(0, 1000)) : send(call, data)),
  long: ({ response }, data) => response.end(Buffer.concat([data, Buffer.alloc(100)])),
  endless: (call) => endless(call),
  stall: (call, data) => half(call, data, () => {}),
  "stall-once": (call, data) => (call.before === 0 ? half(call, data, () => {}) : send(call, data)),
  "no-ranges": (call, data) =>
    call.before === 0
      ? half(call, data, () => call.response.destroy())
      : call.response.writeHead(200, { "content-length": data.length }).end(data),
  "wrong-range": (call, data) => {
    if (call.before === 0) half(call, data, () => call.response.destroy());
    else if (call.before === 1)
      call.response.writeHead(206, { "content-range": `bytes 0-99/${data.length}` }).end(data.subarray(0, 100));
    else send(call, data);
  },
  "range-refused": (call, data) => {
    if (call.before === 0) half(call, data, () => call.response.destroy());
    else if (call.request.headers.range) json(call, {}, 416);
    else send(call, data);
  },
  "missing-file": (call) => json(call, {}, 404, { "x-error-code": "EntryNotFound", "x-error-message": "Entry not found" }),
  "slow-but-steady": ({ response }, data) => {
    response.writeHead(200, { "content-length": data.length });
    const step = Math.ceil(data.length / 8);
    const next = (at: number) => {
      if (at >= data.length) return response.end();
      response.write(data.subarray(at, at + step));
      setTimeout(() => next(at + step), 50);
    };
    next(0);
  },
};
