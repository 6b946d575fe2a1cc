/** How much memory something takes, as Linux counts it. */
import { readFile, writeFile } from "node:fs/promises";
import type { Growth } from "./measure.ts";

/** The process's peak while it runs over what it held before; null on systems without `/proc`. */
export const processGrowth: Growth = async (run) => {
  const reset = await writeFile("/proc/self/clear_refs", "5").then(
    () => true,
    () => false,
  );
  const before = await bytesOf("VmRSS");
  await run();
  const peak = await bytesOf("VmHWM");
  return reset && before !== null && peak !== null ? Math.max(0, peak - before) : null;
};

async function bytesOf(name: string): Promise<number | null> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
  return kilobytes === undefined ? null : 1024 * Number(kilobytes);
}
