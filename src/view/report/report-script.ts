/**
 * The script of the report page: adds the details of heads and loads patterns when they come into view or are printed, fills the
 * twin map, filters by label. It is text, since it runs only in the reader's browser; all that it shows of a report with few
 * heads is also in the tables.
 */
import { UNPACK } from "../page/packed.ts";

export const reportScript = `"use strict";
${UNPACK}
const data = JSON.parse(document.getElementById("data").textContent), root = document.documentElement;

// Each head gets its details, and each pattern its weights, when it comes into view.
let texts, details;
function fill(picture) {
  const { tokens, weights, n } = texts[picture.dataset.text], start = picture.dataset.head * n * n;
  picture.tokens = tokens;
  picture.pattern = Float32Array.from(weights.subarray(start, start + n * n), (byte) => (byte / 255) ** 2);
}
const watch = (act) => {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) { watcher.unobserve(target); act(target); }
  }, { rootMargin: "400px" });
  return (elements) => { for (const element of elements) watcher.observe(element); };
};
const waitFor = watch(fill);
function open(section) {
  if (section.dataset.place === undefined) return;
  section.insertAdjacentHTML("beforeend", details[section.dataset.place]);
  delete section.dataset.place;
  waitFor(section.querySelectorAll("headwise-pattern"));
}
const asked = () => { const section = document.getElementById(location.hash.slice(1)); if (section?.dataset.place) { open(section); section.scrollIntoView(); } };

// What is printed: a few telling heads, or all of them.
addEventListener("beforeprint", () => {
  if (!texts) return;
  const wanted = root.classList.contains("whole") ? ".head" : ".telling";
  for (const section of document.querySelectorAll(wanted)) open(section);
  for (const picture of document.querySelectorAll(wanted + " headwise-pattern")) if (!picture.pattern) fill(picture);
});
addEventListener("afterprint", () => root.classList.remove("whole"));
document.getElementById("print-all")?.addEventListener("click", () => { root.classList.add("whole"); print(); });

unpack(data.bytes).then((bytes) => {
  const count = data.heads.length, pairs = count * (count - 1) / 2;
  let at = 2 * pairs;
  texts = data.texts.map(({ tokens }) => {
    const n = tokens.length, weights = bytes.subarray(at, at += count * n * n);
    return { tokens, n, weights };
  });
  details = JSON.parse(new TextDecoder().decode(bytes.subarray(at)));
  watch(open)(document.querySelectorAll(".head[data-place]"));
  waitFor(document.querySelectorAll("headwise-pattern"));
  addEventListener("hashchange", asked);
  asked();
  if (map) fillMap(new Int16Array(bytes.buffer, bytes.byteOffset, pairs));
});

// The twin map: values in ten-thousandths below the diagonal.
const map = document.getElementById("twin-map");
function fillMap(pairs) {
  map.heads = data.heads.map(([layer, head, label]) => ({ name: layer + "." + head, label }));
  map.values = Float32Array.from(pairs, (value) => value / 1e4);
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
