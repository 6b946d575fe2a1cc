/** The command to run after a command, as a line to copy. */
import type { TaskOptions } from "../read/task.ts";

/** Formats a command with its arguments and options; words are quoted for a shell where they need it. */
export function nextCommand(
  name: string,
  args: readonly string[],
  options: Readonly<Record<string, string | undefined>> = {},
): string {
  const words = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, shellWord(value)]));
  return ["headwise", name, ...args.map(shellWord), ...words].join(" ");
}

/** The options that name a task and its data. */
export const taskWords = ({ task, data, target, relation }: Partial<TaskOptions>): Record<string, string | undefined> => ({
  ...{ task, data, target, relation },
});

const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`);
