/** The module that draws patterns, curves and maps on generated pages: the lab's elements, as built. */
import { readFile } from "node:fs/promises";

/** Returns the text of `elements.js`, for `reportPage`, `redundancyPage` and `curvePage`; "" if the elements are not built (`npm run build`). */
export const elementsModule = (): Promise<string> =>
  readFile(new URL("../../elements.js", import.meta.url), "utf8").catch(() => "");
