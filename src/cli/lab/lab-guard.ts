/** Access rules of the lab's server: only local pages and plain addresses are served. Also the headers of every response. */
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

/** Headers of every response: the first two isolate the page so that WebAssembly can use threads; the others restrict it. */
export const HEADERS: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": POLICY,
};

/** A response that refuses the request. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Returns the reason to refuse a request, or undefined if it is allowed. */
export function refusal(request: IncomingMessage): Refusal | undefined {
  const { method, url = "", headers, socket } = request;
  const host = headers.host?.toLowerCase() ?? "";
  // a foreign host name that resolves to this machine (DNS rebinding) shows up in the Host header
  if (!hostsAt(socket.localPort).includes(host)) return { status: 403, reason: "unknown host; open 127.0.0.1 or localhost" };
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, reason: "requests from other sites are refused" };
  if (isFromElsewhere(headers)) return { status: 403, reason: "requests from other sites are refused" };
  if (method !== "GET" && method !== "HEAD") return { status: 405, reason: "only GET and HEAD are supported" };
  return isPlain(url) ? undefined : { status: 404, reason: "not found" };
}

const hostsAt = (port = 0): string[] =>
  ["127.0.0.1", "localhost"].flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);

/** Returns true for requests from other sites; a site may link to the lab, but not load it into its own pages. */
function isFromElsewhere(headers: IncomingMessage["headers"]): boolean {
  const { "sec-fetch-site": from, "sec-fetch-mode": mode, "sec-fetch-dest": as } = headers;
  if (from === undefined || from === "same-origin" || from === "none") return false;
  return mode !== "navigate" || as !== "document";
}

/** Returns true for a plain path: no part is empty, leads upward, or encodes a separator. */
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
