/** A small line chart with labeled points: a measure against numbers or shares of heads. */
import { html, svg, type TemplateResult } from "lit";

export interface Dots {
  readonly label: string;
  readonly xName: string;
  readonly yName: string;
  /** A thick line over thin ones. */
  readonly line: readonly (readonly [x: string, y: number])[];
  readonly thin?: readonly (readonly number[])[];
  shown(value: number): string;
  /** The minimum range of the values, so that a flat curve looks flat. */
  readonly least: number;
}

const [WIDTH, HEIGHT] = [420, 210];
const PLOT = { left: 50, right: WIDTH - 20, top: 26, bottom: HEIGHT - 44 };

/** Draws the chart; points are evenly spaced. */
export function dotChart({ label, xName, yName, line, thin = [], shown, least }: Dots): TemplateResult {
  const all = [...line.map(([, y]) => y), ...thin.flat()];
  const [low, high] = spanOf(Math.min(...all), Math.max(...all), least);
  const x = (k: number) => PLOT.left + 14 + ((PLOT.right - PLOT.left - 28) * k) / Math.max(1, line.length - 1);
  const y = (value: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * (value - low)) / (high - low);
  const points = (values: readonly number[]) => values.map((value, k) => `${x(k).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const description = `${label}: ${line.map(([name, value]) => `${name}: ${shown(value)}`).join(", ")}`;
  return html`<svg class="dots" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${description}>
    ${[low, (low + high) / 2, high].map((value) => svg`<line class="rule" x1=${PLOT.left} x2=${PLOT.right} y1=${y(value)} y2=${y(value)} /><text x=${PLOT.left - 6} y=${y(value) + 4} text-anchor="end">${shown(value)}</text>`)}
    <text x="0" y="12">${yName}</text>
    <text x=${PLOT.right} y=${HEIGHT - 6} text-anchor="end">${xName}</text>
    ${thin.map((values) => svg`<polyline class="thin" points=${points(values)} />`)}
    <polyline class="thick" points=${points(line.map(([, value]) => value))} />
    ${line.map(([name, value], k) => svg`<circle cx=${x(k)} cy=${y(value)} r="3.5" /><text class="value" x=${x(k)} y=${y(value) - 9} text-anchor="middle">${shown(value)}</text><text x=${x(k)} y=${PLOT.bottom + 17} text-anchor="middle">${name}</text>`)}
  </svg>`;
}

/** Returns round limits around the values. */
function spanOf(low: number, high: number, least: number): [number, number] {
  const span = Math.max(high - low, least);
  const step = 10 ** Math.floor(Math.log10(span)) / 2;
  const from = Math.floor(low / step) * step;
  return [from, Math.max(Math.ceil(high / step) * step, from + least)];
}
