/** Local files as sources, read by position so that a checkpoint is never in memory as a whole. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { InputError } from "../../run/errors.ts";
import type { Source } from "../format/source.ts";

/** An open file; the caller that opened it closes it. */
export interface FileSource extends Source {
  close(): Promise<void>;
}

/**
 * Returns a file as a source that is open only during reads, so that the shards of a large checkpoint take no handle each.
 * Reading throws `InputError` if the file was replaced in the meantime.
 */
export async function fileOnDemand(path: string): Promise<Source> {
  const first = await fileSource(path);
  const before = await stamp(path);
  await first.close();
  const read = async (offset: number, length: number) => {
    const source = await fileSource(path);
    try {
      if ((await stamp(path)) !== before) throw new InputError(`${path}: the file changed during reading; start again`);
      return await source.read(offset, length);
    } finally {
      await source.close();
    }
  };
  return { name: path, size: first.size, read };
}

/** Returns a string that changes when a file is rewritten or replaced. */
const stamp = (path: string): Promise<string> => stat(path).then(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`);

const READ_LIMIT = 1 << 30; // one system read is limited to less than 2 GiB

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; check the path",
  ENOTDIR: "there is no such file; check the path",
  EACCES: "permission to read is missing; grant it with `chmod u+r`",
  EPERM: "permission to read is missing; grant it with `chmod u+r`",
  EMFILE: "too many files are open; close some or raise the limit with `ulimit -n 4096`",
  ENFILE: "the system has too many files open; close some programs",
  ELOOP: "its symbolic links form a loop; replace the link with the file",
};

/** Describes why a file cannot be opened, and the fix. */
export const reason = (error: NodeJS.ErrnoException): string =>
  REASONS[error.code ?? ""] ?? `cannot be opened (${error.message}); check the path`;

/** Opens the file at `path`; throws `InputError` if it is missing, not a regular file, or not readable. */
export async function fileSource(path: string): Promise<FileSource> {
  const { handle, size } = await openFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: ${reason(error)}`);
  });
  return { name: path, size, read: (offset, length) => readAt(path, handle, offset, length), close: () => handle.close() };
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  const found = await stat(path); // before opening, since opening a named pipe would block forever
  if (found.isDirectory()) throw new InputError(`${path}: this is a directory; name a file in it`);
  if (!found.isFile()) throw new InputError(`${path}: not a regular file; copy its content to one`);
  return { handle: await open(path), size: found.size };
}

async function readAt(path: string, handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, READ_LIMIT), offset + done);
    if (bytesRead === 0) throw new InputError(`${path}: the file became shorter during reading; copy it again`);
    done += bytesRead;
  }
  return bytes;
}
