/** What of a matrix is seen: a window that zooms and pans, as pure functions. */

/** The window's left upper corner, as shares of the matrix's width and height, and how often it is enlarged (≥ 1). */
export interface ViewWindow {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const WHOLE: ViewWindow = { x: 0, y: 0, zoom: 1 };

/** The place of the matrix, in shares, under a place (u, v) of the window, in shares. */
export function under({ x, y, zoom }: ViewWindow, u: number, v: number): readonly [x: number, y: number] {
  return [x + u / zoom, y + v / zoom];
}

/** Zoomed by a factor, up to `most`; what lies under (u, v) stays there, unless the matrix's edge would come in. */
export function zoomAt(view: ViewWindow, factor: number, u: number, v: number, most: number): ViewWindow {
  const [x, y] = under(view, u, v);
  const zoom = Math.min(Math.max(1, most), Math.max(1, view.zoom * factor));
  return within({ x: x - u / zoom, y: y - v / zoom, zoom });
}

/** Moved so that what was under the pointer is under it after it went (du, dv), in shares of the window. */
export function pan(view: ViewWindow, du: number, dv: number): ViewWindow {
  return within({ ...view, x: view.x - du / view.zoom, y: view.y - dv / view.zoom });
}

/** Moved as little as shows the span from (x0, y0) to (x1, y1), in shares of the matrix. */
export function reveal(view: ViewWindow, x0: number, y0: number, x1: number, y1: number): ViewWindow {
  const side = 1 / view.zoom;
  const x = Math.min(x0, Math.max(view.x, x1 - side));
  const y = Math.min(y0, Math.max(view.y, y1 - side));
  return within({ ...view, x, y });
}

/** The window kept inside the matrix. */
function within({ x, y, zoom }: ViewWindow): ViewWindow {
  const most = 1 - 1 / zoom;
  return { x: Math.min(most, Math.max(0, x)), y: Math.min(most, Math.max(0, y)), zoom };
}
