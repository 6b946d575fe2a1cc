/** The store of a sweep: the place where workers on several machines keep checkpoints, results and logs. */
import { InputError } from "../../run/errors.ts";

/**
 * Files and folders that several machines share. A path is relative, with `/` between its parts. Every method throws `InputError`
 * in one line if the store cannot be reached, refuses the request, or a path is not valid.
 */
export interface Store {
  /** The place of the store, as the user named it. */
  readonly place: string;
  /** Returns the bytes of a file; undefined if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes or replaces a file, which is complete or absent at any moment for every reader. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /**
   * Writes a file unless there is one. Of several writers at once, exactly one gets true. Throws `InputError` if the store
   * cannot decide between writers: a server without conditional writes, a disk without hard links.
   */
  create(path: string, content: string | Uint8Array): Promise<boolean>;
  /** Lists the paths of all files in a folder and its subfolders, in order; `""` lists the whole store. */
  list(folder: string): Promise<string[]>;
  /** Removes a file; does nothing if there is none. */
  remove(path: string): Promise<void>;
  /**
   * Copies a local folder with its subfolders into the store, and replaces the one that was there. Readers get the old folder or
   * the new one as a whole, at any moment. Temporary files and empty subfolders are not copied. What a
   * process that is killed leaves behind is removed by `removeFolder`.
   */
  putFolder(local: string, path: string): Promise<void>;
  /**
   * Copies a folder of the store to a local folder, which appears or is replaced as a whole. Returns false if the store has no
   * complete folder there. Throws `InputError` with the name of a file that does not have its SHA-256.
   */
  getFolder(path: string, local: string): Promise<boolean>;
  /** Removes all files of a folder. From the first moment on, `getFolder` does not find it. */
  removeFolder(path: string): Promise<void>;
  /** Closes connections; the store must not be used any more. */
  close(): Promise<void>;
}

/** The operations that differ from one kind of store to another; paths are checked before. */
export interface Blobs extends Pick<Store, "place" | "read" | "list" | "remove" | "close"> {
  write(path: string, content: Uint8Array): Promise<void>;
  create(path: string, content: Uint8Array): Promise<boolean>;
  /** Writes a file of any size from its parts, of which only few are in memory at a time. */
  upload(path: string, parts: AsyncIterable<Uint8Array>): Promise<void>;
  /** Yields all bytes of a file part by part; `size` is what they should be. Without a file, yields none or throws `InputError`. */
  download(path: string, size: number): AsyncIterable<Uint8Array>;
}

/** Bytes of a part of a large file. S3 takes at most 10,000 parts of at least 5 MiB. */
export const PART = 8 << 20;

/** The file of a store that shows if the server has conditional writes. */
export const CONDITIONAL = ".conditional-writes";

/** Limits of a path and of each part in bytes: names of temporary files are longer, and S3 allows 1024 bytes with the prefix. */
const LONGEST = 700;
const LONGEST_PART = 150;

/** True for names that stores use themselves: temporary files, claims, and the test for conditional writes. */
export const isInternal = (name: string): boolean => /^\..+\.(aside|lock)$/.test(name) || name === CONDITIONAL;

/** Returns `path` if it is a valid path of a store; throws `InputError` otherwise. */
export function checkedPath(path: string): string {
  const wrong = wrongPath(path);
  if (wrong === undefined) return path;
  throw new InputError(`${JSON.stringify(path)} is no path of a store (${wrong}); use one such as runs/a/result.json`);
}

function wrongPath(path: string): string | undefined {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const parts = path.split("/");
  if (path.startsWith("/")) return "it is absolute";
  if (parts.includes("")) return "it has an empty part";
  if (parts.some((part) => part === "." || part === "..")) return "it has the part . or ..";
  if (/[\p{Cc}\p{Cs}\\:*?"<>|]/u.test(path)) return 'it has a control character or one of \\ : * ? " < > |'; // not allowed on Windows
  if (parts.some(isInternal)) return "stores use this name themselves";
  if (bytes(path) > LONGEST) return `it is longer than ${LONGEST} bytes`;
  if (parts.some((part) => bytes(part) > LONGEST_PART)) return `it has a part longer than ${LONGEST_PART} bytes`;
  return undefined;
}
