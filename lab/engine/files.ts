/** The files of a model in a browser: from a server's folder, or dropped onto the page. */
import type { OpenFile } from "../../src/load/checkpoint.ts";
import { blobSource, bytesSource, type Source } from "../../src/load/format/source.ts";
import { InputError } from "../../src/run/errors.ts";
import type { DroppedModel, ModelEntry } from "./protocol.ts";

/** Opens files of a served folder; each is fetched once, and `progress` receives the share of the current one. */
export function servedFiles({ base, files }: ModelEntry, progress: (file: string, share: number) => void): OpenFile {
  const fetched = new Map<string, Promise<Source>>();
  const open = async (name: string): Promise<Source | undefined> => {
    if (!files.includes(name)) return undefined;
    const source = fetched.get(name) ?? fetchFile(base, name, progress);
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

async function fetchFile(base: string, name: string, progress: (file: string, share: number) => void): Promise<Source> {
  const answer = await fetch(`${base}${name.split("/").map(encodeURIComponent).join("/")}`);
  if (!answer.ok || !answer.body)
    throw new InputError(`${name}: the server returned status ${answer.status}; check that it is still running`);
  const size = Number(answer.headers.get("Content-Length") ?? 0);
  const parts: Uint8Array[] = [];
  let done = 0;
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    parts.push(part);
    done += part.length;
    if (size > 0) progress(name, done / size);
  }
  return bytesSource(name, joined(parts, done));
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
