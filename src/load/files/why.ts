/** What the operating system reports about a failed read or write, in plain words. */

const KNOWN: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EISDIR: "this is a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EACCES: "it may not be used: check its permissions",
  EPERM: "it may not be used: check its permissions",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is larger than the disk or `ulimit -f` allows",
  EMFILE: "too many files are open: raise the limit with `ulimit -n`",
  ENFILE: "too many files are open on this machine: close some programs",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  EBUSY: "it is in use, or a disk is mounted there",
  EXDEV: "a disk is mounted there",
  EIO: "the device reports an error",
  ENXIO: "nothing is connected to it",
  EBADF: "it is not open for writing",
  EINVAL: "it does not take this",
};

/** Returns what the system reports about a failure, in plain words. */
export const why = (error: unknown): string => {
  const code = (error as { readonly code?: string }).code;
  return KNOWN[code ?? ""] ?? (error as Error).message;
};
