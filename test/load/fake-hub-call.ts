/** What the parts of the fake hub share: what it holds, a request to it, and hashes of files. */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export const sha1 = (data: Uint8Array) => createHash("sha1").update(`blob ${data.length}\0`).update(data).digest("hex");
export const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

/** One request as it came in. */
export interface Asked {
  readonly host: "hub" | "cdn";
  readonly path: string;
  readonly token: boolean;
  readonly range?: string;
}

export interface FakeHub {
  readonly endpoint: string;
  readonly asked: Asked[];
  readonly files: Record<string, Buffer>;
  /** Bytes of endless bodies that went out. */
  sent: number;
  close(): void;
}

/** One request, with what its answer depends on. */
export interface Call {
  readonly hub: Mutable;
  readonly behavior: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  /** How often this path was asked for before. */
  readonly before: number;
}

/** A fake hub while it is set up. */
export interface Mutable extends FakeHub {
  endpoint: string;
  cdn: string;
  counts: Map<string, number>;
}
