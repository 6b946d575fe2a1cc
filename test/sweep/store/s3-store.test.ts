/** A store on S3 when the server fails, and the errors when it is not there at all. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { openStore } from "../../../src/sweep/store/open-store.node.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { OTHER, type TestServer } from "./s3-server.ts";

const local = mkdtempSync(join(tmpdir(), "headwise-local-"));
let kind: Kind;
let server: TestServer;
beforeAll(async () => {
  kind = await KINDS.s3!();
  server = kind.server!;
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(server.faults) as (keyof TestServer["faults"])[]) delete server.faults[name];
});
afterAll(async () => {
  await kind.close();
  rmSync(local, { recursive: true });
});

const failure = (place: string) =>
  openStore(place).then(
    () => "none",
    (error: Error) => `${error.name}: ${error.message}`,
  );

it("succeeds although every tenth request fails and answers break off", async () => {
  Object.assign(server.faults, { failEvery: 10, cutEvery: 4 });
  const before = server.seen.failed;
  const store = await openStore(kind.place());
  writeFileSync(join(local, "large.bin"), randomBytes(9 << 20));
  for (let i = 0; i < 30; i++) await store.write(`files/${i}`, `content ${i}`);
  for (let i = 0; i < 30; i++) expect(Buffer.from((await store.read(`files/${i}`))!).toString()).toBe(`content ${i}`);
  await store.putFolder(local, "folder");
  expect(await store.getFolder("folder", join(local, "back"))).toBe(true);
  expect(readFileSync(join(local, "back/large.bin")).equals(readFileSync(join(local, "large.bin")))).toBe(true);
  for (let i = 0; i < 30; i++) await store.remove(`files/${i}`);
  expect(await store.list("files")).toEqual([]);
  expect(server.seen.failed - before).toBeGreaterThanOrEqual(9);
  await store.close();
});

it("knows its own file if the answer to its creation is lost", async () => {
  const store = await openStore(kind.place());
  expect(await store.create("first", "")).toBe(true);
  server.faults.loseEvery = 1;
  expect(await store.create("job", "mine")).toBe(true);
  expect(await store.create("job", "mine")).toBe(false);
  await store.close();
});

it.skipIf(OTHER !== undefined)("does not create files on a server without conditional writes", async () => {
  server.faults.unconditional = true;
  const store = await openStore(kind.place());
  await expect(store.create("job", "mine")).rejects.toThrow(
    `${store.place}: the server has no conditional writes (If-None-Match), so two workers could create the same file; use another server`,
  );
  expect(await store.list("")).toEqual([]);
  await store.close();
});

it("names the bucket that is not there, and places that are none", async () => {
  expect(await failure("s3://no-such-bucket/a")).toBe(
    `InputError: s3://no-such-bucket/a: ${server.endpoint} has no bucket no-such-bucket; create it, or correct the name`,
  );
  expect(await failure("s3://A_b")).toBe(
    "InputError: s3://A_b: not the address of a bucket; use s3://BUCKET or s3://BUCKET/FOLDER",
  );
  expect(await failure("s3://abc/../x")).toMatch(/^InputError: ".*" is no path of a store \(.*\); use /);
  expect(await failure("gs://abc")).toBe(
    "InputError: gs://abc: there are no stores with gs://; use a folder or s3://BUCKET/FOLDER",
  );
  expect(await failure(" ")).toBe("InputError: the store has no name; use a folder or s3://BUCKET/FOLDER");
  expect(await failure(join(local, "large.bin"))).toMatch(
    /large\.bin: cannot be written \(.*file, not a folder\); choose another place$/,
  );
});

it("reports that access is denied", async () => {
  server.faults.deny = true;
  expect(await failure("s3://sweeps/a")).toBe(
    "InputError: s3://sweeps/a: access denied (403 AccessDenied: of the test); give the credentials in use permission to list, read, write and delete there",
  );
});

it.skipIf(OTHER !== undefined)("reports credentials that the server does not accept", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "SOMEBODY");
  expect(await failure("s3://sweeps/a")).toMatch(
    /^InputError: s3:\/\/sweeps\/a: the server does not accept the credentials \(403 InvalidAccessKeyId: .*\); correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY$/,
  );
});

it("reports an endpoint that refuses connections, or is no address", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  expect(await failure("s3://sweeps/a")).toBe(
    "InputError: s3://sweeps/a: http://127.0.0.1:1 refuses connections; start the server, or correct AWS_ENDPOINT_URL",
  );
  vi.stubEnv("AWS_ENDPOINT_URL", "localhost:9000");
  expect(await failure("s3://sweeps/a")).toBe(
    "InputError: AWS_ENDPOINT_URL is not a web address; set it to one such as http://localhost:9000",
  );
});

it("names the variables of credentials and of the region that are not set", async () => {
  for (const name of ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]) vi.stubEnv(name, join(local, "nowhere"));
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
  expect(await failure("s3://sweeps/a")).toBe(
    "InputError: s3://sweeps/a: no credentials are set; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
  );
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
  expect(await failure("s3://sweeps/a")).toBe(
    "InputError: s3://sweeps/a: no region is set; set AWS_REGION (us-east-1 for most servers that are not Amazon's)",
  );
});

it("tells how to install the packages that are missing", async () => {
  vi.resetModules();
  vi.doMock("@aws-sdk/lib-storage", () => {
    throw new Error("not found");
  });
  const { openStore: withoutPackages } = await import("../../../src/sweep/store/open-store.node.ts");
  await expect(withoutPackages("s3://sweeps/a")).rejects.toThrow(
    /^a store on S3 needs packages that are not installed; run npm install @aws-sdk\/client-s3@\d[\d.]+ @aws-sdk\/lib-storage@\d[\d.]+$/,
  );
  vi.doUnmock("@aws-sdk/lib-storage");
});
