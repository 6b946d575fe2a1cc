/** Contestants timed in turns, so that a slow moment of the machine affects all of them equally. */
import { random, shuffled } from "./headwise.mjs";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(repeats: number) => Promise<number[]>} times the milliseconds of so many runs, one after the other
 */

/** Milliseconds that have passed, or that this process has computed: the latter also count on a machine that others use. */
export const CLOCKS = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** A contestant that runs here. The first run of a turn finds the caches full of others' numbers and is not counted. @returns {Contestant} */
export const here = (name, run, clock = "wall") => ({
  name,
  async times(repeats) {
    await run();
    const [times, now] = [[], CLOCKS[clock]];
    for (let k = 0; k < repeats; k++) {
      const start = now();
      await run();
      times.push(now() - start);
    }
    return times;
  },
});

/**
 * Every contestant has a turn of `repeats` runs in each round, and each round another order; one round before is not counted.
 * @param {readonly Contestant[]} contestants
 * @returns {Promise<Map<string, number[]>>} milliseconds, by name
 */
export async function race(contestants, { rounds, repeats }) {
  const uniform = random("race");
  const all = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1}/${rounds} `);
    for (const k of shuffled(uniform, contestants.length)) {
      const { name, times } = contestants[k];
      const measured = await times(round < 0 ? 1 : repeats);
      if (round >= 0) all.get(name).push(...measured);
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r");
  return all;
}

/** The middle of some numbers. @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
