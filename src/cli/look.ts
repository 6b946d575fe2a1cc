/** `headwise look`: the attention patterns of a text, in the terminal and as files. */
import { plainSentence } from "../corpus/plain.ts";
import { createPatterns, patternText as readPatterns } from "../heads/observe/patterns.ts";
import type { Weighting } from "../heads/observe/statistics.ts";
import { prepare } from "../heads/observe/text.ts";
import type { PatternText } from "../heads/report/schema.ts";
import { writeTogether } from "../load/files/write.node.ts";
import type { TransformerConfig } from "../models/config.ts";
import { headName } from "../models/head-names.ts";
import { InputError } from "../run/errors.ts";
import { headGrid, headPattern } from "../view/chart/pattern.ts";
import { lookPage } from "../view/page/page.ts";
import { svgToPng } from "../view/page/png.node.ts";
import { gridText, patternText } from "../view/terminal/terminal.ts";
import { openModel } from "./read/model.ts";
import type { CommonOptions } from "./read/options.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";

export interface LookOptions extends JsonOption {
  readonly text: string;
  readonly layer?: number;
  readonly head?: number;
  readonly weighting: Weighting;
  readonly svg?: string;
  readonly png?: string;
  readonly html?: string;
}

export async function look(model: string, options: CommonOptions & LookOptions): Promise<void> {
  if (options.text.trim() === "") throw new InputError("the text is empty; pass one with -t");
  const { layer, head } = options;
  if (head !== undefined && layer === undefined) throw new InputError("--head needs a layer; pass --layer N");
  const pictures = [options.svg, options.png, options.html].filter((file) => file !== undefined);
  const wrote = pictures.filter((file) => !file.startsWith("/dev/"));
  const write = await prepareJson(options, pictures);
  const sentence = plainSentence("-t", options.text);
  const { runtime, checkpoint } = await openModel(model, options, undefined, ({ config, tokenizer }) => {
    checkPlace(config, layer, head);
    prepare(sentence, tokenizer, config);
  });
  const text = prepare(sentence, checkpoint.tokenizer, checkpoint.config);
  const patterns = await readPatterns(await createPatterns(runtime, checkpoint, options.weighting), text);
  await runtime.release();
  await write({
    data: dataOf(patterns, options),
    text: () => inTerminal(patterns, options),
    files: () => writePictures(patterns, options, checkpoint.id),
    painted: true,
    wrote,
    next: wrote.length > 0 ? nextCommand("report", [model]) : undefined,
  });
}

function checkPlace({ heads }: TransformerConfig, layer?: number, head?: number): void {
  if (layer !== undefined && layer >= heads.length)
    throw new InputError(`there is no layer ${layer}; choose one from 0 to ${heads.length - 1}`);
  if (layer !== undefined && head !== undefined && head >= heads[layer]!) {
    throw new InputError(`there is no head ${headName(layer, head)}; layer ${layer} has heads 0 to ${heads[layer]! - 1}`);
  }
}

function inTerminal(text: PatternText, { layer, head }: LookOptions): string {
  const view = terminal();
  if (layer !== undefined && head !== undefined) return patternText(text, layer, head, view);
  return gridText(layer === undefined ? text : onlyLayer(text, layer), view);
}

/** Empties the other layers, so that indices stay the same. */
const onlyLayer = (text: PatternText, layer: number): PatternText => ({
  ...text,
  patterns: text.patterns.map((heads, l) => (l === layer ? heads : [])),
});

const dataOf = ({ tokens, patterns }: PatternText, { weighting, layer, head }: LookOptions): object => {
  const rows = (p: Float32Array) => tokens.map((_, i) => Array.from(p.subarray(i * tokens.length, (i + 1) * tokens.length)));
  const wanted = patterns.flatMap((heads, l) =>
    heads.flatMap((p, h) => ((layer ?? l) === l && (head ?? h) === h ? [{ layer: l, head: h, pattern: rows(p) }] : [])),
  );
  return { tokens, weighting, heads: wanted };
};

async function writePictures(text: PatternText, options: LookOptions, id: string): Promise<void> {
  const { layer, head, weighting, svg, png, html } = options;
  if (!svg && !png && !html) return;
  const title = `${id} — “${options.text}”`;
  const picture =
    layer !== undefined && head !== undefined
      ? headPattern(text, layer, head, { title, weighting })
      : headGrid(layer === undefined ? text : onlyLayer(text, layer), { title, weighting });
  const files: [string, string | Uint8Array][] = [];
  if (svg) files.push([svg, picture]);
  if (png) files.push([png, await svgToPng(picture)]);
  if (html) files.push([html, lookPage(picture, title)]);
  await writeTogether(files);
}
