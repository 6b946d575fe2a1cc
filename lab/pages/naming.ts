/** The names of the open model's heads, found once, for every page that shows them. */
import type { Label } from "../../src/heads/label-names.ts";
import type { HeadsFound } from "../engine/reporting.ts";
import type { Lab } from "../lab.ts";

/** The report on the open model; the status line says how far it is. */
export const headsFound = (lab: Lab): Promise<HeadsFound> =>
  lab.once("heads", async () => {
    try {
      return await lab.engine.heads(lab.report);
    } finally {
      lab.say({ text: "ready" });
    }
  });

/** The label of every head by its name. */
export const labelsOf = ({ report }: HeadsFound): ReadonlyMap<string, Label> =>
  new Map(report.heads.map(({ layer, head, label }) => [`${layer}.${head}`, label]));
