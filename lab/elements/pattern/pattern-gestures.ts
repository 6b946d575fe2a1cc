/** Pointer and wheel gestures on a canvas: zooming, panning, hovering and dragging, with one finger or two. */

/** The effects of gestures; places are CSS pixels from the canvas's upper left corner. */
export interface GestureTarget {
  zoom(factor: number, x: number, y: number): void;
  pan(dx: number, dy: number): void;
  hover(x: number, y: number): void;
  leave(): void;
  /** Called when a pointer goes down. Returns true if dragging changes the value there; otherwise it pans. */
  grab(x: number, y: number, shift: boolean): boolean;
  /** Called with the upward distance of a drag since the pointer went down. */
  pull(up: number): void;
}

interface Pointer {
  readonly x: number;
  readonly y: number;
}

export class Gestures {
  #pointers = new Map<number, Pointer>();
  #grabbed: { readonly y: number } | undefined;
  #leaving = new AbortController();

  constructor(canvas: HTMLCanvasElement, target: GestureTarget) {
    const on = <Name extends keyof HTMLElementEventMap>(name: Name, act: (event: HTMLElementEventMap[Name]) => void) =>
      canvas.addEventListener(name, act, { signal: this.#leaving.signal, passive: false });
    on("pointerdown", (event) => this.#down(event, canvas, target));
    on("pointermove", (event) => this.#move(event, target));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#up(event));
    // a finger that leaves the screen leaves its reading there
    on("pointerleave", ({ pointerType }) => pointerType !== "touch" && target.leave());
    on("wheel", (event) => turn(event, canvas, target));
  }

  disconnect(): void {
    this.#leaving.abort();
  }

  #down(event: PointerEvent, canvas: HTMLCanvasElement, target: GestureTarget): void {
    const place = { x: event.offsetX, y: event.offsetY };
    canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, place);
    const grabbed = this.#pointers.size === 1 && target.grab(place.x, place.y, event.shiftKey);
    this.#grabbed = grabbed ? { y: place.y } : undefined;
    target.hover(place.x, place.y);
  }

  #move(event: PointerEvent, target: GestureTarget): void {
    const place = { x: event.offsetX, y: event.offsetY };
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      target.hover(place.x, place.y);
      return;
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, place);
    if (other) pinch(before, place, other, target);
    else if (this.#grabbed) target.pull(this.#grabbed.y - place.y);
    else target.pan(place.x - before.x, place.y - before.y);
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    this.#grabbed = undefined;
  }
}

/** Two fingers: the distance between them zooms about their midpoint, and the midpoint pans. */
function pinch(before: Pointer, after: Pointer, other: Pointer, target: GestureTarget): void {
  const far = (point: Pointer) => Math.max(10, Math.hypot(point.x - other.x, point.y - other.y));
  target.pan((after.x - before.x) / 2, (after.y - before.y) / 2);
  target.zoom(far(after) / far(before), (after.x + other.x) / 2, (after.y + other.y) / 2);
}

/** The wheel zooms with Ctrl (as pinching a touchpad does) or if the picture has the focus; otherwise the page scrolls. */
function turn(event: WheelEvent, canvas: HTMLCanvasElement, target: GestureTarget): void {
  const root = canvas.getRootNode() as ShadowRoot;
  if (!event.ctrlKey && !event.metaKey && root.activeElement !== canvas) return;
  event.preventDefault();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
  target.zoom(Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 120 : 300)), event.offsetX, event.offsetY);
}
