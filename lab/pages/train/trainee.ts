/** The page's handle of the worker that trains models. */
import type { Training } from "../../engine/training/training-part.ts";
import { openWorker } from "../../worker.ts";
import type { Trainee } from "./live.ts";

/** Opens a second worker of the lab, whose calls fail if it breaks; `close` ends it at any time. */
export function openTrainee(): Trainee {
  const { served, close } = openWorker<Training>(
    () => {},
    () => {},
  );
  const site = new URL("./", document.baseURI).href;
  return { begin: (plan) => served.begin(plan, site), advance: () => served.advance(), close };
}
