/** What only Node has: devices of this machine, files, the hub, pictures as PNG. */

export type { Address, Addresses } from "./corpus/addresses.node.ts";
export { readAddresses } from "./corpus/addresses.node.ts";
export { readDocuments, readLines, readParallel } from "./corpus/text.node.ts";
export { loadCheckpoint } from "./load/checkpoint.node.ts";
export { fileSource } from "./load/files.node.ts";
export { fetchFromHub } from "./load/hub.node.ts";
export { loadTranslator } from "./load/translator.node.ts";
export { openForCutting } from "./prune/folder.node.ts";
export type { NodeOptions } from "./run/ort.node.ts";
export { nodeRuntime } from "./run/ort.node.ts";
export type { SessionOptions, SessionResult } from "./train/session.node.ts";
export { trainSession } from "./train/session.node.ts";
export { elementsModule } from "./view/elements.node.ts";
export { svgToPng } from "./view/png.node.ts";
