/** The module that draws patterns, curves and maps in pages of ours: the lab's elements, as the build leaves them. */
import { readFile } from "node:fs/promises";

/** The text of `elements.js`, for `reportPage` and `curvePage`; empty where the elements are not built (`npm run build`). */
export const elementsModule = (): Promise<string> =>
  readFile(new URL("../../elements.js", import.meta.url), "utf8").catch(() => "");
