/** Draws many small maps: those in view first, a few milliseconds per frame, and none twice. A resource: disconnect it. */

import { paintWeights, rampTable } from "../head-map/ramp.ts";
import { downsample } from "../pattern/downsample.ts";
import type { HeadPattern, Scheme } from "../types.ts";

/** Maximum drawing time per frame in milliseconds, so that scrolling stays smooth. */
const SLICE = 10;

/** The content of a canvas. */
interface Wanted {
  readonly head: HeadPattern;
  /** Device pixels along a side, which limit the number of cells. */
  readonly cells: number;
  readonly scheme: Scheme;
}

export class Thumbnails {
  #wanted = new Map<HTMLCanvasElement, Wanted>();
  #shown = new WeakMap<HTMLCanvasElement, Wanted>();
  #inView = new Map<HTMLCanvasElement, boolean>();
  #observer: IntersectionObserver | undefined;
  #frame = 0;
  #waiting: (() => void)[] = [];

  /** Requests a map; does nothing if it is drawn already. */
  want(canvas: HTMLCanvasElement, wanted: Wanted): void {
    if (same(this.#shown.get(canvas), wanted)) {
      this.#wanted.delete(canvas);
      return;
    }
    this.#wanted.set(canvas, wanted);
    this.#observer ??= new IntersectionObserver((entries) => this.#see(entries), { rootMargin: "300px" });
    if (!this.#inView.has(canvas)) this.#observer.observe(canvas);
    this.#drawSoon();
  }

  /** Resolves when all maps in view are drawn. */
  settled(): Promise<void> {
    return this.#busy() ? new Promise((done) => this.#waiting.push(done)) : Promise.resolve();
  }

  /** Draws all maps at once, also those out of view. */
  drawAll(): void {
    for (const [canvas, wanted] of this.#wanted) this.#draw(canvas, wanted);
    this.#tell();
  }

  disconnect(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#wanted.clear();
    this.#inView.clear();
    this.#tell();
  }

  #see(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const canvas = target as HTMLCanvasElement;
      if (canvas.isConnected) this.#inView.set(canvas, isIntersecting);
      else this.#forget(canvas);
    }
    this.#drawSoon();
  }

  #forget(canvas: HTMLCanvasElement): void {
    this.#observer?.unobserve(canvas);
    this.#inView.delete(canvas);
    this.#wanted.delete(canvas);
  }

  /** Returns true while a map must be drawn, or its visibility is unknown. */
  #busy(): boolean {
    return [...this.#wanted.keys()].some((canvas) => this.#inView.get(canvas) ?? true);
  }

  #drawSoon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawSlice();
    });
  }

  #drawSlice(): void {
    const start = performance.now();
    for (const [canvas, wanted] of this.#wanted) {
      if (!this.#inView.get(canvas)) continue;
      if (performance.now() - start > SLICE) {
        this.#drawSoon();
        return;
      }
      this.#draw(canvas, wanted);
    }
    if (!this.#busy()) this.#tell();
  }

  #draw(canvas: HTMLCanvasElement, wanted: Wanted): void {
    drawMap(canvas, wanted);
    this.#shown.set(canvas, wanted);
    this.#wanted.delete(canvas);
  }

  #tell(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}

function same(a: Wanted | undefined, b: Wanted): boolean {
  return (
    a?.head.pattern === b.head.pattern && a.head.columns === b.head.columns && a.cells === b.cells && a.scheme === b.scheme
  );
}

/** Draws one pixel per cell; the style enlarges the pixels without blurring them. */
function drawMap(canvas: HTMLCanvasElement, { head, cells, scheme }: Wanted): void {
  const small = downsample({ weights: head.pattern, rows: head.rows, columns: head.columns }, cells, cells);
  canvas.width = small.columns;
  canvas.height = small.rows;
  const image = new ImageData(small.columns, small.rows);
  paintWeights(small.weights, rampTable(scheme), new Uint32Array(image.data.buffer));
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}
