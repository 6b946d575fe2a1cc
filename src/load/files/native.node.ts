/** System calls that Node does not offer: exchange two names in one step, lock an open file. */
import { codeOf } from "../../run/errors.ts";

const native = await import("fs-native-extensions").then(
  (module) => module.default,
  () => undefined, // the package has no build for this system
);

/** Exchanges two files or folders in one step; false if the system or the disk does not support it. */
export function exchange(a: string, b: string): boolean {
  if (!native || process.platform === "win32") return false; // it takes three steps there
  try {
    native.swapSync(a, b);
    return true;
  } catch (error) {
    if (["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

/** An offset beyond the end of any file: if locks are mandatory, as on Windows, the file's text can still be read. */
const BEYOND = 2 ** 40;

/** Locks an open file until it is closed or the process ends; undefined if the system or the disk does not support locks. */
export function lockFile(descriptor: number): boolean | undefined {
  try {
    return native?.tryLock(descriptor, BEYOND, 1);
  } catch {
    return undefined;
  }
}
