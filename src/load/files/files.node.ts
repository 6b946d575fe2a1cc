/** Files on this machine as sources, read by position so that a checkpoint is never held whole. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { InputError } from "../../run/errors.ts";
import type { Source } from "../format/source.ts";

/** An open file; who opened it closes it. */
export interface FileSource extends Source {
  close(): Promise<void>;
}

/**
 * The same, but open only while it is read, so that the shards of a large checkpoint do not take a handle each. Reading throws
 * `InputError` where another file has taken its place since.
 */
export async function fileOnDemand(path: string): Promise<Source> {
  const first = await fileSource(path);
  const before = await stamp(path);
  await first.close();
  const read = async (offset: number, length: number) => {
    const source = await fileSource(path);
    try {
      if ((await stamp(path)) !== before) throw new InputError(`${path}: the file changed while it was read; start again`);
      return await source.read(offset, length);
    } finally {
      await source.close();
    }
  };
  return { name: path, size: first.size, read };
}

/** What changes when a file is written again or replaced. */
const stamp = (path: string): Promise<string> => stat(path).then(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`);

const READ_LIMIT = 1 << 30; // one read of the system takes less than 2 GiB

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; check the path",
  ENOTDIR: "there is no such file; check the path",
  EACCES: "it may not be read; give yourself permission with `chmod u+r`",
  EPERM: "it may not be read; give yourself permission with `chmod u+r`",
  EMFILE: "too many files are open; close some or raise the limit with `ulimit -n 4096`",
  ENFILE: "the system has too many files open; close some programs",
  ELOOP: "its links lead in a circle; replace it with the file",
};

/** Why a file cannot be opened, and what to do. */
export const reason = (error: NodeJS.ErrnoException): string =>
  REASONS[error.code ?? ""] ?? `it cannot be opened (${error.message})`;

/** The file at `path`; throws `InputError` where it is missing, not a file, or may not be read. */
export async function fileSource(path: string): Promise<FileSource> {
  const { handle, size } = await openFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: ${reason(error)}`);
  });
  return { name: path, size, read: (offset, length) => readAt(path, handle, offset, length), close: () => handle.close() };
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  const found = await stat(path); // before opening: to open a named pipe would wait for ever
  if (found.isDirectory()) throw new InputError(`${path}: this is a directory; name a file in it`);
  if (!found.isFile()) throw new InputError(`${path}: this is not a regular file; copy it to one`);
  return { handle: await open(path), size: found.size };
}

async function readAt(path: string, handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, READ_LIMIT), offset + done);
    if (bytesRead === 0) throw new InputError(`${path}: the file became shorter while it was read; copy it again`);
    done += bytesRead;
  }
  return bytes;
}
