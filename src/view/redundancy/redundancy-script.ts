/**
 * The script of the redundancy page: the heat map with its tree, and the colors of the map of heads. It is text, since it runs
 * only in the reader's browser; the closest pairs and all findings are also in the tables.
 */
export const redundancyScript = `"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const numbers = (text) => new Int16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const count = data.heads.length, layerOrder = data.heads.map((_, at) => at);
const nameOf = ([layer, head, label]) => layer + "." + head + " " + label;
const STRIP = 8, GAP = 2;
let colors, labelColor, measure, byLayer = false, cursor = null;

function readColors() {
  const steps = Array.from({ length: 17 }, (_, level) => rgb(css("--w" + level)));
  colors = Array.from({ length: 256 }, (_, byte) => {
    const at = (byte / 255) * 16, low = Math.min(15, Math.floor(at)), t = at - low;
    return steps[low].map((c, i) => Math.round(c + t * (steps[low + 1][i] - c)));
  });
  labelColor = {};
  for (const label of new Set(data.heads.map((head) => head[2]))) {
    const probe = document.body.appendChild(Object.assign(document.createElement("i"), { className: "l-" + label }));
    labelColor[label] = getComputedStyle(probe).backgroundColor;
    probe.remove();
  }
}
function choose(name) {
  measure = data.measures[name];
  if (!measure.numbers) measure.numbers = numbers(measure.values);
}
const valueOf = (a, b) => measure.numbers[Math.max(a, b) * (Math.max(a, b) - 1) / 2 + Math.min(a, b)] / 1e4;
function shadeOf(a, b) {
  if (a === b) return 255;
  const value = valueOf(a, b), distance = measure.patterns ? value : 1 - (measure.signed ? Math.abs(value) : value);
  const share = Math.max(0, (measure.far - distance) / Math.max(1e-9, measure.far - measure.near));
  return Math.min(255, Math.round(255 * (measure.patterns ? share ** 1.5 : Math.sqrt(share))));
}
const order = () => byLayer ? layerOrder : measure.order;

const map = document.getElementById("alike-map");
// A square of heads × heads with a strip of labels along two sides, and the tree of its rows to the right.
function geometry() {
  const width = map.clientWidth, tree = Math.round(Math.min(170, width * 0.2)), from = STRIP + GAP;
  return { width, tree, from, size: width - tree - from - 8, cell: (width - tree - from - 8) / count };
}
function drawMap() {
  const { width, tree, from, size, cell } = geometry(), height = from + size, ratio = window.devicePixelRatio || 1;
  map.style.height = height + "px";
  map.width = Math.round(width * ratio);
  map.height = Math.round(height * ratio);
  const pen = map.getContext("2d"), image = new ImageData(count, count), shown = order();
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++)
    image.data.set([...colors[shadeOf(shown[i], shown[j])], 255], 4 * (i * count + j));
  const small = Object.assign(document.createElement("canvas"), { width: count, height: count });
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, from, from, size, size);
  shown.forEach((head, at) => {
    pen.fillStyle = labelColor[data.heads[head][2]];
    pen.fillRect(0, from + at * cell, STRIP, cell + 0.3);
    pen.fillRect(from + at * cell, 0, cell + 0.3, STRIP);
  });
  if (!byLayer) drawTree(pen, from + size + 8, width - 2, from, cell);
  if (cursor) {
    pen.strokeStyle = css("--mark");
    pen.lineWidth = 2;
    pen.strokeRect(from + cursor[1] * cell - 1, from + cursor[0] * cell - 1, cell + 2, cell + 2);
  }
}
// Leaves are at the left edge; two clusters join at an x equal to their distance.
function drawTree(pen, left, right, top, cell) {
  const heights = measure.merges.map((merge) => merge[2]), lowest = 0.9 * Math.min(...heights);
  const across = (height) => left + (right - left) * (height - lowest) / Math.max(1e-9, Math.max(...heights) - lowest);
  const places = [];
  measure.order.forEach((head, at) => { places[head] = { x: left, y: top + (at + 0.5) * cell }; });
  pen.strokeStyle = css("--dim");
  pen.lineWidth = count > 150 ? 0.6 : 1;
  pen.beginPath();
  for (const [a, b, height] of measure.merges) {
    const x = across(height), [p, q] = [places[a], places[b]];
    pen.moveTo(p.x, p.y); pen.lineTo(x, p.y); pen.lineTo(x, q.y); pen.lineTo(q.x, q.y);
    places.push({ x, y: (p.y + q.y) / 2 });
  }
  pen.stroke();
}
function tell() {
  const hint = document.getElementById("alike-hint");
  if (!cursor) { hint.textContent = hint.dataset.hint; return; }
  const [a, b] = cursor.map((at) => order()[at]);
  const names = nameOf(data.heads[a]) + (a === b ? "" : "  ·  " + nameOf(data.heads[b]));
  hint.textContent = names + (a === b ? "" : "  ·  " + measure.unit + " " + valueOf(a, b).toFixed(2).replace("-", "−"));
}
function moveTo(next) { cursor = next; tell(); drawMap(); }
function under(event) {
  const { from, cell } = geometry(), at = (x) => Math.floor((x - from) / cell), place = [at(event.offsetY), at(event.offsetX)];
  return place.every((p) => p >= 0 && p < count) ? place : null;
}
function press(buttons, pressed) { for (const other of buttons) other.setAttribute("aria-pressed", String(other === pressed)); }
if (map) {
  map.addEventListener("pointermove", (event) => moveTo(under(event)));
  map.addEventListener("pointerdown", (event) => moveTo(under(event)));
  map.addEventListener("pointerleave", () => moveTo(null));
  map.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo((cursor || [0, 0]).map((at, i) => Math.max(0, Math.min(count - 1, at + (cursor ? step[i] : 0)))));
  });
  const measures = document.querySelectorAll("[data-measure]"), orders = document.querySelectorAll("[data-order]");
  for (const button of measures) button.addEventListener("click", () => {
    choose(button.dataset.measure);
    for (const text of document.querySelectorAll("[data-about]")) text.hidden = text.dataset.about !== button.dataset.measure;
    press(measures, button);
    moveTo(null);
  });
  for (const button of orders) button.addEventListener("click", () => {
    byLayer = button.dataset.order === "layer";
    press(orders, button);
    moveTo(null);
  });
  choose("patterns");
}

// The map of heads: the color of its points, and the name of the head under the pointer.
const plane = document.getElementById("plane"), paints = document.querySelectorAll("[data-paint]");
for (const button of paints) button.addEventListener("click", () => { plane.dataset.by = button.dataset.paint; press(paints, button); });
if (plane) {
  const hint = document.getElementById("plane-hint");
  const point = (event) => event.target.closest("[data-name]");
  plane.addEventListener("pointerover", (event) => { const at = point(event); hint.textContent = at ? at.dataset.name : hint.dataset.hint; });
  plane.addEventListener("pointerleave", () => { hint.textContent = hint.dataset.hint; });
}
const filters = document.querySelectorAll("[data-filter]");
for (const button of filters) button.addEventListener("click", () => {
  const wanted = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.filter;
  for (const other of filters) other.setAttribute("aria-pressed", String(other.dataset.filter === wanted));
  for (const at of plane.querySelectorAll("[data-label]")) at.classList.toggle("off", wanted !== null && at.dataset.label !== wanted);
});

function redraw() { readColors(); if (map) drawMap(); }
redraw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let lastWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== lastWidth) { lastWidth = innerWidth; redraw(); } });
`;
