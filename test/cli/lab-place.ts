/** A lab of a few small files, really served, and requests that go out exactly as they are written. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LabModel } from "../../src/cli/lab/lab-models.ts";
import { type LabOptions, labServer, listen } from "../../src/cli/lab/lab-server.ts";

/** What a server said. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** A request for `path`, of which nothing is resolved or encoded on the way. */
export const ask = (port: number, path: string, { method = "GET", headers = {} }: Asking = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });

/** `size` bytes that do not repeat soon. */
export const someBytes = (size: number): Buffer => Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * i * 7) % 251));

export interface Place {
  readonly folder: string;
  /** Write a file, with the folders above it; gives its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Serve the folder site/ with these models; gives the port. */
  serve(options?: Partial<LabOptions>): Promise<number>;
  remove(): Promise<void>;
}

/** A folder of a test's own, and servers that are closed with it. */
export function labPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "headwise-lab-"));
  const servers: Server[] = [];
  return {
    folder,
    write(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    serve(options = {}) {
      const server = labServer({ site: join(folder, "site"), builtins: new Map(), ...options });
      servers.push(server);
      return listen(server, 0);
    },
    async remove() {
      for (const server of servers) await closed(server);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Closes a server with all its connections. */
export const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** A model in `folder`. */
export const directoryModel = (id: string, folder: string): LabModel => ({ id, kind: "directory", folder });
