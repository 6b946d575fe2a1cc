/**
 * Loaded before a command (`--import`): counts every operation that changes files below KILLER_ROOT — before it, and half-way
 * through a write — and at each either keeps a copy of what a kill would leave (KILLER_COPIES), or kills the process (KILLER_AT).
 */
import fs from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const { KILLER_ROOT: ROOT, KILLER_COPIES: COPIES, KILLER_AT: AT, KILLER_COUNT: COUNT, KILLER_FAIL: FAIL } = process.env;
const { cpSync, writeFileSync, mkdirSync } = fs;
mkdirSync(ROOT, { recursive: true });
if (COPIES) cpSync(ROOT, join(COPIES, "0"), { recursive: true }); // before anything is patched: it loads what it needs
let [moments, busy] = [0, false];
const names = [];

/** True where the operation is to fail as on a full disk. */
function moment(name, path) {
  if (busy || !String(path).startsWith(ROOT)) return;
  names.push(`${name} ${String(path).slice(ROOT.length)}`);
  moments++;
  if (moments === Number(AT)) process.kill(process.pid, "SIGKILL");
  if (moments === Number(FAIL)) throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: "ENOSPC" });
  if (!COPIES) return;
  busy = true;
  cpSync(ROOT, join(COPIES, String(moments)), { recursive: true, verbatimSymlinks: true });
  busy = false;
}

const writes = (flags) => (typeof flags === "string" ? /[wa+]/.test(flags) : (flags ?? 0) & 3);
const CHANGING = [
  "mkdir",
  "rename",
  "rm",
  "rmdir",
  "unlink",
  "writeFile",
  "symlink",
  "link",
  "copyFile",
  "chmod",
  "chown",
  "truncate",
];
for (const name of CHANGING) {
  const [later, now] = [fs.promises[name], fs[`${name}Sync`]];
  fs.promises[name] = async (...args) => {
    moment(name, name === "link" || name === "symlink" ? args[1] : args[0]);
    return later(...args);
  };
  fs[`${name}Sync`] = (...args) => {
    moment(name, name === "link" || name === "symlink" ? args[1] : args[0]);
    return now(...args);
  };
}
const { openSync } = fs;
fs.openSync = (path, flags, ...more) => {
  if (writes(flags)) moment("open", path);
  return openSync(path, flags, ...more);
};
const { open } = fs.promises;
fs.promises.open = async (path, flags, ...more) => {
  if (writes(flags)) moment("open", path);
  const file = await open(path, flags, ...more);
  const [write, sync] = [file.writeFile.bind(file), file.sync.bind(file)];
  file.writeFile = async (content) => {
    const bytes = Buffer.from(content);
    const half = bytes.length >> 1;
    moment("write", path);
    await write(bytes.subarray(0, half));
    moment("half a write", path);
    await write(bytes.subarray(half));
  };
  file.sync = () => {
    moment("sync", path);
    return sync();
  };
  return file;
};
const native = createRequire(new URL("../../package.json", import.meta.url))("fs-native-extensions");
const { swapSync } = native;
native.swapSync = (from, to) => {
  moment("swap", to);
  if (process.env.KILLER_NO_SWAP) throw Object.assign(new Error("EINVAL"), { code: "EINVAL" });
  return swapSync(from, to);
};
syncBuiltinESMExports();
process.on("exit", () => {
  busy = true;
  writeFileSync(COUNT, names.join("\n"));
});
