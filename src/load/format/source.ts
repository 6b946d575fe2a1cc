/** Where bytes come from: a file, a dropped blob, or memory, read by range so that nothing has to be loaded whole. */

export interface Source {
  /** For messages: a path or a file name. */
  readonly name: string;
  readonly size: number;
  /** The bytes [offset, offset + length); the caller has checked that they exist. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes in memory as a source. */
export const bytesSource = (name: string, bytes: Uint8Array): Source => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** A browser `Blob` or `File` as a source. */
export const blobSource = (name: string, blob: Blob): Source => ({
  name,
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
});

/** The complaint about a file that `isPointer`. */
export const POINTER = "this is a Git LFS pointer, not the file itself; run `git lfs pull`";

/** Whether a file that begins so is a Git LFS pointer: a few lines of text in place of the file. */
export const isPointer = (start: Uint8Array): boolean => new TextDecoder().decode(start.subarray(0, 8)) === "version ";
