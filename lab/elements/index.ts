/** The elements, each defined by importing this file, and the types of what they are given and tell. */
export { HeadwiseArcs } from "./arcs/arcs.ts";
export { HeadwiseHeadGrid } from "./head-grid/head-grid.ts";
export { HeadwiseHeadMap } from "./head-map/head-map.ts";
export { HeadwiseLayerCurves } from "./layer-curves/layer-curves.ts";
export { HeadwisePattern } from "./pattern/pattern.ts";
export type * from "./types.ts";
