import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    ...{ testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 60_000 } } }, // for loaded machines
    // most tests wait for processes and pages of their own, so a file for each core; the default is one fewer
    maxWorkers: availableParallelism(),
  },
});
