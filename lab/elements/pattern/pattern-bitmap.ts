/** A pattern as a bitmap of one pixel per cell, painted once and then only scaled during zooming and panning. */

import { paintWeights, rampTable } from "../head-map/ramp.ts";
import type { Matrix, Scheme } from "../types.ts";
import { downsample } from "./downsample.ts";
import { meanOf, OVERLAID, paintOverlay } from "./overlay.ts";

/** The way to draw several heads as one. */
export type Combine = "mean" | "overlay";

/** Bitmaps of one pattern: full size, and reduced to a number of pixels. */
export class PatternBitmaps {
  #key: readonly unknown[] = [];
  #full: HTMLCanvasElement | undefined;
  #small: HTMLCanvasElement | undefined;
  #matrices: readonly Matrix[];
  #combine: Combine;
  #scheme: Scheme;

  constructor(matrices: readonly Matrix[], combine: Combine, scheme: Scheme) {
    this.#matrices = combine === "mean" && matrices.length > 1 ? [meanOf(matrices)] : matrices.slice(0, OVERLAID);
    this.#combine = combine;
    this.#scheme = scheme;
  }

  /** Returns one pixel per cell. */
  full(): HTMLCanvasElement {
    return (this.#full ??= this.#paint(this.#matrices));
  }

  /** Returns at most `width` × `height` pixels, each the maximum weight under it. */
  small(width: number, height: number): HTMLCanvasElement {
    if (this.#small && this.#key[0] === width && this.#key[1] === height) return this.#small;
    this.#key = [width, height];
    return (this.#small = this.#paint(this.#matrices.map((matrix) => downsample(matrix, height, width))));
  }

  #paint(matrices: readonly Matrix[]): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    const { rows, columns } = matrices[0]!;
    canvas.width = columns;
    canvas.height = rows;
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    if (this.#combine === "overlay" && matrices.length > 1) paintOverlay(matrices, this.#scheme, pixels);
    else paintWeights(matrices[0]!.weights, rampTable(this.#scheme), pixels);
    canvas.getContext("2d")!.putImageData(image, 0, 0);
    return canvas;
  }
}
