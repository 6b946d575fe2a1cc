/** Laws of every kind of store: files are complete or absent, one writer creates, folders arrive whole and checked. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withFolders } from "../../../src/sweep/store/folders.node.ts";
import { openStore } from "../../../src/sweep/store/open-store.node.ts";
import type { Blobs, Store } from "../../../src/sweep/store/store.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { OTHER } from "./s3-server.ts";

const local = mkdtempSync(join(tmpdir(), "headwise-local-"));
afterAll(() => rmSync(local, { recursive: true }));

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** Makes a local folder with these files. */
function folderOf(name: string, files: Record<string, string | Uint8Array>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(local, name, file, ".."), { recursive: true });
    writeFileSync(join(local, name, file), content);
  }
  return join(local, name);
}

/** The files of a local folder by name. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path, "latin1")]),
  );

/** Operations that fail, like those of a process that is killed, after the first `left` changes. */
function dying(blobs: Blobs, left: number): Blobs {
  const living = <A extends unknown[], T>(act: (...args: A) => Promise<T>) => {
    return async (...args: A) => {
      if (left-- <= 0) throw new Error("killed");
      return act(...args);
    };
  };
  return { ...blobs, write: living(blobs.write), remove: living(blobs.remove), upload: living(blobs.upload) };
}

describe.each(Object.keys(KINDS))("a store of the kind %s", (name) => {
  let kind: Kind;
  let store: Store;
  beforeAll(async () => {
    kind = await KINDS[name]!();
    store = await openStore(kind.place());
  });
  afterAll(async () => {
    await store.close();
    await kind.close();
  });

  it("reads what was written last, and nothing before or after", async () => {
    expect(await store.read("a/b.txt")).toBeUndefined();
    await store.write("a/b.txt", "one");
    await store.write("a/b.txt", "two é");
    await store.write("a/empty", new Uint8Array());
    expect(text(await store.read("a/b.txt"))).toBe("two é");
    expect(await store.read("a/empty")).toHaveLength(0);
    expect(await store.read("a")).toBeUndefined();
    await store.remove("a/b.txt");
    await store.remove("a/b.txt");
    expect(await store.read("a/b.txt")).toBeUndefined();
  });

  it("lists the files of a folder in order, not those of another with the same beginning", async () => {
    for (const path of ["l/b", "l/a/z", "l/a b+é=%&", "l/a-1", "l2/x", "l/10", "l/9"]) await store.write(path, path);
    expect(await store.list("l")).toEqual(["l/10", "l/9", "l/a b+é=%&", "l/a-1", "l/a/z", "l/b"]);
    expect(await store.list("l/a")).toEqual(["l/a/z"]);
    expect(await store.list("none")).toEqual([]);
    expect(await store.list("")).toEqual(expect.arrayContaining(["l/b", "l2/x"]));
    expect(text(await store.read("l/a b+é=%&"))).toBe("l/a b+é=%&");
  });

  it("lets exactly one of 20 writers create a file, whose content stays", async () => {
    const writers = await Promise.all(Array.from({ length: 20 }, () => openStore(store.place)));
    const won = await Promise.all(writers.map((writer, i) => writer.create("claims/job", `worker ${i}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await store.read("claims/job"))).toBe(`worker ${won.indexOf(true)}`);
    expect(await store.create("claims/job", "late")).toBe(false);
    expect(await store.list("claims")).toEqual(["claims/job"]);
    await store.remove("claims/job");
    expect(await store.create("claims/job", "next")).toBe(true);
    for (const writer of writers) await writer.close();
  });

  it("returns a folder as it was put, without temporary files", async () => {
    const files = { "config.json": "{}", "deep/er/x.bin": randomBytes(1000), empty: "" };
    const folder = folderOf(`${name}-whole`, { ...files, ".x.lock": "", ".y.1.aside": "", ".z.2.aside/w": "" });
    await store.putFolder(folder, "runs/whole");
    const back = join(local, `${name}-back`);
    expect(await store.getFolder("runs/whole", back)).toBe(true);
    expect(contentOf(back)).toEqual(contentOf(folderOf(`${name}-same`, files)));
    expect(await store.getFolder("runs/other", join(local, "other"))).toBe(false);
    await store.removeFolder("runs/whole");
    expect(await store.getFolder("runs/whole", back)).toBe(false);
    expect(await store.list("runs")).toEqual([]);
  });

  it("keeps the old folder or has the new one, wherever the process that replaces it is killed", async () => {
    const old = folderOf(`${name}-old`, { a: "old a", b: "old b" });
    const next = folderOf(`${name}-next`, { b: "new b", c: "new c", "d/e": "new e" });
    const place = kind.place();
    const blobs = await kind.blobs(place);
    const found: unknown[] = [];
    await expect(withFolders(dying(blobs, 2)).putFolder(next, "new")).rejects.toThrow("killed");
    expect(await withFolders(blobs).getFolder("new", join(local, "never"))).toBe(false);
    await withFolders(blobs).putFolder(old, "run");
    for (let changes = 0, done = false; !done; changes++) {
      done = await withFolders(dying(blobs, changes))
        .putFolder(next, "run")
        .then(
          () => true,
          () => false,
        );
      const back = join(local, `${name}-or`);
      expect(await withFolders(blobs).getFolder("run", back)).toBe(true);
      found.push(contentOf(back));
    }
    const [before, after] = [contentOf(old), contentOf(next)];
    expect(found).toEqual([...Array(4).fill(before), ...Array(4).fill(after)]);
    await blobs.close();
  });

  it("finds a changed, a longer and a missing file, and a damaged manifest", async () => {
    await store.putFolder(folderOf(`${name}-sums`, { "a/x.bin": "some bytes" }), "sums");
    const path = (await store.list("sums")).find((one) => one.endsWith("/a/x.bin"))!;
    const back = join(local, `${name}-damaged`);
    for (const damage of ["some bytfs", "some bytes and more"]) {
      await store.write(path, damage);
      await expect(store.getFolder("sums", back)).rejects.toThrow(/content-.*\/a\/x\.bin: the file is missing or damaged/);
    }
    await store.remove(path);
    await expect(store.getFolder("sums", back)).rejects.toThrow(/\/a\/x\.bin: .*; /);
    await store.write("sums/manifest.json", "{}");
    await expect(store.getFolder("sums", back)).rejects.toThrow(/sums\/manifest\.json: the manifest is damaged \(.*\); /);
    expect(() => readdirSync(back)).toThrow("ENOENT");
    await store.putFolder(join(local, `${name}-sums`), "sums");
    expect(await store.getFolder("sums", back)).toBe(true);
  });

  it("copies a file of 12 MiB in parts", async () => {
    const folder = folderOf(`${name}-large`, { "model.bin": randomBytes(12 << 20) });
    const before = kind.server?.seen.parts;
    await store.putFolder(folder, "large");
    if (kind.server) expect(kind.server.seen.parts).toBe(before! + 2);
    const back = join(local, `${name}-large-back`);
    expect(await store.getFolder("large", back)).toBe(true);
    expect(readFileSync(join(back, "model.bin")).equals(readFileSync(join(folder, "model.bin")))).toBe(true);
    const path = (await store.list("large")).find((one) => one.endsWith("model.bin"))!;
    await store.write(path, readFileSync(join(folder, "model.bin")).subarray(0, 8 << 20));
    await expect(store.getFolder("large", back)).rejects.toThrow("model.bin: the file is missing or damaged");
  });

  it("refuses paths that lead elsewhere, and folders that cannot be copied", async () => {
    const bad = [
      "",
      "/a",
      "a//b",
      "a/",
      "../a",
      "a/../b",
      "./a",
      "a\\b",
      "a\nb",
      "C:/a",
      ".x.aside",
      "a/.b.lock",
      "x".repeat(151),
    ];
    for (const path of bad) {
      for (const call of [store.read(path), store.write(path, ""), store.create(path, ""), store.remove(path)])
        await expect(call, path).rejects.toThrow(/ is no path of a store \(.*\); use /);
      await expect(store.getFolder(path, join(local, "never")), path).rejects.toThrow("is no path of a store");
    }
    await expect(store.putFolder(join(local, "nowhere"), "p")).rejects.toThrow(/nowhere: there is no such file; /);
    const folder = folderOf(`${name}-links`, { file: "x" });
    await expect(store.putFolder(join(folder, "file"), "p")).rejects.toThrow(/file: not a folder; /);
    symlinkSync(local, join(folder, "link"), "junction");
    await expect(store.putFolder(folder, "p")).rejects.toThrow(/link: this is a directory; /);
    expect(await store.list("p")).toEqual([]);
  });

  it.skipIf(OTHER === undefined && name === "s3")("lists more files than one answer of S3 has", async () => {
    const paths = Array.from({ length: 1003 }, (_, i) => `many/${i}`).sort();
    for (let at = 0; at < paths.length; at += 20)
      await Promise.all(paths.slice(at, at + 20).map((path) => store.write(path, "")));
    expect(await store.list("many")).toEqual(paths);
  });
});
