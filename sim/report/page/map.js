"use strict";
// What pages that show a map share: making elements, the outlines of holders, the map itself. Words of scenarios
// only ever become text, never markup.
const INK = "#1a1a1a", SOFT = "#5c5c5c", FAINT = "#c9c9c9", RECORD = "#c2571a";

function make(name, attributes = {}, ...children) {
  const drawn = ["svg", "path", "circle", "line", "text", "g", "rect"].includes(name);
  const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

const swatch = (look) =>
  make("svg", { class: "swatch", viewBox: "-8 -8 16 16", "aria-hidden": "true" },
    make("path", { d: outline(look.marker, 6.5), fill: look.colour, stroke: INK, "stroke-width": 1 }));
function outline(marker, r) {
  const corners = { s: [4, Math.PI / 4, 1.12], "^": [3, -Math.PI / 2, 1.2], v: [3, Math.PI / 2, 1.2], p: [5, -Math.PI / 2, 1.06], D: [4, 0, 1.14] }[marker];
  if (marker === "X") {
    const a = r * 0.95, b = r * 0.42;
    return `M${-a} ${-a + b}L${-a + b} ${-a}L0 ${-b}L${a - b} ${-a}L${a} ${-a + b}L${b} 0L${a} ${a - b}L${a - b} ${a}L0 ${b}L${-a + b} ${a}L${-a} ${a - b}L${-b} 0Z`;
  }
  if (!corners) return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;
  const [count, turn, scale] = corners;
  const points = Array.from({ length: count }, (_, k) => {
    const angle = turn + (2 * Math.PI * k) / count;
    return `${(r * scale * Math.cos(angle)).toFixed(2)} ${(r * scale * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join("L")}Z`;
}

// A map with its dots, to be painted; rings are drawn under the dots.
function drawMap(view) {
  const svg = make("svg", { class: "map", viewBox: `0 0 ${view.wide} ${view.high}`, role: "img", "font-size": view.letter });
  for (const kind of ["governorate", "lake", "river", "coast", "border"]) {
    for (const d of view[kind]) svg.append(make("path", { class: kind, d }));
  }
  for (const [d, width] of view.road) svg.append(make("path", { class: "road", d, "stroke-width": width }));
  const km = [200, 100, 50, 20, 10, 5, 2, 1].find((length) => length * view.per_km < view.wide / 5) ?? 1, y = view.high - 16;
  const hides = view.towns.some(([x, y]) => x < 40 + km * view.per_km && Math.abs(y - view.high + 16) < 20);
  const left = hides ? view.wide - 16 - km * view.per_km - 60 : 16;
  svg.append(make("line", { class: "bar", x1: left, x2: left + km * view.per_km, y1: y, y2: y }));
  svg.append(make("text", { x: left + 6 + km * view.per_km, y: y + 4 }, `${km} km`));
  if (view.box) svg.append(make("rect", { class: "box", x: view.box[0], y: view.box[1], width: view.box[2], height: view.box[3] }));
  const rings = make("g"), dots = make("g");
  const found = view.towns.map(([x, y, r], k) => {
    const dot = make("path", { class: "dot", "data-town": k, transform: `translate(${x} ${y})` });
    dots.append(dot);
    return { dot, x, y, r, look: null, colour: null };
  });
  svg.append(rings, dots);
  for (const [name, x, y] of view.labels) svg.append(make("text", { x, y: y + 0.36 * view.letter }, name));
  return { svg, rings, found };
}
