/** The operating system's errors on reads and writes, in plain words. */

import { codeOf, messageOf } from "../../run/errors.ts";

const KNOWN: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EISDIR: "this is a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is larger than the disk or `ulimit -f` allows",
  EMFILE: "too many files are open, more than `ulimit -n` allows",
  ENFILE: "too many files are open on this machine",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links form a loop",
  EBUSY: "it is in use, or a disk is mounted there",
  EXDEV: "a disk is mounted there",
  EIO: "the device reports an error",
  ENXIO: "nothing is connected to it",
  EBADF: "it is not open for writing",
  EINVAL: "the operation is not supported there",
};

/** Describes a system error in plain words. */
export const why = (error: unknown): string => KNOWN[codeOf(error) ?? ""] ?? messageOf(error);
