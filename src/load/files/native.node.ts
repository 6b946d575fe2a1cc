/** What the operating system can do and Node does not offer: exchange two names in one step, lock an open file. */
const native = await import("fs-native-extensions").then(
  (module) => module.default,
  () => undefined, // a system that the package is not built for
);

/** Exchanges what stands under two names in one step; false where the system or the disk cannot. */
export function exchange(a: string, b: string): boolean {
  if (!native || process.platform === "win32") return false; // it takes three steps there
  try {
    native.swapSync(a, b);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(code ?? "")) return false;
    throw error;
  }
}

/** A byte that no file has: where a lock is a wall, as on Windows, the text of the file can still be read. */
const BEYOND = 2 ** 40;

/** Locks an open file until it is closed or the process ends; undefined where the system or the disk cannot. */
export function lockFile(descriptor: number): boolean | undefined {
  try {
    return native?.tryLock(descriptor, BEYOND, 1);
  } catch {
    return undefined;
  }
}
