/** Sources of bytes: a file, a dropped blob, or memory, read by range so that nothing has to be loaded as a whole. */

export interface Source {
  /** A path or a file name, for messages. */
  readonly name: string;
  readonly size: number;
  /** Reads the bytes [offset, offset + length); the caller checks that they exist. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Wraps bytes in memory as a source. */
export const bytesSource = (name: string, bytes: Uint8Array): Source => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Wraps a browser `Blob` or `File` as a source. */
export const blobSource = (name: string, blob: Blob): Source => ({
  name,
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
});

/** The error message for a file that `isPointer`. */
export const POINTER = "this is a Git LFS pointer, not the file itself; run `git lfs pull`";

/** Returns true if a file that starts with these bytes is a Git LFS pointer: a few lines of text in place of the file. */
export const isPointer = (start: Uint8Array): boolean => new TextDecoder().decode(start.subarray(0, 8)) === "version ";
