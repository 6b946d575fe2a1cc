/** The rooms that decide the numbers, with their own tests alone: what `npm run coverage` and `npm run mutation` run. */
import { defineConfig } from "vitest/config";

const ROOMS = process.env.ROOMS ?? "graph,ops,autodiff,stats,prune";
const rooms = ROOMS.includes(",") ? `{${ROOMS}}` : ROOMS;

export default defineConfig({
  test: {
    include: [`test/${rooms}/**/*.test.ts`],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: {
      include: [`src/${rooms}/**/*.ts`],
      // test/cli drives these through the command; no test of these rooms loads them
      exclude: ["src/prune/translations.ts", "src/prune/write/{*.node,opened,record,written}.ts"],
      reporter: ["text", "html"],
      thresholds: { statements: 98, branches: 96, functions: 98, lines: 98 },
    },
  },
});
