/** Who may ask the lab's server for what: this machine's own pages, for plain addresses. Every answer's headers are here too. */
import type { IncomingMessage } from "node:http";

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self' blob:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** On every answer: the first two isolate the page, so that WebAssembly may use threads; the others only take away. */
export const HEADERS: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": POLICY,
};

/** An answer that refuses. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Why a request is not answered; undefined where it is. */
export function refusal(request: IncomingMessage): Refusal | undefined {
  const { method, url = "", headers, socket } = request;
  const host = headers.host?.toLowerCase() ?? "";
  // a name of another site that leads to this machine (DNS rebinding) arrives with that name
  if (!hostsAt(socket.localPort).includes(host)) return { status: 403, reason: "ask for 127.0.0.1 or localhost by name" };
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, reason: "asked by another site" };
  if (isFromElsewhere(headers)) return { status: 403, reason: "asked by another site" };
  if (method !== "GET" && method !== "HEAD") return { status: 405, reason: "only GET and HEAD are answered" };
  return isPlain(url) ? undefined : { status: 404, reason: "there is nothing here" };
}

const hostsAt = (port = 0): string[] =>
  ["127.0.0.1", "localhost"].flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);

/** Browsers say where a request comes from; another site may link to the lab, but not read it into its pages. */
function isFromElsewhere(headers: IncomingMessage["headers"]): boolean {
  const { "sec-fetch-site": from, "sec-fetch-mode": mode, "sec-fetch-dest": as } = headers;
  if (from === undefined || from === "same-origin" || from === "none") return false;
  return mode !== "navigate" || as !== "document";
}

/** An address whose parts are names: none is empty or leads upwards, and none hides a separator behind an encoding. */
function isPlain(address: string): boolean {
  const path = address.split("?", 1)[0]!;
  return path === "/" || (path.startsWith("/") && path.slice(1).split("/").every(isName));
}

function isName(encoded: string): boolean {
  try {
    const name = decodeURIComponent(encoded);
    return !["", ".", ".."].includes(name) && !/[\p{Cc}/\\]|%[\da-f]{2}/iu.test(name);
  } catch {
    return false;
  }
}
