/** The files of a model in a browser: from a server's folder, or dropped onto the page. */
import type { OpenFile } from "../../src/load/checkpoint.ts";
import { blobSource, bytesSource, type Source } from "../../src/load/format/source.ts";
import { LoadError } from "../loading.ts";
import type { DroppedModel, ModelEntry, Report } from "./protocol.ts";

/** Opens files of a served folder; each is fetched once, and `report` receives how much of the current one is here. */
export function servedFiles({ base, files }: ModelEntry, report: Report): OpenFile {
  const fetched = new Map<string, Promise<Source>>();
  const open = async (name: string): Promise<Source | undefined> => {
    if (!files.includes(name)) return undefined;
    const source = fetched.get(name) ?? fetchFile(base, name, report);
    fetched.set(name, source);
    return source;
  };
  return Object.assign(open, { list: async () => files });
}

/** Opens dropped files, by their paths within their folder. */
export function droppedFiles({ files }: DroppedModel): OpenFile {
  const byName = new Map(files);
  const open = async (name: string): Promise<Source | undefined> => {
    const blob = byName.get(name);
    return blob && blobSource(name, blob);
  };
  return Object.assign(open, { list: async () => [...byName.keys()] });
}

/** The time in milliseconds without a byte after which a server has stopped, and what a busy worker may need to read one. */
const [STALLED, BUSY] = [15_000, 1000];

/** An alarm that rings if it is not put off for a while. */
function createAlarm() {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  const putOff = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = setTimeout(() => stop.abort(), BUSY);
    }, STALLED);
  };
  putOff();
  return { signal: stop.signal, putOff, end: () => clearTimeout(timer) };
}

async function fetchFile(base: string, name: string, report: Report): Promise<Source> {
  const alarm = createAlarm();
  const parts: Uint8Array[] = [];
  let [done, size, told] = [0, 0, ""];
  try {
    const answer = await fetch(`${base}${name.split("/").map(encodeURIComponent).join("/")}`, { signal: alarm.signal });
    if (!answer.ok || !answer.body) throw failure(name, `the server returned status ${answer.status}`);
    size = answer.headers.has("Content-Encoding") ? 0 : Number(answer.headers.get("Content-Length") ?? 0);
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      alarm.putOff();
      parts.push(part);
      done += part.length;
      const text = `loading ${name} (${amountOf(done, size)})`;
      if (text !== told) report(text, size > 0 ? done / size : undefined);
      told = text;
    }
    if (done < size) throw new TypeError("the body is too short");
  } catch (error) {
    if (error instanceof LoadError) throw error;
    const what = alarm.signal.aborted ? `the server sent nothing for ${STALLED / 1000} s` : "the connection broke";
    throw failure(name, done > 0 ? `${what} after ${amountOf(done, size)}` : what);
  } finally {
    alarm.end();
  }
  report(`reading ${name}`);
  return bytesSource(name, joined(parts, done));
}

const failure = (name: string, what: string): LoadError =>
  new LoadError(`${name}: ${what}; check that the server is still running, then retry`);

/** Formats an amount of bytes, of all if their number is known. */
function amountOf(done: number, size: number): string {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return size > 0 ? `${mebibytes(done)} of ${mebibytes(size)} MiB` : `${mebibytes(done)} MiB`;
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
