/** The features of adaptive heads in a report: what each measure is, charts by layer, and a head's values. */
import type { AdaptiveMeasure } from "../../heads/observe/adaptive.ts";
import { ADAPTIVE } from "../../heads/observe/adaptive.ts";
import type { HeadReport, Report } from "../../heads/report/schema.ts";
import { curveSvg } from "../chart/curves.ts";
import { decimal } from "../page/numbers.ts";
import { figureOf } from "../page/opening.ts";
import { element } from "../page/xml.ts";

/** The name of a measure and its unit, for people. */
export const ADAPTIVE_TEXTS: Readonly<Record<AdaptiveMeasure, { readonly title: string; readonly unit: string }>> = {
  gate: { title: "Gate", unit: "mean over queries" },
  closed: { title: "Closed", unit: "share of queries with a gate below 0.1" },
  used: { title: "Used", unit: "share of queries routed to the head" },
  support: { title: "Support", unit: "keys with a weight above 0" },
  zeros: { title: "Zeros", unit: "share of visible keys with a weight of 0" },
  span: { title: "Span", unit: "tokens up to which keys keep their weight" },
  alpha: { title: "α of entmax", unit: "1: softmax, 2: sparsemax" },
};

/** Returns the measures that any head of a report has. */
export const adaptiveIn = ({ heads }: Report): AdaptiveMeasure[] =>
  ADAPTIVE.filter((name) => heads.some(({ adaptive }) => adaptive?.[name] !== undefined));

/** Returns the heads of a layer that have a measure, with its mean; undefined if none has it. */
export function layerMeasure({ heads }: Report, layer: number, name: AdaptiveMeasure) {
  const values = heads.flatMap((head) => (head.layer === layer ? (head.adaptive?.[name] ?? []) : []));
  if (values.length === 0) return undefined;
  return { values, mean: values.reduce((sum, x) => sum + x, 0) / values.length };
}

/** Draws a chart by layer for each measure. */
export function adaptiveCharts(report: Report): string {
  const panels = adaptiveIn(report).map((name) => {
    const { title, unit } = ADAPTIVE_TEXTS[name];
    const values = report.layers.map(({ layer }) => layerMeasure(report, layer, name)?.mean ?? null);
    const dots = report.heads.flatMap(({ layer, adaptive }) => {
      const value = adaptive?.[name];
      return value === undefined ? [] : [{ layer, value }];
    });
    const caption = element("figcaption", {}, `<b>${title}</b> <span class="dim">${unit}</span>`);
    return figureOf(title, element("figure", {}, caption, curveSvg({ title, values, dots })));
  });
  return element("div", { class: "panels" }, ...panels);
}

/** Returns a head's measures as names and values in words. */
export const adaptiveFacts = ({ adaptive = {} }: HeadReport): { readonly name: string; readonly value: string }[] =>
  ADAPTIVE.flatMap((name) => {
    const value = adaptive[name];
    const { title, unit } = ADAPTIVE_TEXTS[name];
    return value === undefined ? [] : [{ name: title, value: `${decimal(value)} <span class="dim">${unit}</span>` }];
  });
