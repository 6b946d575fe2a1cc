/**
 * The script of the report page: heat maps drawn on canvas when they come into view, the twin map, the label filter.
 * Written as text, since it runs in the reader's browser and nowhere else; everything it shows is in the tables too.
 */
export const reportScript = `"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const texts = data.texts.map((text) => ({ ...text, n: text.tokens.length, weights: bytes(text.bytes) }));

// 256 colours between the 17 steps of the ramp; a byte of a pattern is 255 times the root of the weight.
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

// One head's pattern with its tokens along both axes, in a square whose size the style fixes beforehand: nothing moves.
function drawPattern(canvas) {
  const { tokens, special, weights, n } = texts[canvas.dataset.text];
  const width = canvas.clientWidth, names = tokens.map((token) => token.length > 12 ? token.slice(0, 11) + "…" : token);
  const longest = Math.max(...names.map((name) => name.length));
  const font = Math.max(8.5, Math.min(12, (width - 60) / n * 0.8));
  const margin = Math.min(width * 0.3, longest * font * 0.6 + 10);
  const cell = (width - margin - 1) / n;
  const pen = prepared(canvas, width, width);
  const family = getComputedStyle(document.body).fontFamily;
  pen.font = font + "px " + family;
  pen.textBaseline = "middle";
  const every = Math.max(1, Math.ceil(font / cell));
  for (let i = 0; i < n; i += every) {
    pen.fillStyle = css(special[i] ? "--dim" : "--ink");
    pen.globalAlpha = special[i] ? 0.7 : 1;
    pen.textAlign = "right";
    pen.fillText(names[i], margin - 6, margin + (i + 0.5) * cell);
    pen.save();
    pen.translate(margin + (i + 0.5) * cell, margin - 6);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "left";
    pen.fillText(names[i], 0, 0);
    pen.restore();
  }
  pen.globalAlpha = 1;
  const start = canvas.dataset.head * n * n, gap = cell > 7 ? 1 : 0;
  for (let at = 0; at < n * n; at++) {
    pen.fillStyle = "rgb(" + colors[weights[start + at]] + ")";
    pen.fillRect(margin + (at % n) * cell, margin + Math.floor(at / n) * cell, cell - gap + (gap ? 0 : 0.4), cell - gap + (gap ? 0 : 0.4));
  }
  canvas.where = { margin, cell, start };
}

const drawn = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting && !drawn.has(target)) { drawn.add(target); drawPattern(target); }
}, { rootMargin: "400px" });
function pointAt(canvas, event) {
  if (!canvas.where) return;
  const { tokens, weights, n } = texts[canvas.dataset.text], { margin, cell, start } = canvas.where;
  const j = Math.floor((event.offsetX - margin) / cell), i = Math.floor((event.offsetY - margin) / cell);
  const inside = i >= 0 && j >= 0 && i < n && j < n, weight = inside && (weights[start + i * n + j] / 255) ** 2;
  const caption = canvas.nextElementSibling;
  caption.textContent = inside ? tokens[i] + " → " + tokens[j] + "  " + weight.toFixed(2) : caption.dataset.hint;
}
for (const canvas of document.querySelectorAll("canvas.pattern")) {
  watcher.observe(canvas);
  canvas.addEventListener("pointermove", (event) => pointAt(canvas, event));
  canvas.addEventListener("pointerdown", (event) => pointAt(canvas, event));
  canvas.addEventListener("pointerleave", () => { const c = canvas.nextElementSibling; c.textContent = c.dataset.hint; });
}

// The twin map: heads × heads, a strip of label colours along two sides.
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

// The legend: one label at a time; the same button again shows all.
const filters = document.querySelectorAll("[data-filter]");
for (const button of filters) button.addEventListener("click", () => {
  const wanted = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.filter;
  for (const other of filters) other.setAttribute("aria-pressed", String(other.dataset.filter === wanted));
  for (const cell of document.querySelectorAll(".cell")) cell.classList.toggle("off", wanted !== null && !cell.dataset.labels.split(" ").includes(wanted));
  for (const bar of document.querySelectorAll(".chart .bar")) bar.classList.toggle("off", wanted !== null && bar.dataset.label !== wanted);
});

function redraw() { readColors(); if (map) drawMap(); for (const canvas of drawn) drawPattern(canvas); }
redraw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let lastWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== lastWidth) { lastWidth = innerWidth; redraw(); } });
`;
