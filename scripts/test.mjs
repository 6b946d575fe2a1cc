/** `npm test`: runs every test, those in a browser too; the last line is the count. Arguments go on to vitest. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";

const root = join(import.meta.dirname, "..");

/** What vitest's JSON report counts; a file that did not load, or a report that is not there, is a failure too. */
function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const failedTests = (suite) => suite.assertionResults.filter(({ status }) => status === "failed").length;
  const broken = report.testResults.filter((suite) => suite.status === "failed" && failedTests(suite) === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
}

function test() {
  const CHROMIUM_PATH = ensureChromium();
  const folder = mkdtempSync(join(tmpdir(), "headwise-test-"));
  try {
    const json = join(folder, "result.json");
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const args = [
      vitest,
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${json}`,
      ...process.argv.slice(2),
    ];
    const { status } = spawnSync(process.execPath, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, CHROMIUM_PATH },
    });
    const { passed, failed } = count(json);
    // an unhandled error or a run without a test fails although no test did
    return { passed, failed: status === 0 && passed > 0 ? failed : Math.max(failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let result = { passed: 0, failed: 1 };
try {
  result = test();
} catch (error) {
  console.error(error.message);
}
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exitCode = result.failed > 0 ? 1 : 0;
