/**
 * The script of the report page: loads patterns when they come into view or are printed, fills the twin map, filters by label. It is text,
 * since it runs only in the reader's browser; everything it shows is also in the tables.
 */
export const reportScript = `"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const texts = data.texts.map((text) => ({ ...text, n: text.tokens.length, weights: bytes(text.bytes) }));

// Each pattern gets its weights when it comes into view.
function fill(picture) {
  const { tokens, weights, n } = texts[picture.dataset.text], start = picture.dataset.head * n * n;
  picture.tokens = tokens;
  picture.pattern = Float32Array.from(weights.subarray(start, start + n * n), (byte) => (byte / 255) ** 2);
}
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { watcher.unobserve(target); fill(target); }
}, { rootMargin: "400px" });
const pictures = document.querySelectorAll("headwise-pattern");
for (const picture of pictures) watcher.observe(picture);
// A printed page has all of them.
addEventListener("beforeprint", () => { watcher.disconnect(); for (const picture of pictures) if (!picture.pattern) fill(picture); });

// The twin map: values in ten-thousandths below the diagonal.
const map = document.getElementById("twin-map");
if (map) {
  map.heads = data.heads.map(([layer, head, label]) => ({ name: layer + "." + head, label }));
  map.values = Float32Array.from(new Int16Array(bytes(data.similarity).buffer), (value) => value / 1e4);
  map.order = data.order;
  map.addEventListener("pair-pick", (event) => { location.hash = "head-" + event.detail.row.replace(".", "-"); });
  const buttons = document.querySelectorAll("[data-order]");
  for (const button of buttons) button.addEventListener("click", () => {
    map.order = button.dataset.order === "alike" ? data.order : null;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
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
`;
