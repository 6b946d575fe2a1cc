/** The keys of a pattern: they move the cursor, pan, zoom, or change the weight under the cursor. */
import { STEP } from "../edit-row.ts";
import type { PatternCell } from "./pattern-plot.ts";

/** The requested action; `zoom` 0 shows everything. */
type KeyAction =
  | { readonly kind: "move"; readonly cell: PatternCell }
  | { readonly kind: "pan"; readonly dx: number; readonly dy: number }
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "weigh"; readonly change: number };

interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
}

/** The rows that PageUp and PageDown move, and the pixels that Shift and an arrow pan. */
const [PAGE, PAN] = [10, 40];

const ARROWS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  PageUp: [0, -PAGE],
  PageDown: [0, PAGE],
};

/** Returns the action of a key, if any; plus and minus change weights in an editable pattern, and zoom otherwise. */
export function keyAction(
  { key, shiftKey, ctrlKey }: Pressed,
  cell: PatternCell,
  rows: number,
  columns: number,
  editable: boolean,
) {
  const sign = ({ "+": 1, "=": 1, "-": -1, "−": -1 } as Readonly<Record<string, number>>)[key];
  if (sign !== undefined && ctrlKey) return undefined;
  if (sign !== undefined) return editable ? action("weigh", { change: sign * STEP }) : action("zoom", { factor: 1.5 ** sign });
  if (key === "0" && !ctrlKey) return action("zoom", { factor: 0 });
  if (key === "Home") return action("move", { cell: { row: ctrlKey ? 0 : cell.row, column: 0 } });
  if (key === "End") return action("move", { cell: { row: ctrlKey ? rows - 1 : cell.row, column: columns - 1 } });
  const arrow = ARROWS[key];
  if (!arrow) return undefined;
  if (shiftKey) return action("pan", { dx: -PAN * arrow[0], dy: -PAN * Math.sign(arrow[1]) });
  const to = { row: clamp(cell.row + arrow[1], rows), column: clamp(cell.column + arrow[0], columns) };
  return action("move", { cell: to });
}

function action<Kind extends KeyAction["kind"]>(kind: Kind, rest: Omit<Extract<KeyAction, { kind: Kind }>, "kind">): KeyAction {
  return { kind, ...rest } as unknown as KeyAction;
}

const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
