/** Small charts of subspaces: the angles between two, and the coverage of a layer's heads. */
import { html, svg, type TemplateResult } from "lit";
import { decimal, plural } from "../../../src/view/page/numbers.ts";
import type { Between, LayerCoverage } from "../../engine/subspaces.ts";

const WIDTH = 480;
const HEIGHT = 250;
const PLOT = { left: 48, right: WIDTH - 14, top: 34, bottom: HEIGHT - 50 };

const along = (from: number, to: number) => (value: number) =>
  PLOT.left + ((PLOT.right - PLOT.left) * (value - from)) / (to - from);
const upwards = (most: number) => (value: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / most;
const degrees = (angle: number): number => (180 * angle) / Math.PI;

/** Draws each angle as a dot, in ascending order, over those of random subspaces. */
export function anglesChart({ angles, drawn }: Between): TemplateResult {
  const x = along(0.5, angles.length + 0.5);
  const y = upwards(90);
  const label = `Principal angles in degrees: ${angles.map((angle) => decimal(degrees(angle), 0)).join(", ")}; of random subspaces: ${drawn.map((angle) => decimal(degrees(angle), 0)).join(", ")}`;
  const every = Math.ceil(angles.length / 8);
  return html`<svg class="small-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    <text x=${PLOT.left} y="16">principal angles</text>
    ${[0, 30, 60, 90].map((angle) => rule(y(angle), `${angle}°`))}
    ${angles.map((_, k) => (k % every === 0 ? svg`<text class="middle" x=${x(k + 1)} y=${PLOT.bottom + 19}>${k + 1}</text>` : ""))}
    <text class="end" x=${PLOT.right} y=${HEIGHT - 8}>in ascending order</text>
    <polyline class="random" points=${drawn.map((angle, k) => `${x(k + 1)},${y(degrees(angle))}`).join(" ")}></polyline>
    ${angles.map((angle, k) => svg`<circle class="dot" cx=${x(k + 1)} cy=${y(degrees(angle))} r="3.5"><title>angle ${k + 1}: ${decimal(degrees(angle), 1)}°</title></circle>`)}
  </svg>`;
}

const rule = (y: number, shown: string) =>
  svg`<line class="rule" x1=${PLOT.left} x2=${PLOT.right} y1=${y} y2=${y}></line><text class="end" x=${PLOT.left - 8} y=${y + 4}>${shown}</text>`;

/** Draws the covered directions, the effective number of them, and the latter for random subspaces. */
export function coverageChart({ steps: covered, width, heads }: LayerCoverage): TemplateResult {
  const x = along(0, covered.length);
  const y = upwards(width);
  const path = (of: (step: (typeof covered)[number]) => number): string =>
    [`M${x(0)},${y(0)}`, ...covered.map((step, k) => `V${y(of(step))}H${x(k + 1)}`)].join("");
  const every = Math.ceil(covered.length / 8);
  const label = `Directions covered as heads are added: ${covered.map(({ rank, even }, k) => `${heads[k]}: ${rank}, effective ${decimal(even, 0)}`).join("; ")}`;
  return html`<svg class="small-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    <text x=${PLOT.left} y="16">directions covered, of ${width}</text>
    ${[0, 0.25, 0.5, 0.75, 1].map((share) => rule(y(share * width), `${Math.round(share * width)}`))}
    ${covered.map((_, k) => ((k + 1) % every === 0 ? svg`<text class="middle" x=${x(k + 1)} y=${PLOT.bottom + 19}>${k + 1}</text>` : ""))}
    <text class="end" x=${PLOT.right} y=${HEIGHT - 8}>${covered.length === 1 ? "head" : "heads"} added</text>
    <path class="random" d=${path(({ random }) => random)}></path>
    <path class="even" d=${path(({ even }) => even)}></path>
    <path class="rank" d=${path(({ rank }) => rank)}></path>
    ${covered.map(({ rank, even }, k) => svg`<rect class="over" x=${x(k)} y=${PLOT.top} width=${x(k + 1) - x(k)} height=${PLOT.bottom - PLOT.top}><title>${plural(k + 1, "head")}: ${rank} directions, effective ${decimal(even, 0)}</title></rect>`)}
  </svg>`;
}
