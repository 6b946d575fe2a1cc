/** `headwise look`: the attention patterns of a text, in the terminal and as files. */
import { basename } from "node:path";
import { readWhole } from "../corpus/text.node.ts";
import { tokenize } from "../heads/observe/any-text.ts";
import { describeModel } from "../heads/observe/describe.ts";
import { createPatterns, type SitePatterns, type TextPatterns } from "../heads/observe/text-patterns.ts";
import type { Weighting } from "../heads/observe/weights.ts";
import { labelsIn, readReport } from "../heads/report/read-report.ts";
import type { Label } from "../heads/report/schema.ts";
import { writeTogether } from "../load/files/write.node.ts";
import { headName, parseHeads } from "../models/head-names.ts";
import { InputError } from "../run/errors.ts";
import { headGrid, headPattern } from "../view/chart/pattern.ts";
import { lookPage } from "../view/page/page.ts";
import { svgToPng } from "../view/page/png.node.ts";
import { gridText, patternText } from "../view/terminal/terminal.ts";
import { checkExtension } from "./read/extensions.ts";
import { openAnyModel } from "./read/model.ts";
import type { RunOptions } from "./read/options.ts";
import { checkPlace, type PlaceOptions, placeIn } from "./read/place.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";

export interface LookOptions extends JsonOption, PlaceOptions {
  readonly text: string;
  /** The translation that an encoder–decoder reads; default: its own. */
  readonly target?: string;
  readonly weighting: Weighting;
  /** Draws lines instead of heat maps in pictures. */
  readonly arcs?: boolean;
  /** The report.json of the model, whose labels pictures show. */
  readonly labels?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly html?: string;
}

export async function look(model: string, options: RunOptions & LookOptions): Promise<void> {
  const { text, target, weighting } = options;
  if (text.trim() === "") throw new InputError("the text is empty; pass one with -t");
  if (target?.trim() === "") throw new InputError("the target is empty; pass a translation with --target, or leave it out");
  checkPlace(options);
  checkExtension("--svg", options.svg, "SVG");
  checkExtension("--png", options.png, "PNG");
  checkExtension("--html", options.html, "HTML");
  const pictures = [options.svg, options.png, options.html].filter((file) => file !== undefined);
  requirePicture(options, pictures.length > 0);
  const report =
    options.labels === undefined ? undefined : readReport(await readWhole(options.labels), basename(options.labels));
  const wrote = pictures.filter((file) => !file.startsWith("/dev/"));
  const write = await prepareJson(options, pictures);
  const { runtime, checkpoint } = await openAnyModel(model, options, (seen) => {
    placeIn(seen.config, options);
    tokenize(seen, text, target);
  });
  const labels = report && labelsIn(report, await describeModel(checkpoint), basename(options.labels!));
  const patterns = await (await createPatterns(runtime, checkpoint, { weighting }))(text, target);
  await runtime.release();
  const { sites, head } = placeIn(checkpoint.config, options);
  const names = new Set(sites.map(({ name }) => name));
  const shown: Shown = { sites: patterns.sites.filter(({ site }) => names.has(site)), head, labels };
  await write({
    data: dataOf(patterns, shown, weighting),
    text: () => inTerminal(shown),
    files: () => writePictures(shown, options, checkpoint.id),
    painted: true,
    wrote,
    next: wrote.length > 0 && !patterns.target ? nextCommand("report", [model]) : undefined,
  });
}

/** The selected attentions, or one head of one attention. */
interface Shown {
  readonly sites: readonly SitePatterns[];
  readonly head?: number;
  /** The label of each head by its name. */
  readonly labels?: ReadonlyMap<string, Label>;
}

/** Throws `InputError` for options that change pictures, if none is written. */
function requirePicture({ arcs, labels }: LookOptions, written: boolean): void {
  const option = arcs ? "--arcs" : labels === undefined ? undefined : "--labels";
  if (option && !written) throw new InputError(`${option} changes pictures, and none is written; add --svg, --png or --html`);
}

const inTerminal = ({ sites, head }: Shown): string =>
  head === undefined ? gridText(sites, terminal()) : patternText(sites[0]!, head, terminal());

/** Draws what is shown, under the name of the model. */
function picture({ sites, head, labels }: Shown, { weighting, arcs }: LookOptions, model: string): string {
  const options = { weighting, drawing: arcs ? "arcs" : "maps" } as const;
  if (head === undefined) return headGrid(sites, { ...options, title: model, labels: (name) => labels?.get(name) });
  const name = headName(sites[0]!.site, head);
  const label = labels?.get(name);
  return headPattern(sites[0]!, head, { ...options, title: `Head ${name} of ${model}${label ? ` · ${label}` : ""}`, label });
}

/** Returns the JSON; the names of heads, and the target, only for encoder–decoders. */
function dataOf({ tokens, target }: TextPatterns, { sites, head }: Shown, weighting: Weighting): object {
  const heads = sites.flatMap(({ site, columns, patterns, gates }) =>
    patterns.flatMap((pattern, h) => {
      if ((head ?? h) !== h) return [];
      const name = headName(site, h);
      const { kind, layer } = parseHeads(name);
      return [
        {
          ...(kind && { name, kind }),
          layer,
          head: h,
          pattern: rowsOf(pattern, columns.length),
          ...(gates?.[h] && { gates: [...gates[h]] }),
        },
      ];
    }),
  );
  return { tokens, ...(target && { target: target.text, targetTokens: target.tokens }), weighting, heads };
}

const rowsOf = (pattern: Float32Array, columns: number): number[][] =>
  Array.from({ length: pattern.length / columns }, (_, i) => Array.from(pattern.subarray(i * columns, (i + 1) * columns)));

async function writePictures(shown: Shown, options: LookOptions, model: string): Promise<void> {
  const { text, svg, png, html } = options;
  if (!svg && !png && !html) return;
  const drawn = picture(shown, options, model);
  const files: [string, string | Uint8Array][] = [];
  if (svg) files.push([svg, drawn]);
  if (png) files.push([png, await svgToPng(drawn)]);
  if (html) files.push([html, lookPage(drawn, `${model} — “${text}”`)]);
  await writeTogether(files);
}
