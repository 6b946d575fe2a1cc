/** A hub and a CDN on this machine; the model's name, `org/BEHAVIOR`, says how they behave. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Call, COMMIT, type FakeHub, type Mutable, sha1, sha256 } from "./fake-hub-call.ts";
import { endless, json, LARGE, redirect, send } from "./fake-hub-files.ts";

const OTHER_COMMIT = "f".repeat(40);

/** Starts both servers. `files` can be changed afterwards. */
export async function startFakeHub(files: Record<string, Buffer>): Promise<FakeHub> {
  const hub: Mutable = { endpoint: "", cdn: "", asked: [], files, sent: 0, counts: new Map(), close: () => {} };
  const servers = (["hub", "cdn"] as const).map((host) =>
    createServer((request, response) => void serve(hub, host, request, response)),
  );
  const [endpoint, cdn] = await Promise.all(servers.map(addressOf));
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return Object.assign(hub, { endpoint, cdn, close });
}

const addressOf = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

function serve(hub: Mutable, host: "hub" | "cdn", request: IncomingMessage, response: ServerResponse): unknown {
  const url = new URL(request.url!, "http://hub");
  const path = decodeURIComponent(url.pathname);
  const { range, authorization } = request.headers;
  hub.asked.push({ host, path, token: authorization !== undefined, ...(range && { range }) });
  const [, behavior = ""] = /\/org\/([\w-]+)/.exec(path) ?? [];
  const key = `${host} ${path}`;
  const before = hub.counts.get(key) ?? 0;
  hub.counts.set(key, before + 1);
  const call: Call = { hub, behavior, request, response, path, query: url.searchParams, before };
  if (host === "cdn") return path.includes("/api/") ? tree(call) : content(call);
  if (path.includes("/api/models/")) return path.includes("/revision/") ? revision(call) : tree(call);
  content(call);
}

const HUB_SAYS: Readonly<Record<string, readonly [status: number, code: string, words: string]>> = {
  "no-repository": [404, "RepoNotFound", "Repository not found"],
  "private-repository": [401, "RepoNotFound", "Repository not found"],
  "no-revision": [404, "RevisionNotFound", "Invalid rev id: main"],
  "bad-token": [401, "", "Invalid credentials in Authorization header"],
  disabled: [403, "DisabledRepo", "Access to this resource is disabled."],
  "hostile-words": [403, "", "\u001b]0;owned\u0007 \u202egone"],
};

function revision(call: Call): unknown {
  const { behavior, before, response } = call;
  const says = HUB_SAYS[behavior];
  if (says) {
    const [status, code, words] = says;
    const headers = /^[\x20-\x7e]*$/.test(words) ? { "x-error-message": words } : undefined;
    return json(call, { error: words }, status, { ...(code && { "x-error-code": code }), ...headers });
  }
  if (behavior === "always-429") return json(call, { error: "slow down" }, 429);
  if (behavior === "always-500") return json(call, {}, 500);
  if (behavior === "long-wait") return json(call, {}, 429, { "retry-after": "7200" });
  if (behavior === "once-429" && before === 0) return json(call, {}, 429, { "retry-after": "0" });
  if (behavior === "once-429-ratelimit" && before === 0) return json(call, {}, 429, { ratelimit: '"api";r=0;t=0' });
  if (behavior === "once-500" && before < 2) return json(call, {}, 500);
  if (behavior === "reset-api" && before === 0) return response.destroy();
  if (behavior === "silent") return;
  if (behavior === "web-page") return response.writeHead(200, { "content-type": "text/html" }).end("<html>sign in</html>");
  if (behavior === "endless-json") return endless(call);
  if (behavior === "api-to-cdn") return redirect(call, `${call.hub.cdn}/api/models/org/api-to-cdn/revision/main`);
  if (behavior === "renamed" && !call.path.includes("/org/renamed/revision/new"))
    return redirect(call, "/api/models/org/renamed/revision/new");
  if (behavior === "api-loop") return redirect(call, call.path);
  const sha = behavior === "commit-path" ? "../../../../pwn" : COMMIT;
  json(call, { _id: "1", id: `org/${behavior}`, sha });
}

const isLarge = (path: string) => path.endsWith(".safetensors");
const listed = ([path, data]: [string, Buffer]) => ({
  ...{ type: "file", path, size: data.length, oid: isLarge(path) ? OTHER_COMMIT : sha1(data) },
  ...(isLarge(path) && { lfs: { oid: sha256(data), size: data.length, pointerSize: 130 } }),
});

function tree(call: Call): unknown {
  const { hub, behavior, path, query } = call;
  const [, folder = ""] = /\/tree\/[0-9a-f]+\/?(.*)$/.exec(path) ?? [];
  const all = Object.entries(hub.files).map(listed);
  const folders = [...new Set(all.flatMap((entry) => (entry.path.includes("/") ? [entry.path.split("/")[0]!] : [])))];
  const depth = folder === "" ? 1 : 2;
  const files = all.filter((entry) => entry.path.startsWith(folder) && entry.path.split("/").length === depth);
  const directories =
    folder === "" ? folders.map((name) => ({ type: "directory", path: name, size: 0, oid: OTHER_COMMIT })) : [];
  const entries = changed(behavior, [...directories, ...files]);
  if (behavior === "next-page-elsewhere" && !query.has("c"))
    return json(call, entries.slice(0, 1), 200, { link: `<${hub.cdn}${path}?c=1>; rel="next"` });
  if (behavior === "next-page" && !query.has("c"))
    return json(call, entries.slice(0, 1), 200, { link: `<${hub.endpoint}${path}?c=1>; rel="next"` });
  if (behavior === "endless-pages") return json(call, entries, 200, { link: `<${hub.endpoint}${path}?c=1>; rel="next"` });
  json(call, query.has("c") ? entries.slice(1) : entries);
}

type Entry = { path: string; size: number; oid: string; lfs?: { oid: string } };

function changed(behavior: string, entries: Entry[]): unknown[] {
  const file = (path: string, more = {}) => ({ type: "file", oid: sha1(Buffer.alloc(0)), size: 0, path, ...more });
  const weights = (change: object) => entries.map((entry) => (isLarge(entry.path) ? { ...entry, ...change } : entry));
  const resized = (by: number) => entries.map((entry) => (isLarge(entry.path) ? { ...entry, size: entry.size + by } : entry));
  const extra: Readonly<Record<string, () => unknown[]>> = {
    traversal: () => [...entries, file("../../../../pwned.safetensors"), file("../vocab.txt"), file("/etc/vocab.json")],
    "hash-traversal": () => weights({ oid: "../../../x", lfs: { oid: "../../../../pwn" } }),
    "huge-size": () => weights({ size: 2 ** 60 }),
    "larger-than-disk": () => weights({ size: 2 ** 52 }),
    "negative-size": () => weights({ size: -1 }),
    "many-files": () => [...entries, ...Array.from({ length: 30_000 }, (_, k) => file(`f${k}.txt`))],
    "not-entries": () => [null, 3, "x", { path: 7 }, ...entries],
    "pickles-only": () => entries.filter(({ path }) => !isLarge(path)),
    "listed-longer": () => resized(1000),
    "listed-shorter": () => resized(-1000),
  };
  return extra[behavior]?.() ?? entries;
}

function content(call: Call): unknown {
  const { hub, behavior, path, response } = call;
  const name = path.replace(/^.*\/(resolve\/[0-9a-f]+|blob)\//, "");
  const data = hub.files[name];
  if (!data) return json(call, { error: "Entry not found" }, 404, { "x-error-code": "EntryNotFound" });
  if (behavior === "gated") {
    const words = "Access to model org/gated is restricted. You must have access to it and be authenticated to access it.";
    return json(call, { error: words }, 401, { "x-error-code": "GatedRepo", "x-error-message": words });
  }
  if (behavior === "damaged-text" && name === "config.json")
    return response.end(Buffer.concat([data.subarray(1), Buffer.from("x")]));
  if (!isLarge(name)) return send(call, data);
  (LARGE[behavior] ?? send)(call, data);
}
