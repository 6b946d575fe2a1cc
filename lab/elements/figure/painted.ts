/** What a browser has painted, as an SVG that needs neither the page nor its styles. */
import { getOrAdd } from "../../../src/params/keyed.ts";
import { element, escaped } from "../../../src/view/page/xml.ts";

/** Properties that a part of an SVG inherits, and those that it does not, with their initial values. */
const INHERITED = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "fill-opacity"],
  ...[
    "stroke-opacity",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
    "shape-rendering",
    "paint-order",
  ],
];
const OWN: Readonly<Record<string, string>> = { opacity: "1", "dominant-baseline": "auto", display: "inline" };
/** Attributes that only a page uses. */
const OF_PAGES = /^(class|style|tabindex|id|on.*|aria-.*|data-.*|role|contenteditable)$/;
/** Readouts and controls. */
const APART = ".tip, .zoom, .choice";
const MARGIN = 8;

/** The edges of everything painted, in CSS pixels of the viewport. */
interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Returns what is painted in `root` as an SVG with its own colors, fonts and pixels: text stays text, charts stay lines, and maps are
 * images. Includes what is scrolled out of view; leaves out readouts, controls without text, and what only screen readers see.
 */
export function paintedSvg(root: Element, title: string): string {
  const bounds: Bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const body = insideOf(root)
    .map((node) => paint(node, bounds))
    .join("");
  const [x, y] = [Math.floor(bounds.left) - MARGIN, Math.floor(bounds.top) - MARGIN];
  const [width, height] = [Math.ceil(bounds.right) + MARGIN - x, Math.ceil(bounds.bottom) + MARGIN - y];
  if (!Number.isFinite(width)) return "";
  const paper = element("rect", { ...{ x, y, width, height }, fill: paperOf(root) });
  const frame = { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `${x} ${y} ${width} ${height}` };
  return element("svg", frame, element("title", {}, escaped(title)), paper, body);
}

/** Returns the nodes that stand in an element: those of its open shadow root or of its slot, where there is one. */
const insideOf = (node: Element): readonly Node[] => {
  if (node instanceof HTMLSlotElement && node.assignedNodes().length > 0) return node.assignedNodes();
  return [...(node.shadowRoot && node.localName !== "headwise-figure" ? node.shadowRoot : node).childNodes];
};

function paint(node: Node, bounds: Bounds): string {
  if (node instanceof Text) return textOf(node, bounds);
  if (!(node instanceof Element) || /^(style|script|template)$/.test(node.localName)) return "";
  const style = getComputedStyle(node);
  if (style.display === "none" || style.clipPath !== "none" || node.matches(APART)) return "";
  const box = node.getBoundingClientRect();
  if (node instanceof SVGSVGElement) return box.width > 0 ? chartOf(node, box, bounds) : "";
  if (node instanceof HTMLCanvasElement) return imageOf(node, style, box, bounds);
  const shown = style.visibility === "visible";
  const own = shown ? boxOf(style, box, bounds) + codeOf(node, style, box, bounds) : "";
  const parts =
    own +
    insideOf(node)
      .map((part) => paint(part, bounds))
      .join("");
  return style.opacity === "1" || parts === "" ? parts : element("g", { opacity: style.opacity }, parts);
}

/** Paints an element's background and border. */
function boxOf(style: CSSStyleDeclaration, box: DOMRect, bounds: Bounds): string {
  if (box.width === 0 || box.height === 0) return "";
  const [fill, edge] = [colorOf(style.backgroundColor), colorOf(style.borderTopColor)];
  const width = (side: string) => Number.parseFloat(style.getPropertyValue(`border-${side}-width`)) || 0;
  const framed = ["top", "right", "bottom", "left"].every((side) => width(side) > 0) && edge !== "none";
  const below = !framed && width("bottom") > 0 ? colorOf(style.borderBottomColor) : "none";
  const inset = framed ? width("top") / 2 : 0;
  const [x, y, w, h] = [box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset];
  const rx = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, w / 2, h / 2);
  const parts = [];
  if (fill !== "none" || framed) {
    const stroke = framed ? { stroke: edge, "stroke-width": width("top") } : {};
    parts.push(element("rect", { ...{ x, y, width: w, height: h, rx }, fill, ...stroke }));
  }
  if (below !== "none") {
    const thick = width("bottom");
    parts.push(element("rect", { ...{ x, y: box.bottom - thick, width: w, height: thick }, fill: below }));
  }
  if (parts.length > 0) extend(bounds, box);
  return parts.join("");
}

/** Paints the text that a style writes before the content, as the codes of labels are, in the middle of the element. */
function codeOf(node: Element, style: CSSStyleDeclaration, box: DOMRect, bounds: Bounds): string {
  const written = /^"(.+)"$/.exec(getComputedStyle(node, "::before").content)?.[1];
  if (!written || node.textContent !== "" || box.width === 0) return "";
  extend(bounds, box);
  const { ascent, descent } = metricsOf(style);
  const place = { x: box.x + box.width / 2, y: box.y + (box.height + ascent - descent) / 2 };
  return element("text", { ...place, ...fontOf(style), "text-anchor": "middle" }, escaped(written));
}

/** Paints each line of a text at its place. */
function textOf(node: Text, bounds: Bounds): string {
  const parent = node.parentElement;
  if (!parent || node.data.trim() === "") return "";
  const style = getComputedStyle(parent);
  if (style.visibility !== "visible") return "";
  const { ascent, descent } = metricsOf(style);
  return linesOf(node)
    .map(({ text, box }) => {
      extend(bounds, box);
      const toLeft = style.direction === "rtl";
      const place = { x: toLeft ? box.right : box.left, y: box.top + (box.height + ascent - descent) / 2 };
      const cased = style.textTransform === "uppercase" ? text.toUpperCase() : text;
      const struck = style.textDecorationLine === "none" ? {} : { "text-decoration": style.textDecorationLine };
      const way = toLeft ? { direction: "rtl" } : {};
      return element("text", { ...place, ...fontOf(style), ...struck, ...way, "xml:space": "preserve" }, escaped(cased));
    })
    .join("");
}

interface Line {
  readonly text: string;
  readonly box: DOMRect;
}

/** Splits a text where the browser breaks it; spaces that take no room are left out. */
function linesOf(node: Text): Line[] {
  const range = document.createRange();
  const spans: { from: number; to: number; top: number }[] = [];
  let at = 0;
  for (const character of node.data) {
    range.setStart(node, at);
    at += character.length;
    range.setEnd(node, at);
    const box = range.getBoundingClientRect();
    if (box.width === 0 && /\s/.test(character)) continue;
    const last = spans.at(-1);
    // a part of a joined character has no width of its own
    if (last && (box.width === 0 || Math.abs(last.top - box.top) < box.height / 2)) last.to = at;
    else spans.push({ from: at - character.length, to: at, top: box.top });
  }
  return spans.map(({ from, to }) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    const kept = node.parentElement && getComputedStyle(node.parentElement).whiteSpace.startsWith("pre");
    const text = node.data.slice(from, to);
    return { text: kept ? text : text.replace(/\s+/g, " "), box: range.getBoundingClientRect() };
  });
}

/** Paints a canvas as an image. */
function imageOf(canvas: HTMLCanvasElement, style: CSSStyleDeclaration, box: DOMRect, bounds: Bounds): string {
  if (canvas.width === 0 || canvas.height === 0 || box.width === 0 || style.visibility !== "visible") return "";
  extend(bounds, box);
  const place = { x: box.x, y: box.y, width: box.width, height: box.height };
  const look = style.imageRendering === "auto" ? {} : { "image-rendering": style.imageRendering };
  return element("image", { ...place, preserveAspectRatio: "none", ...look, href: canvas.toDataURL() });
}

/** Copies a chart with its styles written into it. */
function chartOf(chart: SVGSVGElement, box: DOMRect, bounds: Bounds): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [parts, copies] = [chart, copy].map((one) => [...one.querySelectorAll("*")]) as [Element[], Element[]];
  styled(chart, copy, undefined);
  for (const [k, part] of parts.entries()) styled(part, copies[k]!, part.parentElement!);
  for (const drawn of copies) if (drawn.matches("style, [display=none]")) drawn.remove();
  const { x, y, width, height } = box;
  for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, value.toFixed(2));
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  if (getComputedStyle(chart).overflow === "visible") copy.setAttribute("overflow", "visible");
  extend(bounds, box);
  for (const part of parts) if (part instanceof SVGTextElement) extend(bounds, part.getBoundingClientRect());
  return new XMLSerializer().serializeToString(copy).replace(/ xmlns="[^"]*"/, "");
}

/** Writes an element's computed style as attributes of its copy, where it differs from its parent's. */
function styled(from: Element, copy: Element, parent: Element | undefined): void {
  const style = getComputedStyle(from);
  const above = parent && getComputedStyle(parent);
  for (const { name } of [...copy.attributes]) if (OF_PAGES.test(name)) copy.removeAttribute(name);
  for (const name of INHERITED) {
    const value = style.getPropertyValue(name);
    if (value === above?.getPropertyValue(name)) copy.removeAttribute(name);
    else copy.setAttribute(name, /^(fill|stroke)$/.test(name) && !value.startsWith("url") ? colorOf(value) : value);
  }
  for (const [name, initial] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    const drawn = name === "display" && value !== "none" ? initial : value;
    if (drawn === initial) copy.removeAttribute(name);
    else copy.setAttribute(name, drawn);
  }
}

function extend(bounds: Bounds, { left, top, right, bottom }: DOMRect): void {
  bounds.left = Math.min(bounds.left, left);
  bounds.top = Math.min(bounds.top, top);
  bounds.right = Math.max(bounds.right, right);
  bounds.bottom = Math.max(bounds.bottom, bottom);
}

const fontOf = (style: CSSStyleDeclaration): Record<string, string> => ({
  fill: colorOf(style.color),
  "font-family": style.fontFamily,
  "font-size": style.fontSize,
  ...(style.fontWeight === "400" ? {} : { "font-weight": style.fontWeight }),
  ...(style.fontStyle === "normal" ? {} : { "font-style": style.fontStyle }),
});

/** A canvas of one pixel, which knows every color and every font of the browser. */
const probe = (): CanvasRenderingContext2D => (made ??= newProbe());
let made: CanvasRenderingContext2D | undefined;
function newProbe(): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1, 1];
  return canvas.getContext("2d", { willReadFrequently: true })!;
}

const colors = new Map<string, string>();
/** Returns a computed color in a form that every program reads; "none" if nothing is visible. */
const colorOf = (color: string): string => (color === "none" ? color : getOrAdd(colors, color, () => readColor(color)));

function readColor(color: string): string {
  const context = probe();
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  if (alpha === 0) return "none";
  return alpha === 255 ? `rgb(${red},${green},${blue})` : `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`;
}

/** Returns the heights of a font above and below its baseline. */
function metricsOf({ font }: CSSStyleDeclaration): { ascent: number; descent: number } {
  const context = probe();
  context.font = font;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText("x");
  return { ascent, descent };
}

/** Returns the first background behind an element. */
function paperOf(node: Element | null): string {
  if (!node) return "rgb(255,255,255)";
  const color = colorOf(getComputedStyle(node).backgroundColor);
  if (color.startsWith("rgb(")) return color;
  const { parentElement, parentNode } = node;
  return paperOf(parentElement ?? (parentNode instanceof ShadowRoot ? parentNode.host : null));
}
