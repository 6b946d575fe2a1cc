/** The script of the comparison page: selects the measure of the grid and sorts the table. The page works without it. */
export const compareScript = `"use strict";
const part = (list, at) => list.split("|")[at];
const table = document.querySelector(".changed");
function show(at) {
  for (const cell of document.querySelectorAll("[data-levels]")) {
    const level = part(cell.dataset.levels, at);
    cell.lastElementChild.textContent = part(cell.dataset.texts, at);
    cell.style.background = "var(--w" + level + ")";
    cell.classList.toggle("far", level > 8);
  }
  for (const text of document.querySelectorAll("[data-shown]")) text.textContent = part(text.dataset.shown, at);
  for (const button of document.querySelectorAll("[data-measure]")) {
    const chosen = button.dataset.measure === String(at);
    button.setAttribute("aria-pressed", String(chosen));
    if (button.parentElement.tagName !== "TH") continue;
    if (chosen) button.parentElement.setAttribute("aria-sort", "descending");
    else button.parentElement.removeAttribute("aria-sort");
  }
  if (!table) return;
  const value = (row) => Number(part(row.dataset.values, at)), body = table.tBodies[0];
  const place = (row) => row.id.split("-").slice(1).map(Number);
  const order = (x, y) => (value(x) === value(y) ? 0 : value(y) - value(x)) || place(x)[0] - place(y)[0] || place(x)[1] - place(y)[1];
  body.append(...[...body.rows].sort(order));
}
for (const button of document.querySelectorAll("[data-measure]")) button.addEventListener("click", () => show(Number(button.dataset.measure)));
`;
