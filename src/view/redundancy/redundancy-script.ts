/**
 * The script of the redundancy page: the data of the heat map, and the colors of the map of heads. It is text, since it runs
 * only in the reader's browser; the closest pairs and all findings are also in the tables.
 */
export const redundancyScript = `"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const numbers = (text) => Float32Array.from(new Int16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer), (value) => value / 1e4);
function press(buttons, pressed) { for (const other of buttons) other.setAttribute("aria-pressed", String(other === pressed)); }

// The heat map: its properties are those of the chosen measure.
const map = document.getElementById("alike-map");
if (map) {
  let measure, byLayer = false;
  const sort = () => { map.order = byLayer ? null : measure.order; };
  const choose = (name) => {
    measure = data.measures[name];
    Object.assign(map, measure, { values: numbers(measure.values) });
    sort();
  };
  map.heads = data.heads.map(([layer, head, label]) => ({ name: layer + "." + head, label }));
  const measures = document.querySelectorAll("[data-measure]"), orders = document.querySelectorAll("[data-order]");
  for (const button of measures) button.addEventListener("click", () => {
    choose(button.dataset.measure);
    for (const text of document.querySelectorAll("[data-about]")) text.hidden = text.dataset.about !== button.dataset.measure;
    press(measures, button);
  });
  for (const button of orders) button.addEventListener("click", () => {
    byLayer = button.dataset.order === "layer";
    sort();
    press(orders, button);
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
`;
