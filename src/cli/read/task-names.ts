/** The values of `--task`. */
export const TASKS = ["next-token", "masked-token", "similarity", "labels", "translation", "relation"] as const;
export type TaskName = (typeof TASKS)[number];
