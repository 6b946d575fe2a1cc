/**
 * The methods that rank heads for removal, in the order of every legend: a name for people, and one color and dash in every chart,
 * so that color alone is never needed.
 */
import { element, escaped } from "../page/xml.ts";

export interface MethodLook {
  /** The name for people; terminals and JSON have the key. */
  readonly name: string;
  /** The color on light and on dark paper. */
  readonly color: Readonly<Record<"light" | "dark", string>>;
  readonly dash?: string;
}

const look = (name: string, light: string, dark: string, dash?: string): MethodLook => ({
  ...{ name, color: { light, dark } },
  ...(dash && { dash }),
});

export const METHOD_LOOKS: Readonly<Record<string, MethodLook>> = {
  ablation: look("one at a time", "#0a5ea8", "#6cb2f2"),
  greedy: look("one after another", "#b01c5e", "#f07fae"),
  gates: look("by learned gates", "#6b5d00", "#d9c64a", "8 3"),
  taylor: look("by signed gradient", "#0f7b6c", "#45c4b0"),
  michel: look("by gradient", "#c2571a", "#f2935a"),
  "michel-normalized": look("by gradient within a layer", "#c2571a", "#f2935a", "5 4"),
  confidence: look("by largest weight", "#7d4bab", "#bf97e6", "2 3"),
  random: look("at random", "#6f767f", "#a3abb5", "2 2"),
};

/** Returns a method's look; an unknown method is gray under its own name. */
export const methodLook = (method: string): MethodLook => METHOD_LOOKS[method] ?? look(method, "#6f767f", "#a3abb5");

/** Returns the name for people with the method's own: "by gradient (michel)". */
export const methodName = (method: string): string => {
  const [name, own] = methodNames(method);
  return own === "" ? name : `${name} (${own})`;
};

/** Returns the name for people and the method's own; "" if the first one has it. */
export const methodNames = (method: string): readonly [name: string, own: string] => {
  const { name } = methodLook(method);
  return [name, name.endsWith(method) ? "" : method];
};

/** Returns the color as a CSS value that follows the page's scheme. */
export const methodColor = (method: string): string => {
  const { light, dark } = methodLook(method).color;
  return `light-dark(${light},${dark})`;
};

const ORDER = Object.keys(METHOD_LOOKS);
const placeOf = (method: string): number => (ORDER.includes(method) ? ORDER.indexOf(method) : ORDER.length);

/** Returns the items in the order of the legends. */
export const byMethod = <T>(items: readonly T[], methodOf: (item: T) => string): T[] =>
  [...items].sort((a, b) => placeOf(methodOf(a)) - placeOf(methodOf(b)));

/** Draws a piece of the method's line, for a legend. */
const methodSample = (method: string): string =>
  element(
    "svg",
    { class: "sample", width: 24, height: 10, "aria-hidden": "true" },
    element("line", {
      ...{ x1: 0, x2: 24, y1: 5, y2: 5, stroke: methodColor(method), "stroke-width": 2.5 },
      "stroke-dasharray": methodLook(method).dash,
    }),
  );

/** Draws the legend's entry of a method: its line, its name for people, and its own name. */
export const methodKey = (method: string): string => {
  const [name, own] = methodNames(method);
  const beside = own === "" ? "" : ` ${element("span", { class: "dim" }, escaped(own))}`;
  return `${methodSample(method)} ${escaped(name)}${beside}`;
};
