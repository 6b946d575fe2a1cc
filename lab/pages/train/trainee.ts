/** The page's handle of the worker that trains models. */
import { wrap } from "comlink";
import type { Training } from "../../engine/training/training-part.ts";
import type { Trainee } from "./live.ts";

/** Opens a second worker of the lab; `close` ends it at any time. */
export function openTrainee(): Trainee {
  const worker = new Worker(new URL("../../engine/worker.ts", import.meta.url), { type: "module" });
  const served = wrap<Training>(worker);
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener("error", ({ message }) =>
      reject(new Error(message || "the training worker could not be started; reload the page")),
    );
  });
  broken.catch(() => {});
  const site = new URL("./", document.baseURI).href;
  return {
    begin: (plan) => Promise.race([served.begin(plan, site), broken]),
    advance: () => Promise.race([served.advance(), broken]),
    close: () => worker.terminate(),
  };
}
