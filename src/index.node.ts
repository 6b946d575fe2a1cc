/** Exports for Node only: the machine's devices, files, the hub, pictures as PNG. */

export type { Address, Addresses } from "./corpus/addresses.node.ts";
export { readAddresses, readNovels } from "./corpus/addresses.node.ts";
export { readDocuments, readLines, readParallel } from "./corpus/text.node.ts";
export { loadCheckpoint } from "./load/checkpoint.node.ts";
export { fileSource } from "./load/files/files.node.ts";
export { fetchFromHub } from "./load/files/hub.node.ts";
export { loadTranslator } from "./load/translator.node.ts";
export { openForCutting } from "./prune/write/folder.node.ts";
export type { NodeOptions } from "./run/ort.node.ts";
export { nodeRuntime } from "./run/ort.node.ts";
export { openStore } from "./sweep/store/open-store.node.ts";
export type { Store } from "./sweep/store/store.ts";
export type { SessionOptions, SessionResult } from "./train/run-folder/session.node.ts";
export { trainSession } from "./train/run-folder/session.node.ts";
export { elementsModule } from "./view/page/elements.node.ts";
export { svgToPng } from "./view/page/png.node.ts";
