"use strict";
// A click on a head sorts its table by that column: up, then down. Empty cells stay last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const order = (a, b) => compare(a.cells[column], b.cells[column], up ? 1 : -1);
      body.append(...Array.from(body.rows).sort(order));
    });
  });
}

function compare(a, b, way) {
  const [one, other] = [a.textContent.trim(), b.textContent.trim()];
  if (!one || !other) return (one ? 0 : 1) - (other ? 0 : 1);
  if (a.dataset.value !== undefined && b.dataset.value !== undefined) {
    return way * (a.dataset.value - b.dataset.value);
  }
  return way * one.localeCompare(other, "en", { numeric: true });
}
