/** The worker that models are trained in, as the page holds it. */
import { wrap } from "comlink";
import type { Training } from "../../engine/training-part.ts";
import type { Trainee } from "./live.ts";

/** A second one of the lab's workers; `close` ends it, whatever it is doing. */
export function openTrainee(): Trainee {
  const worker = new Worker(new URL("../../engine/worker.ts", import.meta.url), { type: "module" });
  const served = wrap<Training>(worker);
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener("error", ({ message }) =>
      reject(new Error(message || "the worker that trains could not be started: load the page anew")),
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
