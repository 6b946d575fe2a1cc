/** Draws a pattern on its canvas: cells, numbers if they fit, names along the axes, the cursor. */
import { levelWeight, weightLevel } from "../../../src/view/chart/colors.ts";
import { isSpecial, shortToken } from "../../../src/view/page/tokens.ts";
import type { Matrix, Scheme } from "../types.ts";
import type { PatternBitmaps } from "./pattern-bitmap.ts";
import { cellSize, cornerOf, type PatternCell, type Plot } from "./pattern-plot.ts";
import type { ViewWindow } from "./view-window.ts";

export interface Scene {
  readonly plot: Plot;
  readonly view: ViewWindow;
  readonly bitmaps: PatternBitmaps;
  /** The weights printed in the cells; absent if cells have no single weight. */
  readonly written: Matrix | undefined;
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  readonly cursor: PatternCell | undefined;
  readonly scheme: Scheme;
  readonly pixelRatio: number;
}

/** Colors and font, from the canvas's own style. */
interface Look {
  readonly ink: string;
  readonly dim: string;
  readonly paper: string;
  readonly line: string;
  readonly accent: string;
  readonly font: string;
}

/** Reads computed colors, since a canvas needs them resolved: its style keeps one in each of these properties. */
function lookOf(canvas: HTMLCanvasElement): Look {
  const style = getComputedStyle(canvas);
  const { color: ink, backgroundColor: paper, borderTopColor: line, caretColor: accent, columnRuleColor: dim } = style;
  return { ink, dim, paper, line, accent, font: style.fontFamily };
}

export function paintPattern(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext("2d")!;
  const look = lookOf(canvas);
  context.setTransform(scene.pixelRatio, 0, 0, scene.pixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  paintNames(context, scene, look);
  context.save();
  const { left, top, width, height } = scene.plot;
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  paintCells(context, scene);
  paintGaps(context, scene, look);
  paintNumbers(context, scene, look);
  context.restore();
  context.strokeStyle = look.line;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  paintCursor(context, scene, look);
}

/** Draws the visible part of the bitmap, from the reduced one if cells are smaller than pixels. */
function paintCells(context: CanvasRenderingContext2D, { plot, view, bitmaps, pixelRatio }: Scene): void {
  const { left, top, width, height } = plot;
  const across = Math.round(width * view.zoom * pixelRatio);
  const down = Math.round(height * view.zoom * pixelRatio);
  const bitmap = across < plot.columns || down < plot.rows ? bitmaps.small(across, down) : bitmaps.full();
  context.imageSmoothingEnabled = false;
  const { width: w, height: h } = bitmap;
  context.drawImage(bitmap, view.x * w, view.y * h, w / view.zoom, h / view.zoom, left, top, width, height);
}

/** Returns the first and last visible index along an axis. */
function seen(start: number, zoom: number, count: number): readonly [first: number, last: number] {
  return [Math.floor(start * count), Math.min(count - 1, Math.ceil((start + 1 / zoom) * count) - 1)];
}

/** Draws gaps between cells that are large enough. */
function paintGaps(context: CanvasRenderingContext2D, { plot, view }: Scene, { paper }: Look): void {
  if (Math.min(...cellSize(plot, view)) < 12) return;
  context.beginPath();
  const [firstColumn, lastColumn] = seen(view.x, view.zoom, plot.columns);
  for (let column = firstColumn + 1; column <= lastColumn; column++) {
    const x = Math.round(cornerOf(plot, view, { row: 0, column })[0]) - 0.5;
    context.moveTo(x, plot.top);
    context.lineTo(x, plot.top + plot.height);
  }
  const [firstRow, lastRow] = seen(view.y, view.zoom, plot.rows);
  for (let row = firstRow + 1; row <= lastRow; row++) {
    const y = Math.round(cornerOf(plot, view, { row, column: 0 })[1]) - 0.5;
    context.moveTo(plot.left, y);
    context.lineTo(plot.left + plot.width, y);
  }
  context.strokeStyle = paper;
  context.lineWidth = 1;
  context.stroke();
}

/** Prints weights of 0.05 and more, without the leading zero. */
function paintNumbers(context: CanvasRenderingContext2D, { plot, view, written, scheme }: Scene, look: Look): void {
  const [width, height] = cellSize(plot, view);
  if (!written || Math.min(width, height) < 27) return;
  context.font = `10px ${look.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const [[firstRow, lastRow], [firstColumn, lastColumn]] = [
    seen(view.y, view.zoom, plot.rows),
    seen(view.x, view.zoom, plot.columns),
  ];
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const weight = written.weights[row * plot.columns + column]!;
      if (weight < 0.05) continue;
      const [x, y] = cornerOf(plot, view, { row, column });
      context.fillStyle = inkOn(weight, scheme);
      context.fillText(weight >= 0.995 ? "1" : weight.toFixed(2).slice(1), x + width / 2, y + height / 2 + 0.5);
    }
  }
}

/** Returns near-black or white, whichever contrasts with a weight's color. */
function inkOn(weight: number, scheme: Scheme): string {
  const strong = levelWeight(weightLevel(weight)) > 0.2;
  return strong === (scheme === "light") ? "#ffffff" : "#15181c";
}

/** Prints names along both axes; if they would overlap, only every second, third, … */
function paintNames(context: CanvasRenderingContext2D, scene: Scene, look: Look): void {
  context.font = `12px ${look.font}`;
  context.textBaseline = "middle";
  paintRowNames(context, scene, look);
  paintColumnNames(context, scene, look);
}

function paintRowNames(context: CanvasRenderingContext2D, { plot, view, rowNames }: Scene, look: Look): void {
  const height = cellSize(plot, view)[1];
  context.textAlign = "right";
  for (const row of named(seen(view.y, view.zoom, plot.rows), height)) {
    const y = cornerOf(plot, view, { row, column: 0 })[1] + height / 2;
    if (y < plot.top || y > plot.top + plot.height) continue;
    paintName(context, rowNames[row]!, plot.left - 7, y, plot.left - 9, look);
  }
}

/** Prints column names rotated, so that they fit. */
function paintColumnNames(context: CanvasRenderingContext2D, { plot, view, columnNames }: Scene, look: Look): void {
  const width = cellSize(plot, view)[0];
  context.textAlign = "left";
  for (const column of named(seen(view.x, view.zoom, plot.columns), width)) {
    const x = cornerOf(plot, view, { row: 0, column })[0] + width / 2;
    if (x < plot.left || x > plot.left + plot.width) continue;
    context.save();
    context.translate(x, plot.top - 7);
    context.rotate(-Math.PI / 2);
    paintName(context, columnNames[column]!, 0, 0, plot.top - 9, look);
    context.restore();
  }
}

/** Returns the places with a name: as many as have 15 pixels each, at the same tokens however the view is moved. */
function named([first, last]: readonly [number, number], size: number): number[] {
  const every = Math.ceil(15 / size);
  const all = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  return all.filter((at) => at % every === 0);
}

function paintName(context: CanvasRenderingContext2D, name: string, x: number, y: number, room: number, look: Look): void {
  context.fillStyle = isSpecial(name) ? look.dim : look.ink;
  const letters = [...name].length;
  const fits = Math.floor((room / Math.max(1, context.measureText(name).width)) * letters);
  context.fillText(shortToken(name, Math.max(2, Math.min(letters, fits))), x, y);
}

function paintCursor(context: CanvasRenderingContext2D, { plot, view, cursor }: Scene, { accent, paper }: Look): void {
  if (!cursor) return;
  const [x, y] = cornerOf(plot, view, cursor);
  const [width, height] = cellSize(plot, view).map((size) => Math.max(6, size)) as [number, number];
  for (const [color, thickness] of [
    [paper, 4],
    [accent, 2],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = thickness;
    context.strokeRect(x, y, width, height);
  }
  context.lineWidth = 1;
}
