/** Refusal of an output file whose extension names another format than the one that is written. */
import { extname } from "node:path";
import { InputError } from "../../run/errors.ts";

/** Extensions by format; any other says nothing about the content, such as `.de`. */
const FORMATS = {
  JSON: [".json", ".jsonl", ".ndjson"],
  "plain text": [".txt", ".text", ".md"],
  HTML: [".html", ".htm"],
  SVG: [".svg"],
  PNG: [".png"],
  "another picture": [".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".pdf"],
  "a table": [".csv", ".tsv", ".parquet", ".xlsx"],
  "compressed data": [".gz", ".zip", ".bz2", ".xz", ".zst", ".br"],
} as const;

/** Throws `InputError` if the extension of the file that `option` names is one of another format. */
export function checkExtension(option: string, file: string | undefined, format: keyof typeof FORMATS): void {
  if (file === undefined) return;
  const extension = extname(file).toLowerCase();
  const named = Object.entries(FORMATS).find(([, own]) => own.some((one) => one === extension))?.[0];
  if (named === undefined || named === format) return;
  const [usual] = FORMATS[format];
  throw new InputError(`${option} ${file} is named as ${named}, but ${format} is written; name a file that ends in ${usual}`);
}
