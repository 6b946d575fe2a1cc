/** The labels of the open model's heads, computed once for every page that shows them. */
import { headName } from "../../src/models/head-names.ts";
import type { HeadsFound } from "../engine/reporting.ts";
import type { Lab } from "../lab.ts";
import { sentenceOf } from "../loading.ts";

/** Computes the report of the open model; the status line shows the progress, and all pages receive the labels. */
export const headsFound = (lab: Lab): Promise<HeadsFound> =>
  lab.once("heads", async () => {
    const { model } = lab;
    const found = await lab.during((report) => lab.engine.heads(report));
    if (lab.model === model) {
      const { unlabelled } = await import("../../src/view/report/unlabelled.ts");
      const { heads } = found.report;
      const without = heads.filter(({ label }) => label === "unclassified");
      lab.labeled(
        new Map(heads.map(({ layer, head, labels }) => [headName(layer, head), labels])),
        new Map(without.map((head) => [headName(head.layer, head.head), unlabelled(head)])),
      );
    }
    return found;
  });

/** Computes the labels for a page that only shows them; errors appear in the status line. */
export async function nameHeads(lab: Lab): Promise<void> {
  try {
    await headsFound(lab);
  } catch (error) {
    lab.note(lab, { text: sentenceOf(error), failed: true });
  }
}
