/** The kinds of stores, for tests that hold for all of them. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderBlobs } from "../../../src/sweep/store/folder-store.node.ts";
import { s3Blobs } from "../../../src/sweep/store/s3-store.node.ts";
import type { Blobs } from "../../../src/sweep/store/store.ts";
import { BUCKET, startS3, type TestServer } from "./s3-server.ts";

/** A kind of store that is running. */
export interface Kind {
  /** Returns the place of a new store. */
  place(): string;
  /** Opens the operations of the store at a place. */
  blobs(place: string): Promise<Blobs>;
  readonly server?: TestServer;
  close(): Promise<void>;
}

/** Sets the variables of AWS for a test server. */
function useServer(endpoint: string): void {
  const own = { AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_DISABLED: "true" };
  const usual = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };
  for (const [name, value] of Object.entries(own)) process.env[name] = value;
  for (const [name, value] of Object.entries(usual)) process.env[name] ??= value;
}

export const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
  async folder() {
    const folder = mkdtempSync(join(tmpdir(), "headwise-store-"));
    const close = async () => rmSync(folder, { recursive: true });
    return { place: () => join(folder, randomUUID()), blobs: folderBlobs, close };
  },
  async s3() {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    useServer("");
    const server = await startS3();
    useServer(server.endpoint);
    return { place: () => `s3://${BUCKET}/${randomUUID()}`, blobs: s3Blobs, server, close: () => server.close() };
  },
};
