/**
 * The script of the report page: loads patterns when they come into view, draws the twin map, filters by label. It is text,
 * since it runs only in the reader's browser; everything it shows is also in the tables.
 */
export const reportScript = `"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const texts = data.texts.map((text) => ({ ...text, n: text.tokens.length, weights: bytes(text.bytes) }));

// 256 colors between the 17 steps of the ramp; a byte of a pattern is 255 times the square root of the weight.
let colors;
function readColors() {
  const steps = Array.from({ length: 17 }, (_, level) => rgb(css("--w" + level)));
  colors = Array.from({ length: 256 }, (_, byte) => {
    const at = (byte / 255) * 16, low = Math.min(15, Math.floor(at)), t = at - low;
    return steps[low].map((c, i) => Math.round(c + t * (steps[low + 1][i] - c)));
  });
}

function prepared(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// Each pattern gets its weights when it comes into view.
function fill(picture) {
  const { tokens, weights, n } = texts[picture.dataset.text], start = picture.dataset.head * n * n;
  picture.tokens = tokens;
  picture.pattern = Float32Array.from(weights.subarray(start, start + n * n), (byte) => (byte / 255) ** 2);
}
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { watcher.unobserve(target); fill(target); }
}, { rootMargin: "400px" });
for (const picture of document.querySelectorAll("headwise-pattern")) watcher.observe(picture);

// The twin map: heads × heads, with a strip of label colors along two sides.
const map = document.getElementById("twin-map"), STRIP = 10;
const count = data.heads.length, far = map && bytes(data.similarity);
let order = data.order, cursor = null;
const labelColor = {};
for (const label of new Set(data.heads.map((head) => head[2]))) {
  const probe = document.body.appendChild(Object.assign(document.createElement("i"), { className: "l-" + label }));
  labelColor[label] = getComputedStyle(probe).backgroundColor;
  probe.remove();
}
function drawMap() {
  const width = map.clientWidth, cell = (width - STRIP - 2) / count;
  map.style.height = width + "px";
  const pen = prepared(map, width, width), image = new ImageData(count, count);
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) {
    const [r, g, b] = colors[255 - far[order[i] * count + order[j]]];
    image.data.set([r, g, b, 255], 4 * (i * count + j));
  }
  const small = Object.assign(document.createElement("canvas"), { width: count, height: count });
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, STRIP + 2, STRIP + 2, width - STRIP - 2, width - STRIP - 2);
  order.forEach((head, at) => {
    pen.fillStyle = labelColor[data.heads[head][2]];
    pen.fillRect(0, STRIP + 2 + at * cell, STRIP, cell + 0.3);
    pen.fillRect(STRIP + 2 + at * cell, 0, cell + 0.3, STRIP);
  });
  if (cursor) {
    pen.strokeStyle = css("--mark");
    pen.lineWidth = 2;
    pen.strokeRect(STRIP + 2 + cursor[1] * cell - 1, STRIP + 2 + cursor[0] * cell - 1, cell + 2, cell + 2);
  }
}
const nameOf = ([layer, head, label]) => layer + "." + head + " " + label;
function tell() {
  const hint = document.getElementById("twin-hint");
  if (!cursor) { hint.textContent = hint.dataset.hint; return; }
  const [a, b] = cursor.map((at) => order[at]), distance = far[a * count + b] / 255 * data.farthest;
  hint.textContent = nameOf(data.heads[a]) + "  ·  " + nameOf(data.heads[b]) + "  ·  √JS " + distance.toFixed(2);
}
function moveTo(next) { cursor = next; tell(); drawMap(); }
function open() { if (cursor) location.hash = "head-" + data.heads[order[cursor[0]]].slice(0, 2).join("-"); }
function under(event) {
  const cell = (map.clientWidth - STRIP - 2) / count, at = (x) => Math.floor((x - STRIP - 2) / cell);
  const place = [at(event.offsetY), at(event.offsetX)];
  return place.every((p) => p >= 0 && p < count) ? place : null;
}
if (map) {
  map.addEventListener("pointermove", (event) => moveTo(under(event)));
  map.addEventListener("pointerleave", () => moveTo(null));
  map.addEventListener("click", open);
  map.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Enter") open();
    if (!step) return;
    event.preventDefault();
    moveTo((cursor || [0, 0]).map((at, i) => Math.max(0, Math.min(count - 1, at + (cursor ? step[i] : 0)))));
  });
  const buttons = document.querySelectorAll("[data-order]");
  for (const button of buttons) button.addEventListener("click", () => {
    order = button.dataset.order === "alike" ? data.order : data.heads.map((_, at) => at);
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    moveTo(null);
  });
}

// The legend: one label or manner at a time; pressing the same button again shows all. The bars show labels only.
const filters = document.querySelectorAll("[data-filter]");
for (const button of filters) button.addEventListener("click", () => {
  const wanted = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.filter;
  for (const other of filters) other.setAttribute("aria-pressed", String(other.dataset.filter === wanted));
  for (const cell of document.querySelectorAll(".cell")) cell.classList.toggle("off", wanted !== null && !cell.dataset.labels.split(" ").includes(wanted));
  const bars = [...document.querySelectorAll(".chart .bar")], known = bars.some((bar) => bar.dataset.label === wanted);
  for (const bar of bars) bar.classList.toggle("off", known && bar.dataset.label !== wanted);
});

function redraw() { readColors(); if (map) drawMap(); }
redraw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let lastWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== lastWidth) { lastWidth = innerWidth; redraw(); } });
`;
