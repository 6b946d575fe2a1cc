export type { HeadPattern } from "./types.ts";
