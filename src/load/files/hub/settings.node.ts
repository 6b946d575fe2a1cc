/** Reads the environment variables of Python's `huggingface_hub`, by the same rules. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { InputError } from "../../../run/errors.ts";

/** Time limits of requests to the hub, and the number of tries. */
export interface HubLimits {
  /** Milliseconds within which an answer has to begin. */
  readonly answer: number;
  /** Milliseconds within which at least one more byte has to come. */
  readonly stall: number;
  /** Tries per request, including the first. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled before each further one. */
  readonly pause: number;
  /** The longest wait in milliseconds, also if the hub asks for a longer one. */
  readonly longestPause: number;
}

/** The address of the hub, the token, and the cache. */
export interface HubSettings {
  /** The address of the hub, without a trailing slash. */
  readonly endpoint: string;
  readonly token?: string;
  readonly cache: string;
  readonly offline: boolean;
  readonly limits: HubLimits;
}

const HUB = "https://huggingface.co";
const USUAL: HubLimits = { answer: 30_000, stall: 30_000, attempts: 5, pause: 1_000, longestPause: 60_000 };

/** Returns the settings of the environment; `limits` take precedence. Throws `InputError` if a variable is malformed. */
export async function hubSettings(limits: Partial<HubLimits> = {}): Promise<HubSettings> {
  return {
    endpoint: endpointOf(variable("HF_ENDPOINT") ?? HUB),
    token: await readToken(),
    cache: cacheFolder(),
    offline: isOn("HF_HUB_OFFLINE") || isOn("TRANSFORMERS_OFFLINE"),
    limits: {
      ...USUAL,
      answer: seconds("HF_HUB_ETAG_TIMEOUT") ?? USUAL.answer,
      stall: seconds("HF_HUB_DOWNLOAD_TIMEOUT") ?? USUAL.stall,
      ...limits,
    },
  };
}

/** Returns a variable's value; an empty one counts as not set. */
const variable = (name: string): string | undefined => process.env[name]?.trim() || undefined;
const isOn = (name: string): boolean => /^(1|true|yes|on)$/i.test(variable(name) ?? "");
const pathOf = (name: string): string | undefined => {
  const path = variable(name);
  return path && resolve(path.replace(/^~(?=$|[\\/])/, homedir()));
};

function seconds(name: string): number | undefined {
  const word = variable(name);
  if (word === undefined) return undefined;
  if (!(Number(word) > 0)) throw new InputError(`${name} is ${JSON.stringify(word)}; set it to a number of seconds above 0`);
  return 1000 * Number(word);
}

// never print a value that may contain a password
function endpointOf(word: string): string {
  const url = URL.canParse(word) ? new URL(word) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InputError("HF_ENDPOINT is not a web address; set it to one such as https://huggingface.co");
  if (url.username || url.password)
    throw new InputError("HF_ENDPOINT contains a password; put the token into HF_TOKEN instead");
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

const homeFolder = (): string =>
  pathOf("HF_HOME") ?? join(pathOf("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
const cacheFolder = (): string => pathOf("HF_HUB_CACHE") ?? pathOf("HUGGINGFACE_HUB_CACHE") ?? join(homeFolder(), "hub");

async function readToken(): Promise<string | undefined> {
  if (isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN")) return undefined;
  for (const name of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const token = variable(name);
    if (token) return checked(token, name);
  }
  const path = pathOf("HF_TOKEN_PATH") ?? join(homeFolder(), "token");
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim() === "" ? undefined : checked(text.trim(), path);
}

function checked(token: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new InputError(`${where}: the token contains spaces or special characters; copy it again`);
}
