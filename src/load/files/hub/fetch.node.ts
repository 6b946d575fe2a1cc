/**
 * Sends requests to the hub: the token goes to the hub's own host only, redirects are followed here, proxies and time limits
 * apply.
 */

import type { Dispatcher, EnvHttpProxyAgent, Response } from "undici";
import { asRecord } from "../../../params/keyed.ts";
import { codeOf, InputError, messageOf } from "../../../run/errors.ts";
import { HubRefusal, HubTrouble, quoted } from "./failures.ts";
import type { HubSettings } from "./settings.node.ts";

const REDIRECTS = 10;
const IS_REDIRECT: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** An answer whose body is still to be read; the caller reads it and calls `close`. */
export interface Answer {
  readonly response: Response;
  /** The body in chunks; throws `HubTrouble` if a chunk does not come in time or the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
  close(): void;
}

/**
 * Requests `url` once. The token goes to the endpoint's origin and to no other, wherever redirects or links lead. Throws
 * `HubRefusal` if the hub refuses, `HubTrouble` if it is busy, silent or unreachable.
 */
export async function ask(settings: HubSettings, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const stop = new AbortController();
  const clock = timer(stop, settings.limits.answer, "no answer");
  try {
    const response = await follow(settings, url, headers, stop.signal);
    if (!response.ok) throw await refusalOf(response);
    clock.start(settings.limits.stall, "no data");
    const close = () => {
      clock.end();
      stop.abort();
    };
    return { response, body: timed(response, clock), close };
  } catch (error) {
    clock.end();
    stop.abort();
    throw asTrouble(error);
  }
}

/** Aborts a request that exceeds its time limit. */
function timer(stop: AbortController, first: number, missing: string) {
  const ring = (time: number, what: string) =>
    setTimeout(() => stop.abort(new HubTrouble(`${what} for ${time / 1000} s`, true)), time);
  let running = ring(first, missing);
  return {
    start(time: number, what: string) {
      clearTimeout(running);
      running = ring(time, what);
    },
    again: () => void running.refresh(),
    end: () => clearTimeout(running),
  };
}

async function* timed(response: Response, clock: ReturnType<typeof timer>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      clock.again();
      yield chunk;
    }
  } catch (error) {
    throw asTrouble(error);
  } finally {
    clock.end();
  }
}

async function follow(
  { endpoint, token }: HubSettings,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const { fetch } = await import("undici");
  const home = new URL(endpoint).origin;
  let at = new URL(url);
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const own = token && at.origin === home ? { authorization: `Bearer ${token}` } : {};
    const agent: Dispatcher = await proxies();
    const response = await fetch(at, { headers: { ...headers, ...own }, redirect: "manual", signal, dispatcher: agent });
    if (!IS_REDIRECT.has(response.status)) return response;
    await response.body?.cancel();
    at = redirected(at, response.headers.get("location"));
  }
  throw new HubTrouble(`it redirects more than ${REDIRECTS} times`, false);
}

function redirected(from: URL, location: string | null): URL {
  const to = location !== null && URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (!to || !/^https?:$/.test(to.protocol) || to.username || to.password)
    throw new HubTrouble(`it redirects to ${location === null ? "no address" : "an invalid address"}`, false);
  if (from.protocol === "https:" && to.protocol === "http:")
    throw new HubTrouble(`it redirects to an unencrypted address on ${to.host}`, false);
  return to;
}

let agent: EnvHttpProxyAgent | undefined;
let agentFor = "";

/** Returns the connections of this process, through HTTPS_PROXY, HTTP_PROXY or ALL_PROXY except for hosts in NO_PROXY. */
async function proxies(): Promise<EnvHttpProxyAgent> {
  const { EnvHttpProxyAgent: Agent } = await import("undici");
  const any = proxyIn("all_proxy");
  const [httpProxy, httpsProxy] = [proxyIn("http_proxy") ?? any, proxyIn("https_proxy") ?? any];
  const key = JSON.stringify([httpProxy, httpsProxy]);
  if (agent && agentFor === key) return agent;
  try {
    // our own timer stops stalled requests; few proxies allow a tunnel to a plain address
    agent = new Agent({ httpProxy, httpsProxy, headersTimeout: 0, bodyTimeout: 0, proxyTunnel: false });
  } catch {
    throw new InputError("HTTPS_PROXY or HTTP_PROXY is not a proxy address; set it to one such as http://proxy:3128");
  }
  agentFor = key;
  return agent;
}

/** Returns the address in a variable, in lower or upper case; `host:port` is short for `http://host:port`. */
function proxyIn(name: string): string | undefined {
  const address = process.env[name]?.trim() || process.env[name.toUpperCase()]?.trim() || undefined;
  return address && (address.includes("://") ? address : `http://${address}`);
}

const MOST_WORDS = 10_000;

/** Turns an unsuccessful answer into an error. */
async function refusalOf(response: Response): Promise<HubRefusal | HubTrouble> {
  const { status, headers } = response;
  const words = quoted(headers.get("x-error-message") ?? (await errorIn(response)));
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return new HubTrouble(words === "" ? `${status}` : `${status}, “${words}”`, true, waitOf(headers));
  return new HubRefusal(status, headers.get("x-error-code") ?? "", words);
}

async function errorIn(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_WORDS) break;
  }
  try {
    const { error, message } = asRecord(JSON.parse(text));
    return typeof error === "string" ? error : typeof message === "string" ? message : "";
  } catch {
    return "";
  }
}

/** Returns the milliseconds to wait by `Retry-After`, in seconds or as a date, or by the hub's own `RateLimit`. */
function waitOf(headers: Response["headers"]): number | undefined {
  const word = headers.get("retry-after") ?? /(?:^|;)\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  if (word === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(word) ? 1000 * Number(word) : Date.parse(word) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/** Error codes for which a retry a moment later can help. */
const PASSING =
  /^(ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT|UND_ERR_RES_CONTENT_LENGTH.*)$/;

function asTrouble(error: unknown): Error {
  if (error instanceof HubRefusal || error instanceof HubTrouble || error instanceof InputError) return error;
  const message = messageOf(error);
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(root) ?? "";
  return new HubTrouble(quoted(messageOf(root) || message || code), PASSING.test(code) || message === "terminated");
}
