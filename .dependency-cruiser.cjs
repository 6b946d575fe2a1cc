/** Which part of the code may import which: the rooms of src/, one way only. test/imports.test.ts holds it too. */

const BASE = ["graph", "ops", "autodiff", "onnx", "run"];
/** After the base, each room may import all that stand before it. */
const ROOMS = [
  "params",
  "nn",
  "models",
  "load",
  "corpus",
  "stats",
  "tasks",
  "train",
  "heads",
  "prune",
  "study",
  "sweep",
  "view",
];

const MAY_IMPORT = {
  graph: [],
  ops: ["graph"],
  autodiff: ["graph", "ops"],
  onnx: ["graph"],
  run: ["graph", "onnx"],
  ...Object.fromEntries(ROOMS.map((room, i) => [room, [...BASE, ...ROOMS.slice(0, i)]])),
  cli: [...BASE, ...ROOMS],
};

const rooms = Object.entries(MAY_IMPORT).map(([room, allowed]) => ({
  name: `rooms-${room}`,
  comment: `src/${room} may import ${allowed.length > 0 ? allowed.join(", ") : "no other room"}.`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: `^src/((${[...allowed, room].join("|")})/|version\\.ts$)` },
}));

const NODE_FILES = "\\.node\\.ts$|^src/cli/";
const NATIVE = "^node_modules/(onnxruntime-node|@resvg/resvg-js|tokenizers)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...rooms,
    {
      name: "known-rooms",
      comment: "Every folder of src/ is a room that this file knows.",
      severity: "error",
      from: { path: "^src/[^/]+/", pathNot: `^src/(${Object.keys(MAY_IMPORT).join("|")})/` },
      to: {},
    },
    { name: "no-cycles", comment: "No import cycles.", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolves",
      comment:
        "Every import leads to a file or a package; benchmarks and oracles may import the build, which may not be there.",
      severity: "error",
      from: { path: "^(src|test|bench)/" },
      to: { couldNotResolve: true, pathNot: "/dist/" },
    },
    {
      name: "src-stands-alone",
      comment: "src/ imports nothing from tests, benchmarks or scripts, and only packages that are shipped with it.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(?!src/|node_modules/)", dependencyTypesNot: ["core"] },
    },
    {
      name: "src-ships-its-packages",
      comment: "src/ imports only packages under dependencies, or peers that users install for one feature.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "engine-in-one-place",
      comment: "Only src/run/*.node.ts and src/run/*.web.ts import ONNX Runtime.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/run/[^/]+\\.(node|web)\\.ts$" },
      to: { path: "^node_modules/onnxruntime-(node|web)/" },
    },
    {
      name: "engine-node-or-web",
      comment:
        "A .node.ts file imports onnxruntime-node, a .web.ts file onnxruntime-web; engine.node.ts imports the other if one is missing.",
      severity: "error",
      from: { path: "\\.(node|web)\\.ts$", pathNot: "^src/run/engine\\.node\\.ts$" },
      to: { path: "^node_modules/onnxruntime-(node|web)/", pathNot: "^node_modules/onnxruntime-$1/" },
    },
    {
      name: "engine-types",
      comment: "Of onnxruntime-common only types are imported, and only in src/run.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/run/" },
      to: { path: "^node_modules/onnxruntime-common/" },
    },
    {
      name: "engine-types-only",
      comment: "Of onnxruntime-common only types are imported, and only in src/run.",
      severity: "error",
      from: { path: "^src/run/" },
      to: { path: "^node_modules/onnxruntime-common/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "browser-without-node",
      comment: "src/ runs in the browser except *.node.ts and cli/: no Node module, native package or .node.ts file.",
      severity: "error",
      from: { path: "^src/", pathNot: NODE_FILES },
      to: { path: NATIVE },
    },
    {
      name: "browser-without-node-files",
      comment: "Only *.node.ts files and cli/ import *.node.ts files.",
      severity: "error",
      from: { path: "^src/", pathNot: NODE_FILES },
      to: { path: "^src/.*\\.node\\.ts$" },
    },
    {
      name: "browser-without-node-modules",
      comment: "Only *.node.ts files and cli/ import Node's modules.",
      severity: "error",
      from: { path: "^src/", pathNot: NODE_FILES },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "node-without-web-files",
      comment: "Only *.web.ts files import *.web.ts files.",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.web\\.ts$" },
      to: { path: "^src/.*\\.web\\.ts$" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(test/fixtures|bench/peers|dist)/" },
    enhancedResolveOptions: {
      extensions: [".ts", ".d.ts", ".mjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
