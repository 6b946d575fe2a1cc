/**
 * An S3 server for tests with a proxy in front that fails on demand. The server is s3rver, which ignores `If-None-Match`; the proxy
 * decides about it. With `HEADWISE_TEST_S3=http://…` it is that server, on which the bucket is created.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";

/** The server that the variable names. */
export const OTHER = process.env.HEADWISE_TEST_S3;
export const BUCKET = "sweeps";

/** Faults of the proxy, to be set by tests. */
export interface Faults {
  /** Answers 503 to each request whose number is a multiple. */
  failEvery?: number;
  /** Forwards each conditional write whose number is a multiple, and answers 503 if it succeeded. */
  loseEvery?: number;
  /** Breaks off the answer to each GET whose number is a multiple in the middle. */
  cutEvery?: number;
  /** Forwards conditional writes as they are. */
  unconditional?: boolean;
  /** Answers 403 to everything. */
  deny?: boolean;
}

export interface TestServer {
  readonly endpoint: string;
  readonly faults: Faults;
  /** The requests so far, and the parts of uploads among them. */
  readonly seen: { requests: number; failed: number; parts: number };
  close(): Promise<void>;
}

async function upstreamServer(): Promise<{ url: URL; close(): Promise<void> }> {
  if (OTHER !== undefined) {
    const client = new S3Client({ endpoint: OTHER, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET })).catch(() => {}); // there is one from the last run
    return { url: new URL(OTHER), close: async () => client.destroy() };
  }
  const directory = mkdtempSync(join(tmpdir(), "headwise-s3-"));
  const configureBuckets = [{ name: BUCKET, configs: [] }];
  const server = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets });
  const { port } = await server.run();
  const close = async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  };
  return { url: new URL(`http://127.0.0.1:${port}`), close };
}

const ERROR = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>of the test</Message></Error>`;

function refuse(answer: ServerResponse, status: number, code: string): void {
  answer.writeHead(status, { "content-type": "application/xml" }).end(ERROR(code));
}

/** Starts the server and its proxy. */
export async function startS3(): Promise<TestServer> {
  const upstream = await upstreamServer();
  const faults: Faults = {};
  const seen = { requests: 0, failed: 0, parts: 0 };
  const counts = { gets: 0, conditional: 0 };
  const existing = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();

  /** Forwards a request and its answer; resolves with the status when all is answered. */
  const forward = (asked: IncomingMessage, answer: ServerResponse, body: Buffer, how: "all" | "cut" | "lose") =>
    new Promise<number>((resolve) => {
      const { method, headers, url: path } = asked;
      const { hostname, port } = upstream.url;
      const onward = request({ hostname, port, path, method, headers }, async (given) => {
        const chunks: Buffer[] = [];
        for await (const chunk of given) chunks.push(chunk as Buffer);
        const content = Buffer.concat(chunks);
        if (how === "lose" && given.statusCode === 200) refuse(answer, 503, "ServiceUnavailable");
        else {
          answer.writeHead(given.statusCode ?? 500, given.headers);
          if (how === "cut") answer.write(content.subarray(0, content.length >> 1), () => answer.destroy());
          else answer.end(content);
        }
        resolve(given.statusCode ?? 500);
      });
      onward.on("error", () => answer.destroy());
      onward.end(body);
    });

  /** Decides about a conditional write, one after the other. */
  async function conditional(asked: IncomingMessage, answer: ServerResponse, body: Buffer): Promise<void> {
    const lose = faults.loseEvery !== undefined && ++counts.conditional % faults.loseEvery === 0;
    const path = asked.url?.split("?")[0] ?? "";
    if (OTHER === undefined && existing.has(path)) return refuse(answer, 412, "PreconditionFailed");
    const status = await forward(asked, answer, body, lose ? "lose" : "all");
    if (status < 300) existing.add(path);
  }

  const isEvery = (count: number, every: number | undefined) => every !== undefined && count % every === 0;

  async function handle(asked: IncomingMessage, answer: ServerResponse): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (asked.url?.includes("partNumber=")) seen.parts++;
    if (faults.deny) return refuse(answer, 403, "AccessDenied");
    if (isEvery(++seen.requests, faults.failEvery)) {
      seen.failed++;
      return refuse(answer, 503, "ServiceUnavailable");
    }
    if (asked.headers["if-none-match"] !== undefined && !faults.unconditional) {
      turn = turn.then(() => conditional(asked, answer, body));
      return turn;
    }
    if (asked.method === "DELETE") existing.delete(asked.url?.split("?")[0] ?? "");
    const cut = asked.method === "GET" && !asked.url?.includes("list-type") && isEvery(++counts.gets, faults.cutEvery);
    return forward(asked, answer, body, cut ? "cut" : "all");
  }

  const proxy = createServer((asked, answer) => void handle(asked, answer).catch(() => answer.destroy()));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await upstream.close();
  };
  return { endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, faults, seen, close };
}
