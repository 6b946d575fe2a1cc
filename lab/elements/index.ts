/** The elements, each defined by importing this file, and the types of their properties and events. */
export { HeadwiseArcs } from "./arcs/arcs.ts";
export { HeadwiseFigure } from "./figure/figure.ts";
export { HeadwiseHeadGrid } from "./head-grid/head-grid.ts";
export { HeadwiseHeadMap } from "./head-map/head-map.ts";
export { HeadwiseHeadPairs } from "./head-pairs/head-pairs.ts";
export { HeadwiseLayerCurves } from "./layer-curves/layer-curves.ts";
export { HeadwisePattern } from "./pattern/pattern.ts";
export type * from "./types.ts";
