/** A store in an S3 bucket, of Amazon or of any server with its interface, through the AWS SDK, which is installed on demand. */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { InputError } from "../../run/errors.ts";
import { isNoObject, type S3Address, s3Error, statusOf } from "./s3-errors.ts";
import { type Blobs, CONDITIONAL, checkedPath, PART } from "./store.ts";

/** Tries of a request, including the first. */
const ATTEMPTS = 8;
/** Milliseconds before the second try of our own; doubled before each further one. */
const PAUSE = 100;
/** Milliseconds until a connection is given up that does not open, or on which nothing moves. */
const TIMEOUTS = { connectionTimeout: 10_000, socketTimeout: 60_000 };

type Sdk = typeof import("@aws-sdk/client-s3") & typeof import("@aws-sdk/lib-storage");

async function sdk(): Promise<Sdk> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true"; // five lines about later versions of the SDK
  try {
    return { ...(await import("@aws-sdk/client-s3")), ...(await import("@aws-sdk/lib-storage")) };
  } catch {
    const version = "3.1175.0";
    const packages = `@aws-sdk/client-s3@${version} @aws-sdk/lib-storage@${version}`;
    throw new InputError(`a store on S3 needs packages that are not installed; run npm install ${packages}`);
  }
}

const variable = (name: string): string | undefined => process.env[name]?.trim() || undefined;

/** A bucket, the folder in it, and the client that asks for it. */
interface Bucket {
  readonly s3: Sdk;
  readonly client: S3Client;
  readonly address: S3Address;
  /** Returns the key of a path. */
  key(path: string): string;
}

/**
 * Opens the store at `s3://BUCKET` or `s3://BUCKET/FOLDER`; endpoint, region and credentials come from the variables and files of
 * AWS. Throws `InputError` if there is no such bucket or it cannot be reached.
 */
export async function s3Blobs(place: string): Promise<Blobs> {
  const bucket = await openBucket(place);
  const { s3, client, address } = bucket;
  const Bucket = address.bucket;
  const asked = <T>(request: Promise<T>): Promise<T> =>
    request.catch((error: unknown) => {
      throw s3Error(error, address);
    });
  const { key } = bucket;
  await asked(client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: key(CONDITIONAL), MaxKeys: 1 }))); // a HEAD gives no reasons
  const create = creator(bucket);
  return {
    place,
    read: (path) => asked(readObject(bucket, path)),
    write: async (path, content) =>
      void (await asked(client.send(new s3.PutObjectCommand({ Bucket, Key: key(path), Body: content })))),
    create: (path, content) => asked(create(path, content)),
    list: (folder) => asked(listObjects(bucket, folder)),
    remove: async (path) => void (await asked(client.send(new s3.DeleteObjectCommand({ Bucket, Key: key(path) })))),
    upload: async (path, parts) => void (await asked(upload(bucket, path, parts))),
    download: (path, size) => download(bucket, path, size),
    close: async () => client.destroy(),
  };
}

async function openBucket(place: string): Promise<Bucket> {
  const [, bucket, folder = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/.exec(place) ?? [];
  if (bucket === undefined)
    throw new InputError(`${place}: not the address of a bucket; use s3://BUCKET or s3://BUCKET/FOLDER`);
  const prefix = folder === "" ? "" : `${checkedPath(folder)}/`;
  const s3 = await sdk();
  const endpoint = variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL");
  if (endpoint !== undefined && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ""))
    throw new InputError("AWS_ENDPOINT_URL is not a web address; set it to one such as http://localhost:9000");
  const region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION");
  const client = new s3.S3Client({
    ...{ maxAttempts: ATTEMPTS, retryMode: "standard", requestHandler: TIMEOUTS },
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }), // few servers have a host name for each bucket
    ...(region === undefined ? {} : { region }), // else the SDK reads the configuration file
  });
  return { s3, client, address: { place, bucket, endpoint }, key: (path) => `${prefix}${path}` };
}

/**
 * Returns the bytes of an object, or of a range of it; undefined if there is none. The SDK repeats requests, but not the reading
 * of an answer that breaks off.
 */
async function readObject({ s3, client, address, key }: Bucket, path: string, Range?: string): Promise<Uint8Array | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      const { Body } = await client.send(new s3.GetObjectCommand({ Bucket: address.bucket, Key: key(path), Range }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (isNoObject(error) || (Range !== undefined && statusOf(error) === 416)) return undefined; // 416: beyond the end
      if (tries === ATTEMPTS || (statusOf(error) ?? 200) >= 400) throw error;
      await sleep(PAUSE * 2 ** tries);
    }
  }
}

async function* download(bucket: Bucket, path: string, size: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  do {
    const end = at + PART < size ? `${at + PART - 1}` : ""; // the last range is open, so that surplus bytes are seen too
    const bytes = await readObject(bucket, path, size > PART ? `bytes=${at}-${end}` : undefined).catch((error: unknown) => {
      throw s3Error(error, bucket.address);
    });
    if (bytes === undefined) return;
    yield bytes;
    at += PART;
  } while (at < size);
}

/** Uploads parts as one object; those of a large one are buffered and repeated each by itself. An empty object is one part. */
const upload = ({ s3, client, address, key }: Bucket, path: string, parts: AsyncIterable<Uint8Array>) =>
  new s3.Upload({
    client,
    params: { Bucket: address.bucket, Key: key(path), Body: Readable.from(parts, { objectMode: true }) },
    ...{ partSize: PART, queueSize: 2 },
  }).done();

async function listObjects({ s3, client, address, key }: Bucket, folder: string): Promise<string[]> {
  const prefix = key("");
  const paths: string[] = [];
  const query = { Bucket: address.bucket, Prefix: folder === "" ? prefix : `${key(folder)}/` };
  for await (const { Contents = [] } of s3.paginateListObjectsV2({ client }, query))
    for (const { Key = "" } of Contents) if (!Key.endsWith("/")) paths.push(Key.slice(prefix.length)); // other programs mark folders so
  return paths;
}

/**
 * Returns the function that creates an object unless it exists, by `If-None-Match`. A server that ignores the header is found
 * out first: reads and writes alone cannot decide between two writers (Herlihy 1991), so there is no other safe way.
 */
function creator(bucket: Bucket): Blobs["create"] {
  const { place } = bucket.address;
  let decides: Promise<boolean> | undefined;
  return async (path, content) => {
    decides ??= isConditional(bucket);
    decides.catch(() => (decides = undefined)); // asked again next time
    if (await decides) return putNew(bucket, path, content);
    throw new InputError(
      `${place}: the server has no conditional writes (If-None-Match), so two workers could create the same file; use another server`,
    );
  };
}

/** True if the server refuses to create the same object twice. */
async function isConditional(bucket: Bucket): Promise<boolean> {
  const text = new TextEncoder().encode("Headwise writes this file to see if the server has conditional writes.\n");
  try {
    return !(await putNew(bucket, CONDITIONAL, text)) || !(await putNew(bucket, CONDITIONAL, text));
  } catch (error) {
    if (statusOf(error) === 501) return false;
    throw error;
  }
}

/** Puts an object unless there is one; false if there is. */
async function putNew({ s3, client, address, key }: Bucket, path: string, content: Uint8Array): Promise<boolean> {
  const at = { Bucket: address.bucket, Key: key(path) };
  const writer = randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new s3.PutObjectCommand({ ...at, Body: content, IfNoneMatch: "*", Metadata: { writer } }));
      return true;
    } catch (error) {
      if (statusOf(error) === 412) break;
      if (statusOf(error) !== 409 || tries === ATTEMPTS) throw error; // 409: another writer is at it
      await sleep(PAUSE * 2 ** tries);
    }
  }
  // the answer to an earlier try of ours may have been lost
  const found = await client.send(new s3.HeadObjectCommand(at)).catch((error: unknown) => {
    if (isNoObject(error)) return undefined; // removed in the meantime
    throw error;
  });
  return found?.Metadata?.writer === writer;
}
