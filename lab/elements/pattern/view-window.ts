/** The visible part of a matrix: a window that zooms and pans, as pure functions. */

/** The window's upper left corner, as fractions of the matrix's width and height, and its magnification (≥ 1). */
export interface ViewWindow {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const WHOLE: ViewWindow = { x: 0, y: 0, zoom: 1 };

/** Returns the place of the matrix, in fractions, under a place (u, v) of the window, in fractions. */
export function under({ x, y, zoom }: ViewWindow, u: number, v: number): readonly [x: number, y: number] {
  return [x + u / zoom, y + v / zoom];
}

/** Zooms by a factor, up to `most`; the place under (u, v) stays there, unless the matrix's edge would come in. */
export function zoomAt(view: ViewWindow, factor: number, u: number, v: number, most: number): ViewWindow {
  const [x, y] = under(view, u, v);
  const zoom = Math.min(Math.max(1, most), Math.max(1, view.zoom * factor));
  return within({ x: x - u / zoom, y: y - v / zoom, zoom });
}

/** Pans so that the place under the pointer follows it by (du, dv), in fractions of the window. */
export function pan(view: ViewWindow, du: number, dv: number): ViewWindow {
  return within({ ...view, x: view.x - du / view.zoom, y: view.y - dv / view.zoom });
}

/** Moves the window as little as possible to show (x0, y0) to (x1, y1), in fractions of the matrix. */
export function reveal(view: ViewWindow, x0: number, y0: number, x1: number, y1: number): ViewWindow {
  const side = 1 / view.zoom;
  const x = Math.min(x0, Math.max(view.x, x1 - side));
  const y = Math.min(y0, Math.max(view.y, y1 - side));
  return within({ ...view, x, y });
}

/** Keeps the window inside the matrix. */
function within({ x, y, zoom }: ViewWindow): ViewWindow {
  const most = 1 - 1 / zoom;
  return { x: Math.min(most, Math.max(0, x)), y: Math.min(most, Math.max(0, y)), zoom };
}
