/** `headwise lab`: the lab in a local browser, with the user's model next to the built-in ones. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { InputError } from "../run/errors.ts";
import { openLabModel } from "./lab/lab-model.ts";
import { builtinLabModels } from "./lab/lab-models.ts";
import { labServer, listen } from "./lab/lab-server.ts";
import { print } from "./terminal/output.ts";

/** The options of `headwise lab`. */
export interface LabCommandOptions {
  readonly port: number;
  readonly open: boolean;
}

/** Serves the lab until a signal stops it. Throws `InputError` before anything is served. */
export async function lab(model: string | undefined, options: LabCommandOptions): Promise<void> {
  const site = siteFolder();
  const served = model === undefined ? undefined : await openLabModel(model);
  const server = labServer({ site, builtins: await builtinLabModels(), model: served });
  const port = await listen(server, options.port);
  const stop = stopped(server);
  const address = `http://127.0.0.1:${port}/`;
  await print(`lab running at ${address} (press Ctrl-C to stop)\n`);
  // if no browser can be started, the printed address is enough
  if (options.open && process.stdout.isTTY) await (await import("open")).default(address).catch(() => {});
  await stop;
}

/** Returns the folder of the built pages: next to the built command, or in dist/ when the command runs from source. */
function siteFolder(): string {
  const places = ["../lab/", "../../dist/lab/"].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(`${place}index.html`));
  if (found) return found;
  throw new InputError("the lab's pages are not built; run `npm run build` in Headwise's folder");
}

/** Resolves when a signal has closed the server and all its responses. */
async function stopped(server: Server): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  await Promise.race([
    once(process, "SIGINT", { signal }),
    once(process, "SIGTERM", { signal }),
    once(process, "SIGHUP", { signal }),
  ]);
  listening.abort();
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
