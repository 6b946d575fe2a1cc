/** The pool of workers: whatever crashes, every job ends exactly once, never more at once than workers, never more than three times. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Job } from "../../src/sweep/job.ts";
import { type AttemptEnd, type JobState, runPool } from "../../src/sweep/pool.ts";

const jobOf = (id: number): Job => ({ id: String(id), name: `job ${id}` }) as Job;
const later = (ticks: number) => new Promise<void>((done) => setTimeout(done, ticks));

/** For each job, how its attempts end, and after how many milliseconds. */
const fates = fc.array(
  fc.array(
    fc.record({
      ticks: fc.integer({ min: 0, max: 3 }),
      end: fc.constantFrom<AttemptEnd>(
        { kind: "done" },
        { kind: "failed", message: "killed", input: false },
        { kind: "failed", message: "bad", input: true },
      ),
    }),
    { minLength: 3, maxLength: 3 },
  ),
  { maxLength: 8 },
);

it("ends every job exactly once, as its attempts did", async () => {
  await fc.assert(
    fc.asyncProperty(fates, fc.integer({ min: 1, max: 4 }), async (all, workers) => {
      const jobs = all.map((_, k) => jobOf(k));
      const ended = new Map<string, JobState[]>();
      const tried = new Map<string, number>();
      let [running, most] = [0, 0];
      const pool = runPool(jobs, {
        ...{ workers, attempts: 3 },
        async start({ id }) {
          most = Math.max(most, ++running);
          const attempt = tried.get(id) ?? 0;
          tried.set(id, attempt + 1);
          const { ticks, end } = all[Number(id)]![attempt]!;
          const ended = later(ticks).then(() => {
            running--;
            return end;
          });
          return { ended, stop: () => {} };
        },
        onState({ id }, state) {
          if (state.kind !== "running") ended.set(id, [...(ended.get(id) ?? []), state]);
        },
      });
      await pool.finished;
      expect(most).toBeLessThanOrEqual(workers);
      for (const [k, fate] of all.entries()) {
        const last = fate.findIndex(({ end }) => end.kind === "done" || (end.kind === "failed" && end.input));
        const attempts = last < 0 ? 3 : last + 1;
        const { end } = fate[attempts - 1]!;
        expect(tried.get(String(k))).toBe(attempts);
        expect(ended.get(String(k))).toEqual([
          end.kind === "failed" ? { kind: "failed", attempts, message: end.message } : end,
        ]);
      }
    }),
    { numRuns: 60 },
  );
});

it("stops: running jobs are asked for a checkpoint, the others never start, and nothing is tried again", async () => {
  const states: string[] = [];
  const asked: string[] = [];
  const pool = runPool([0, 1, 2, 3].map(jobOf), {
    ...{ workers: 2, attempts: 3 },
    async start({ id }) {
      let end = (_: AttemptEnd): void => {};
      const ended = new Promise<AttemptEnd>((resolve) => (end = resolve));
      return {
        ended,
        stop() {
          asked.push(id);
          end(id === "0" ? { kind: "stopped" } : { kind: "failed", message: "killed", input: false });
        },
      };
    },
    onState: ({ id }, { kind }) => void (kind !== "running" && states.push(`${id} ${kind}`)),
  });
  await later(1);
  pool.stop();
  await pool.finished;
  expect(asked).toEqual(["0", "1"]);
  expect(states.sort()).toEqual(["0 stopped", "1 stopped"]);
});

it("starts no job after the budget, and lets the running ones end", async () => {
  const ended: string[] = [];
  let left = 2;
  const pool = runPool([0, 1, 2].map(jobOf), {
    ...{ workers: 1, attempts: 3, mayStart: () => left-- > 0 },
    start: async () => ({ ended: later(1).then((): AttemptEnd => ({ kind: "done" })), stop: () => {} }),
    onState: ({ id }, { kind }) => void (kind === "done" && ended.push(id)),
  });
  await pool.finished;
  expect(ended).toEqual(["0", "1"]);
});
