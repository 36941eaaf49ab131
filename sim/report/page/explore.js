// The histories of one result, or of two side by side: brushed, counted, and shown day by day. Words of scenarios
// only ever become text (textContent), never markup.
const DATA = JSON.parse(document.getElementById("data").textContent);
const SIDES = DATA.results;
const RUNS = SIDES[0].runs;
const LAST = SIDES[0].days.length - 1;
const HAS_DAYS = SIDES.every((side) => side.control);
const DOTS = 50;
const $ = (id) => document.getElementById(id);

// --- what the page holds ------------------------------------------------------------------------------------

function bytesOf(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = letters.charCodeAt(k);
  return bytes;
}

function varints(text) {
  const bytes = bytesOf(text), found = [];
  for (let k = 0, value = 0, weight = 1; k < bytes.length; k++) {
    value += (bytes[k] & 127) * weight;
    weight *= 128;
    if (bytes[k] < 128) { found.push(value); value = 0; weight = 1; }
  }
  return found;
}

// Calls each(run, key, place) for the ascending keys of every run.
function walk(packed, each) {
  const counts = varints(packed.count), steps = varints(packed.steps);
  for (let run = 0, place = 0; run < counts.length; run++) {
    for (let key = 0, end = place + counts[run]; place < end; place++) each(run, (key += steps[place]), place);
  }
}

function courses(text, runs, days) {
  const steps = varints(text), out = new Float64Array(runs * days);
  for (let k = 0, value = 0; k < out.length; k++) {
    const step = steps[k] % 2 ? -(steps[k] + 1) / 2 : steps[k] / 2;
    value = k % days ? value + step : step;
    out[k] = value;
  }
  return out;
}

function unpack(side) {
  for (const measure of side.measures) {
    const bytes = bytesOf(measure.values);
    measure.values = measure.classes ? bytes : new Float64Array(bytes.buffer);
  }
  side.state = side.measures.find((measure) => measure.name === "state");
  side.towns.forEach((town, k) => (town.k = k));
  if (!side.control) return;
  const towns = side.towns.length, days = LAST + 1;
  const holder = bytesOf(side.control.holder);
  side.grid = new Uint8Array(RUNS.length * days * towns).fill(255); // run, day, town: who holds it
  walk(side.control, (run, key, place) => (side.grid[run * days * towns + key] = holder[place]));
  for (let k = 0; k < side.grid.length; k++) if (side.grid[k] === 255) side.grid[k] = side.grid[k - towns];
  if (side.fights) {
    side.fought = new Uint8Array(side.grid.length);
    walk(side.fights, (run, key) => (side.fought[run * days * towns + key] = 1));
  }
  for (const course of side.courses) course.values = courses(course.values, RUNS.length, days);
  const people = side.courses.find((course) => course.name === "people").values;
  side.share = people.map((count, k) => count / Math.max(people[k - (k % days)], 1)); // of those of the first evening
  if (side.record) {
    side.record.holders = bytesOf(side.record.holders);
    side.record.focal = bytesOf(side.record.focal);
  }
}

SIDES.forEach(unpack);
const holderAt = (side, run, day, town) => side.grid[(run * (LAST + 1) + day) * side.towns.length + town];
const lookOf = (side, holder) => side.looks[side.factions[holder][1]];

// --- what is shown now --------------------------------------------------------------------------------------

const now = { run: 0, day: 0, town: 0, mode: "one", side: 0, column: null, playing: null };
const brushes = new Map(); // "side column": {low, high} or {kept: Set of classes}
let shown = RUNS.map((_, run) => run);

const keyOf = (side, measure) => `${SIDES.indexOf(side)} ${measure.name}`;
function measureOf(key) {
  const [place, name] = key.split(" ");
  return [SIDES[place], SIDES[place].measures.find((measure) => measure.name === name)];
}
function passes(measure, brush, run) {
  const value = measure.values[run];
  return brush.kept ? brush.kept.has(value) : value >= brush.low && value <= brush.high;
}
// Runs that meet all brushes, but for one of them.
function passing(except) {
  const rules = [...brushes].filter(([key]) => key !== except).map(([key, brush]) => [measureOf(key)[1], brush]);
  return RUNS.map((_, run) => run).filter((run) => rules.every(([measure, brush]) => passes(measure, brush, run)));
}

// --- counts as words and dots ---------------------------------------------------------------------------------

const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
function number(value, unit) {
  if (!Number.isFinite(value)) return "missing";
  const digits = unit === "share" ? 3 : Math.abs(value) < 10 && value % 1 ? 2 : Math.abs(value) < 100 && value % 1 ? 1 : 0;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}
// Dots for counts: as many as there are, at most fifty, dealt so that they add up.
function deal(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0), dots = Math.min(DOTS, total);
  const exact = counts.map((count) => (total ? (count * dots) / total : 0)), dealt = exact.map(Math.floor);
  const order = exact.map((value, k) => [dealt[k] - value, k]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (let left = dots - dealt.reduce((sum, count) => sum + count, 0), k = 0; left > 0; left--, k++) dealt[order[k][1]]++;
  return dealt;
}
const inDots = (dots, of) => `in ${dots} of ${of}`;
function wilson(count, total) {
  const z = 1.959964, share = count / total, scale = 1 + (z * z) / total;
  const middle = (share + (z * z) / (2 * total)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))) / scale;
  return [Math.max(0, middle - half), Math.min(1, middle + half)].map((edge) => Math.round(100 * edge));
}
function dotRow(dots, of, colour, label) {
  const svg = make("svg", { viewBox: "0 0 250 22", role: "img", "aria-label": label });
  for (let k = 0; k < of; k++) {
    const filled = k < dots;
    svg.append(make("circle", {
      cx: 5 + 10 * (k % 25), cy: 5.5 + 11 * Math.floor(k / 25), r: 3.9, "stroke-width": 0.8,
      fill: filled ? colour : "#fff", stroke: filled ? "#4a4a4a" : FAINT,
    }));
  }
  return svg;
}
// One row: a name, its dots, and the same in words.
function chanceRow(name, colour, count, total, dots, head) {
  const of = Math.min(DOTS, total);
  const [low, high] = total ? wilson(count, total) : [0, 0];
  const words = !total ? "in none" : count && !dots ? `in fewer than 1 of ${of}` : inDots(dots, of);
  const exact = total > DOTS || total === 0 ? `${count} of ${plural(total, "history", "histories")}` : "a dot is a history";
  const small = make("small", {}, total ? `${exact}; ${low} to ${high}\u00a0%` : exact);
  return make("div", { class: "chance" }, head, dotRow(dots, of, colour, `${name}: ${words}, ${exact}`),
    make("div", { class: "words" }, words, small));
}
// --- brushing -------------------------------------------------------------------------------------------------

function setBrush(key, brush) {
  if (brush) brushes.set(key, brush);
  else brushes.delete(key);
  brushed();
}
function keepClasses(key, measure, kept) {
  setBrush(key, kept.size === measure.classes.length ? null : { kept });
}
function toggle(key, measure, code, on) {
  const kept = new Set(brushes.get(key)?.kept ?? measure.classes.keys());
  if (on) kept.add(code);
  else kept.delete(code);
  keepClasses(key, measure, kept);
}
// The classes of a measure with boxes to tick, and their chances among the histories that meet all else.
function classRows(side, measure, place) {
  const key = keyOf(side, measure), among = passing(key), kept = brushes.get(key)?.kept;
  const counts = measure.classes.map((_, code) => among.filter((run) => measure.values[run] === code).length);
  const dealt = deal(counts), rows = make("fieldset");
  measure.classes.forEach(([name, colour, meaning], code) => {
    const on = !kept || kept.has(code);
    const box = make("input", { type: "checkbox", "data-class": name, onchange: (event) => toggle(key, measure, code, event.target.checked) });
    box.checked = on;
    const head = make("label", { title: meaning }, box, swatch({ colour, marker: "o" }), name);
    const row = chanceRow(name, colour, counts[code], among.length, dealt[code], head);
    if (!on) row.classList.add("out");
    rows.append(row);
  });
  const focus = document.activeElement, name = place.contains(focus) && focus.dataset.class, own = focus?.closest?.("fieldset")?.dataset.key;
  rows.dataset.key = key;
  rows.prepend(make("legend", {}, `${SIDES.length > 1 ? `${side.name}: ` : ""}${measure.name === "state" ? "what became of it at the end" : measure.name.replaceAll("_", " ")}`));
  const old = [...place.querySelectorAll("fieldset")].find((set) => set.dataset.key === key);
  if (old) old.replaceWith(rows);
  else place.append(rows);
  if (name && own === key) [...rows.querySelectorAll("input")].find((box) => box.dataset.class === name)?.focus();
}

function buildStates() {
  const place = $("states");
  place.append(make("h3", {}, `How it ends for ${SIDES[0].focal}`));
  const dots = RUNS.length >= DOTS ? "Fifty dots stand for all histories that meet what else is asked" : "A dot is a history";
  place.append(make("p", { class: "note" }, `${dots}; ticked ones are shown. Per cent: 95 % interval of so many runs.`));
  SIDES.forEach((side) => side.state && classRows(side, side.state, place));
  const terms = make("dl", { class: "terms" });
  const told = new Map(SIDES.flatMap((side) => (side.state ? side.state.classes : [])).map(([name, , meaning]) => [name, meaning]));
  told.forEach((meaning, name) => terms.append(make("dt", {}, name), make("dd", {}, meaning)));
  place.append(make("details", {}, make("summary", {}, "What these words mean"), terms));
  place.append(make("div", { id: "record-state", class: "note" }));
  for (const side of SIDES.slice(0, 1)) {
    if (side.record) $("record-state").append(`The record, judged by ground alone up to ${side.days[side.record.last]}, ends ${side.record.state}.`);
  }
}

function buildPresets() {
  const first = SIDES[0].state;
  const add = (text, act) => $("presets").append(make("button", { type: "button", onclick: act }, text));
  add("Show all", () => { brushes.clear(); brushed(); pickColumn(); });
  if (!first) return;
  const preset = (words, wanted) => {
    const kept = new Set([...first.classes.keys()].filter((code) => wanted.includes(first.classes[code][0])));
    if (kept.size) add(words, () => { brushes.clear(); keepClasses(keyOf(SIDES[0], first), first, kept); });
  };
  const of = SIDES.length > 1 ? `, ${SIDES[0].name}` : "";
  preset(`Those in which ${SIDES[0].focal} is back${of}`, ["back"]);
  preset(`Those in which it is not back${of}`, ["broken", "beaten"]);
  preset(`Those in which it is never broken${of}`, ["unbroken"]);
}

function buildMeasures() {
  SIDES.forEach((side, place) => $("of").append(make("option", { value: place }, side.name)));
  if (SIDES.length === 1) $("of-label").remove();
  for (const measure of SIDES[0].measures) {
    if (measure.name !== "state") $("column").append(make("option", { value: measure.name }, measure.name.replaceAll("_", " ")));
  }
  $("column").value = SIDES[0].measures.some((measure) => measure.name === "end_people_share") ? "end_people_share" : $("column").value;
  $("column").addEventListener("change", pickColumn);
  $("of")?.addEventListener("change", pickColumn);
  pickColumn();
}
function pickColumn() {
  now.side = SIDES.length > 1 ? Number($("of").value) : 0;
  now.column = SIDES[now.side].measures.find((measure) => measure.name === $("column").value);
  const unit = now.column.unit ? ` (${now.column.unit === "share" ? "a share: 0.35 is 35 %" : now.column.unit})` : "";
  $("meaning").textContent = `${now.column.meaning}${unit}.`;
  buildRange();
  showMeasure();
  if (gallery.size) orderGallery();
}
const finite = (measure, runs) => runs.map((run) => measure.values[run]).filter(Number.isFinite);
function buildRange() {
  const measure = now.column, place = $("range");
  place.replaceChildren();
  if (measure.classes) return;
  const values = finite(measure, RUNS.map((_, run) => run));
  if (!values.length) return;
  const least = Math.min(...values), most = Math.max(...values), whole = values.every(Number.isInteger);
  const key = keyOf(SIDES[now.side], measure), brush = brushes.get(key) ?? { low: least, high: most };
  const at = (share) => {
    if (share <= 0) return least;
    if (share >= 1) return most;
    const exact = least + share * (most - least);
    return whole ? Math.round(exact) : Number(exact.toPrecision(3));
  };
  const grid = make("div", { class: "ends" });
  const ends = ["low", "high"].map((end) => {
    const words = end === "low" ? "at least" : "at most";
    const slide = make("input", { type: "range", min: 0, max: 1000, step: 1, "data-end": end, "aria-label": `${measure.name.replaceAll("_", " ")}: ${words}` });
    const field = make("input", { type: "number", step: "any", "data-end": end, "aria-label": `${measure.name.replaceAll("_", " ")}: ${words}, as a number` });
    grid.append(make("span", {}, words), slide, field);
    return { slide, field };
  });
  const share = (value) => (most > least ? (1000 * (value - least)) / (most - least) : 0);
  const write = () => {
    const brush = brushes.get(key) ?? { low: least, high: most };
    [brush.low, brush.high].forEach((value, k) => {
      if (document.activeElement !== ends[k].field) ends[k].field.value = value === [least, most][k] ? "" : value;
      if (document.activeElement !== ends[k].slide) ends[k].slide.value = share(value);
      ends[k].slide.setAttribute("aria-valuetext", number(value, measure.unit));
    });
  };
  const read = (k, value) => {
    const brush = { ...(brushes.get(key) ?? { low: least, high: most }), [k ? "high" : "low"]: value };
    setBrush(key, brush.low <= least && brush.high >= most ? null : brush);
    write();
  };
  ends.forEach(({ slide, field }, k) => {
    slide.addEventListener("input", () => read(k, at(slide.value / 1000)));
    field.addEventListener("input", () => read(k, field.value === "" ? [least, most][k] : Number(field.value)));
    field.placeholder = number([least, most][k], measure.unit);
    slide.value = share([brush.low, brush.high][k]);
  });
  write();
  place.append(grid);
}
function quantile(sorted, share) {
  const at = share * (sorted.length - 1), low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}
// Round numbers within a span, about five.
function ticks(low, high) {
  if (high <= low) return [low];
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((size) => size * power >= rough);
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}
// Fifty dots at the quantiles of a measure, among the histories that meet all else; full where they are shown.
function showMeasure() {
  const side = SIDES[now.side], measure = now.column, place = $("picture");
  if (measure.classes) {
    if (place.firstChild?.dataset.key !== keyOf(side, measure)) place.replaceChildren();
    classRows(side, measure, place);
    $("measure-words").textContent = "";
    return;
  }
  const key = keyOf(side, measure), brush = brushes.get(key), among = passing(key);
  const everything = finite(measure, RUNS.map((_, run) => run)), values = finite(measure, among).sort((a, b) => a - b);
  const dots = Math.min(DOTS, values.length), wide = 520, high = 132, base = 108;
  const least = Math.min(...everything), most = Math.max(...everything), bins = 42;
  const svg = make("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img" });
  const x = (value) => 14 + (most > least ? ((value - least) / (most - least)) * (wide - 28) : (wide - 28) / 2);
  const stacks = new Map(), placed = [];
  for (let k = 0; k < dots; k++) {
    const value = dots === values.length ? values[k] : quantile(values, (k + 0.5) / dots);
    const bin = most > least ? Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins)) : 0;
    const level = stacks.get(bin) ?? 0;
    stacks.set(bin, level + 1);
    placed.push([bin, level, value]);
  }
  const tall = Math.max(1, ...stacks.values()), step = Math.min((wide - 28) / bins, (base - 6) / tall);
  for (const [bin, level, value] of placed) {
    const on = !brush || (value >= brush.low && value <= brush.high);
    svg.append(make("circle", {
      cx: most > least ? 14 + ((bin + 0.5) / bins) * (wide - 28) : wide / 2, cy: base - 4 - step * (level + 0.5), r: 0.44 * step,
      fill: on ? "#2f6fb5" : "#fff", stroke: on ? "#1d4a7c" : "#a9a9a9", "stroke-width": 0.8,
    }));
  }
  svg.append(make("line", { x1: 10, x2: wide - 10, y1: base, y2: base, stroke: SOFT }));
  if (everything.length) {
    for (const value of ticks(least, most)) {
      svg.append(make("line", { x1: x(value), x2: x(value), y1: base, y2: base + 4, stroke: SOFT }));
      svg.append(make("text", { x: x(value), y: base + 18, "font-size": 12.5, fill: SOFT, "text-anchor": "middle" }, number(value, measure.unit)));
    }
  }
  const missing = among.length - values.length;
  const passed = brush ? values.filter((value) => value >= brush.low && value <= brush.high).length : values.length;
  const middle = values.length ? `Median ${number(quantile(values, 0.5), measure.unit)}. ` : "";
  const each = dots === values.length ? "A dot is a history" : `${dots} dots stand for ${values.length} histories`;
  const within = brush ? ` ${passed} of ${values.length} lie between ${number(brush.low, measure.unit)} and ${number(brush.high, measure.unit)}.` : "";
  const lacking = missing ? ` ${plural(missing, "history has", "histories have")} no value, and ${missing === 1 ? "is" : "are"} left out once a range is set.` : "";
  $("measure-words").textContent = `${middle}${each}.${within}${lacking}`;
  svg.setAttribute("aria-label", `${measure.name.replaceAll("_", " ")}: ${$("measure-words").textContent}`);
  place.replaceChildren(svg);
}

function brushed() {
  shown = passing(null);
  $("count").dataset.shown = shown.length;
  const dots = deal([shown.length, RUNS.length - shown.length])[0], of = Math.min(DOTS, RUNS.length);
  const words = RUNS.length > DOTS && shown.length < RUNS.length ? `, ${dots} of ${of} dots` : "";
  $("count").replaceChildren(make("strong", {}, `${shown.length} of ${plural(RUNS.length, "history", "histories")}`), ` shown${words}`);
  $("active").replaceChildren();
  for (const [key, brush] of brushes) {
    const [side, measure] = measureOf(key);
    const what = brush.kept ? [...brush.kept].sort().map((code) => measure.classes[code][0]).join(" or ") || "nothing"
      : `${number(brush.low, measure.unit)} to ${number(brush.high, measure.unit)}`;
    const text = `${SIDES.length > 1 ? `${side.name}: ` : ""}${measure.name.replaceAll("_", " ")} ${what}`;
    const drop = make("button", { type: "button", "aria-label": `No longer ask for ${text}`, onclick: () => { setBrush(key, null); buildRange(); } }, "\u00d7");
    $("active").append(make("li", {}, text, drop));
  }
  SIDES.forEach((side) => side.state && classRows(side, side.state, $("states")));
  showMeasure();
  showGallery();
  if (!HAS_DAYS) return;
  fillRuns();
  charts.forEach((chart) => (chart.stale = true));
  if (shown.length && !shown.includes(now.run)) now.run = shown[0];
  showRun();
}

// --- one history on the map -----------------------------------------------------------------------------------

const stage = []; // one a side: what moves
function drawView(side, view) {
  const drawn = drawMap(view), { svg } = drawn;
  svg.addEventListener("click", (event) => event.target.dataset.town !== undefined && pickTown(Number(event.target.dataset.town)));
  svg.addEventListener("pointermove", (event) => {
    const k = event.target.dataset?.town;
    tip(event, k && `${side.towns[k].name}: ${now.mode === "one" ? side.factions[holderAt(side, now.run, now.day, Number(k))][0] : heldWords(side, Number(k))}`);
  });
  svg.addEventListener("pointerleave", () => tip(null));
  return drawn;
}
function buildStage() {
  $("stage").classList.toggle("single", SIDES.length === 1);
  SIDES.forEach((side) => {
    const views = side.views.map((view) => drawView(side, view));
    const key = make("ul", { class: "key" }), text = make("div", { "aria-live": "polite" });
    const words = make("div", { class: "today" }, text, key);
    if (views[1]) words.append(make("figure", { class: "part" }, make("figcaption", {}, "The dashed part of the map, larger"), views[1].svg));
    const head = SIDES.length > 1 ? [make("h3", {}, side.name)] : [];
    $("stage").append(make("div", { class: "side" }, make("figure", {}, ...head, views[0].svg), words));
    stage.push({ side, views, text, key });
  });
}
function tip(event, text) {
  $("tip").hidden = !text;
  if (!text) return;
  $("tip").textContent = text;
  $("tip").style.left = `${Math.min(event.clientX + 14, innerWidth - 240)}px`;
  $("tip").style.top = `${event.clientY + 14}px`;
}
// In how many of the histories shown the focal faction holds a town today.
const heldIn = (side, town) => shown.reduce((sum, run) => sum + (holderAt(side, run, now.day, town) === side.own), 0);
function heldWords(side, town) {
  const of = Math.min(DOTS, shown.length), count = heldIn(side, town);
  if (!shown.length) return "no history is shown";
  return `${side.focal} ${inDots(deal([count, shown.length - count])[0], of)}`;
}
function chanceOf(share) {
  const { edges, colours } = DATA.chance;
  return colours.findLastIndex((_, k) => share >= edges[k]);
}
function showDay() {
  $("day").value = now.day;
  const date = SIDES[0].days[now.day];
  $("date").textContent = `${date}, day ${now.day}`;
  $("day").setAttribute("aria-valuetext", date);
  stage.forEach(showSide);
  moveCursors();
  showTown();
  if ($("town-details").open) showTable();
}
function showSide({ side, views, text, key }) {
  const counts = new Map(), chances = new Map(), fights = now.mode === "one" ? fightsOf(side) : [];
  side.towns.forEach((town, k) => {
    const own = lookOf(side, holderAt(side, now.run, now.day, k));
    const place = now.mode === "chance" ? chanceOf(shown.length ? heldIn(side, k) / shown.length : 0) : 0;
    counts.set(own, (counts.get(own) ?? 0) + 1);
    chances.set(place, (chances.get(place) ?? 0) + 1);
    const look = now.mode === "one" ? own : { marker: "o", colour: DATA.chance.colours[place] };
    for (const { found } of views) {
      const at = found[k];
      if (at.look !== look.marker) at.dot.setAttribute("d", outline((at.look = look.marker), at.r));
      if (at.colour !== look.colour) at.dot.setAttribute("fill", (at.colour = look.colour));
      at.dot.classList.toggle("chosen", k === now.town);
    }
  });
  key.replaceChildren(...(now.mode === "one" ? holderKey(side, counts, fights) : chanceKey(side, chances)));
  text.replaceChildren(...dayWords(side, fights).map((words) => make("p", {}, words)));
  const held = [...counts].map(([look, count]) => `${look.label} ${count}`).join(", ");
  const label = now.mode === "one"
    ? `Map of history ${RUNS[now.run]}, ${side.days[now.day]}. Towns held: ${held}.`
    : `Map of ${shown.length} histories, ${side.days[now.day]}: in how many ${side.focal} holds each town; the table of towns has the numbers.`;
  for (const { svg, rings, found } of views) {
    svg.setAttribute("aria-label", label);
    rings.replaceChildren(...fights.map((k) => make("circle", { class: "fight", cx: found[k].x, cy: found[k].y, r: found[k].r + 3.2 })));
  }
}
function fightsOf(side) {
  if (!side.fought) return [];
  const first = (now.run * (LAST + 1) + now.day) * side.towns.length;
  return side.towns.map((_, k) => k).filter((k) => side.fought[first + k]);
}
function holderKey(side, counts, fights) {
  const items = side.looks.filter((look) => counts.has(look)).map((look) => make("li", {}, swatch(look), `${look.label} `, make("b", {}, counts.get(look)), counts.get(look) === 1 ? " town" : " towns"));
  if (side.fought) {
    const ring = make("svg", { class: "swatch", viewBox: "-8 -8 16 16", "aria-hidden": "true" }, make("circle", { r: 6, fill: "none", stroke: RECORD, "stroke-width": 2.2 }));
    items.push(make("li", {}, ring, `${side.focal} fights in `, make("b", {}, fights.length), fights.length === 1 ? " town" : " towns"));
  }
  return items;
}
function chanceKey(side, chances) {
  const { edges, colours } = DATA.chance, of = Math.min(DOTS, shown.length);
  return colours.map((colour, k) => [colour, k]).reverse().map(([colour, k]) => {
    const low = Math.ceil(edges[k] * of), high = k === colours.length - 1 ? of : Math.ceil(edges[k + 1] * of) - 1;
    const range = low >= high ? `${low}` : `${low} to ${high}`;
    return make("li", {}, swatch({ colour, marker: "o" }), `held in ${range} of ${of}: `, make("b", {}, chances.get(k) ?? 0), " towns");
  });
}
function valueOf(side, name) {
  return side.courses.find((course) => course.name === name).values[now.run * (LAST + 1) + now.day];
}
const shareOf = (side, run, day) => side.share[run * (LAST + 1) + day];
function dayWords(side, fights) {
  const who = side.focal, round = (value) => Math.round(value).toLocaleString("en");
  if (now.mode === "chance") {
    return [`In each town: in how many of ${plural(shown.length, "history", "histories")} shown ${who} holds it that evening.`];
  }
  const changes = [];
  if (now.day > 0) {
    side.towns.forEach((town, k) => {
      const [before, after] = [holderAt(side, now.run, now.day - 1, k), holderAt(side, now.run, now.day, k)];
      if (before !== after) changes.push(`${town.name} (${side.factions[before][0]} \u2192 ${side.factions[after][0]})`);
    });
  }
  const towns = side.towns.filter((_, k) => holderAt(side, now.run, now.day, k) === side.own).length;
  const state = side.state ? side.state.classes[side.state.values[now.run]][0] : null;
  const people = Math.round(100 * shareOf(side, now.run, now.day));
  const list = (names) => (names.length > 6 ? `${names.slice(0, 6).join(", ")} and ${names.length - 6} more` : names.join(", "));
  const sentences = [
    `History ${RUNS[now.run]}${state ? `, which ends ${state}` : ""}. ${who} holds ${plural(towns, "town", "towns")} and ${people} % of the people it began with.`,
    `Men: ${who} ${round(valueOf(side, `men, ${who}`))}, of whom ${round(valueOf(side, `men on the road, ${who}`))} on the road; rebels ${round(valueOf(side, "men, rebels"))}, ${round(valueOf(side, "men on the road, rebels"))} on the road.`,
    now.day === 0 ? "The evening before the first day." : changes.length ? `Changes hands: ${list(changes)}.` : "No town changes hands.",
  ];
  if (side.fought && fights.length) sentences.push(`${who} fights in ${list(fights.map((k) => side.towns[k].name))}.`);
  return sentences;
}
function showRun() {
  if (!HAS_DAYS) return;
  $("run").value = now.run;
  stage.forEach(({ text }) => text.setAttribute("aria-live", now.playing ? "off" : "polite"));
  drawStrips();
  later(drawCourses);
  gallery.forEach((option, run) => {
    const on = run === now.run;
    option.setAttribute("aria-selected", on);
    option.tabIndex = on ? 0 : -1;
  });
  showDay();
}
// Once before the next picture, however often it is asked for until then.
const waiting = new Set();
function later(draw) {
  if (!waiting.size) requestAnimationFrame(() => { const all = [...waiting]; waiting.clear(); all.forEach((each) => each()); });
  waiting.add(draw);
}
function fillRuns() {
  $("run").replaceChildren(...shown.map((run) => {
    const state = SIDES[0].state?.classes[SIDES[0].state.values[run]][0];
    return make("option", { value: run }, `${RUNS[run]}${state ? ` (${state})` : ""}`);
  }));
}
function pickRun(run) {
  now.run = run;
  showRun();
}
function step(by) {
  if (!shown.length) return;
  const place = shown.indexOf(now.run);
  pickRun(shown[(place + by + shown.length) % shown.length]);
}
function play(on) {
  clearInterval(now.playing);
  now.playing = null;
  if (on) {
    if (now.day >= LAST) now.day = 0;
    now.playing = setInterval(() => {
      if (now.day >= LAST) { play(false); return; }
      now.day += 1;
      showDay();
    }, 110);
  }
  $("play").setAttribute("aria-pressed", on);
  $("play").textContent = on ? "Pause" : "Play";
  stage.forEach(({ text }) => text.setAttribute("aria-live", on ? "off" : "polite"));
}
function buildControls() {
  $("day").max = LAST;
  $("day").addEventListener("input", () => { now.day = Number($("day").value); showDay(); });
  $("play").addEventListener("click", () => play(!now.playing));
  $("random").addEventListener("click", () => {
    if (!shown.length) return;
    now.day = 0;
    $("mode").value = now.mode = "one";
    pickRun(shown[Math.floor(Math.random() * shown.length)]);
    play(true);
  });
  $("run").addEventListener("change", () => pickRun(Number($("run").value)));
  $("before").addEventListener("click", () => step(-1));
  $("after").addEventListener("click", () => step(1));
  $("mode").addEventListener("change", () => { now.mode = $("mode").value; showDay(); });
  for (const town of [...SIDES[0].towns].sort((a, b) => a.name.localeCompare(b.name, "en"))) {
    $("town").append(make("option", { value: town.k }, town.name));
  }
  $("town").addEventListener("change", () => pickTown(Number($("town").value)));
  $("town-details").addEventListener("toggle", showTable);
}

// --- one town -------------------------------------------------------------------------------------------------

function pickTown(town) {
  now.town = town;
  showDay();
}
function recordOf(side, town) {
  const record = side.record;
  if (!record) return "none";
  if (now.day > record.last) return `none after ${side.days[record.last]}`;
  return side.looks[record.holders[now.day * side.towns.length + town]].label;
}
function showTown() {
  $("town").value = now.town;
  const place = $("town-words");
  place.replaceChildren();
  for (const side of SIDES) {
    const town = side.towns[now.town], part = make("div");
    if (!town) continue;
    const holder = side.factions[holderAt(side, now.run, now.day, town.k)][0];
    const intro = SIDES.length > 1 ? `${side.name}. ` : "";
    part.append(make("p", {}, `${intro}${town.name}, ${town.province}, ${side.days[now.day]}. In history ${RUNS[now.run]}: ${holder}. In the record: ${recordOf(side, town.k)}. In ${plural(shown.length, "history", "histories")} shown:`));
    const counts = side.looks.map(() => 0);
    for (const run of shown) counts[side.factions[holderAt(side, run, now.day, town.k)][1]]++;
    const dealt = deal(counts);
    side.looks.map((look, k) => [look, counts[k], dealt[k]]).filter(([, count]) => count).sort((a, b) => b[1] - a[1]).forEach(([look, count, dots]) =>
      part.append(chanceRow(look.label, look.colour, count, shown.length, dots, make("span", { class: "name" }, swatch(look), look.label))));
    place.append(part);
  }
}
function showTable() {
  if (!$("town-details").open) return;
  const head = ["town", "province"], several = SIDES.length > 1;
  for (const side of SIDES) head.push(`${several ? `${side.name}: ` : ""}held by, in history ${RUNS[now.run]}`, `${several ? `${side.name}: ` : ""}${side.focal} holds it`);
  head.push("record");
  const rows = SIDES[0].westward.map((k) => {
    const cells = [SIDES[0].towns[k].name, SIDES[0].towns[k].province];
    for (const side of SIDES) {
      cells.push(side.towns[k] ? side.factions[holderAt(side, now.run, now.day, k)][0] : "", side.towns[k] ? `in ${heldIn(side, k)} of ${shown.length}` : "");
    }
    return [...cells, recordOf(SIDES[0], k)];
  });
  $("towns-table").replaceChildren(
    make("caption", { class: "note" }, `${SIDES[0].days[now.day]}, towns from west to east`),
    make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, ...rows.map((cells) => make("tr", {}, make("th", { scope: "row" }, cells[0]), ...cells.slice(1).map((word) => make("td", {}, word))))));
}

// --- strips of town by day ------------------------------------------------------------------------------------

const ROW = 12, NAMES = 118, AXIS = 20;
const strips = []; // {side, canvas, image, holders: run => look of (day, row)}
const paint = (colour) => {
  const [r, g, b] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return 0xff000000 + (b << 16) + (g << 8) + r;
};
function raster(side, lookAt, days, every) {
  const wide = Math.ceil((days + 1) / every), high = side.towns.length;
  const canvas = make("canvas", { width: wide, height: high }), context = canvas.getContext("2d");
  const image = context.createImageData(wide, high), pixels = new Uint32Array(image.data.buffer);
  const colours = side.looks.map((look) => paint(look.colour));
  for (let row = 0; row < high; row++) {
    const town = side.westward[row];
    for (let x = 0; x < wide; x++) pixels[row * wide + x] = colours[lookAt(Math.min(x * every, days), town)];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
const rasterOfRun = (side, run, every) => raster(side, (day, town) => side.factions[holderAt(side, run, day, town)][1], LAST, every);
function buildStrips() {
  const row = $("strip-row"), records = SIDES[0].record ? [SIDES[0]] : [];
  const add = (side, kind) => {
    const names = strips.length === 0, canvas = make("canvas", { role: "img" }), caption = make("figcaption");
    row.append(make("figure", {}, caption, canvas));
    const strip = { side, kind, names, canvas, caption };
    canvas.addEventListener("click", (event) => {
      const at = placeIn(strip, event);
      if (!at) return;
      now.day = at.day;
      pickTown(at.town);
    });
    canvas.addEventListener("pointermove", (event) => {
      const at = placeIn(strip, event);
      tip(event, at && `${side.towns[at.town].name}, ${side.days[at.day]}: ${wordAt(strip, at)}`);
    });
    canvas.addEventListener("pointerleave", () => tip(null));
    strips.push(strip);
  };
  SIDES.forEach((side) => add(side, "run"));
  records.forEach((side) => add(side, "record"));
  layStrips();
  const used = new Set(SIDES.flatMap((side) => side.factions.map(([, look]) => side.looks[look].label)));
  const looks = SIDES[0].looks.filter((look) => used.has(look.label) || records.length);
  $("strip-key").append(...looks.map((look) => make("li", {}, swatch({ ...look, marker: "s" }), look.label)));
}
function layStrips() {
  const wide = $("strips").clientWidth, narrow = wide < 620 && strips.length > 1;
  const each = (wide - NAMES - 12.8 * (strips.length - 1)) / strips.length; // as many pixels a day in each
  $("strip-row").style.gridTemplateColumns = narrow ? "minmax(0, 1fr)" : strips.map((_, k) => `minmax(0, ${each + (k ? 0 : NAMES)}fr)`).join(" ");
  strips.forEach((strip, k) => { strip.names = narrow || k === 0; });
}
function wordAt(strip, at) {
  const { side } = strip;
  if (strip.kind === "run") return side.factions[holderAt(side, now.run, at.day, at.town)][0];
  return at.day > side.record.last ? `none after ${side.days[side.record.last]}` : side.looks[side.record.holders[at.day * side.towns.length + at.town]].label;
}
function placeIn(strip, event) {
  const box = strip.canvas.getBoundingClientRect(), left = strip.names ? NAMES : 0;
  const x = (event.clientX - box.left - left) / (box.width - left), row = Math.floor((event.clientY - box.top) / ROW);
  if (x < 0 || x >= 1 || row < 0 || row >= strip.side.towns.length) return null;
  return { day: Math.min(LAST, Math.floor(x * (LAST + 1))), town: strip.side.westward[row] };
}
function drawStrips() {
  for (const strip of strips) {
    const { side } = strip, drawn = `${strip.kind === "record" || now.run} ${strip.canvas.parentNode.clientWidth} ${devicePixelRatio}`;
    if (strip.drawn === drawn) continue;
    strip.drawn = drawn;
    const title = strip.kind === "record" ? "The record" : `${SIDES.length > 1 ? `${side.name}, h` : "H"}istory ${RUNS[now.run]}`;
    strip.caption.textContent = title;
    const image = strip.kind === "record"
      ? (strip.kept ??= raster(side, (day, town) => side.record.holders[day * side.towns.length + town], side.record.last, 1))
      : rasterOfRun(side, now.run, 1);
    strip.canvas.setAttribute("aria-label", `${title}: who holds each town on each day. The table of towns says the same for the day chosen.`);
    const wide = strip.canvas.parentNode.clientWidth, high = side.towns.length * ROW + AXIS, left = strip.names ? NAMES : 0;
    const scale = devicePixelRatio || 1;
    const context = backOf(strip, wide, high);
    context.imageSmoothingEnabled = false;
    const span = ((wide - left) * image.width) / (LAST + 1);
    context.drawImage(image, left, 0, span, side.towns.length * ROW);
    context.fillStyle = "#fff";
    for (let row = 1; row < side.towns.length; row++) context.fillRect(left, row * ROW - 0.5, wide - left, 1);
    context.font = `11px ${FONT}`;
    context.fillStyle = INK;
    context.textBaseline = "middle";
    if (strip.names) {
      context.textAlign = "right";
      side.westward.forEach((town, row) => context.fillText(fit(context, side.towns[town].name, left - 8), left - 5, (row + 0.5) * ROW + 0.5));
    }
    if (strip.kind === "record" && side.record.last < LAST) {
      context.textAlign = "left";
      context.fillStyle = SOFT;
      ["ends on", side.days[side.record.last]].forEach((text, row) => context.fillText(text, left + span + 8, (2.5 + row) * ROW));
    }
    dayAxis(context, left, wide - left, side.towns.length * ROW, AXIS);
    strip.left = left * scale;
  }
}
// What a canvas shows beneath its cursor, of the size it has now and empty.
function backOf(part, wide, high, layer = "back") {
  const scale = devicePixelRatio || 1, size = [Math.round(wide * scale), Math.round(high * scale)];
  part[layer] ??= make("canvas");
  for (const canvas of [part[layer], part.canvas]) {
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
  }
  part.canvas.style.height = `${high}px`;
  const context = part[layer].getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, wide, high);
  return context;
}
function fit(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  while (text.length > 3 && context.measureText(`${text}\u2026`).width > width) text = text.slice(0, -1);
  return `${text}\u2026`;
}
function dayAxis(context, left, wide, top, high) {
  context.textAlign = "left";
  context.fillStyle = SOFT;
  const x = (day) => left + (wide * day) / (LAST + 1);
  let free = 0;
  SIDES[0].days.forEach((date, day) => {
    const [number, month] = date.split(" ");
    if (number !== "1" && day) return;
    const text = day ? month.slice(0, 3) : `${number} ${month.slice(0, 3)}`;
    context.fillRect(x(day), top, 1, 4);
    if (x(day) < free || x(day) + context.measureText(text).width > left + wide) return;
    context.fillText(text, x(day) + 3, top + high / 2 + 3);
    free = x(day) + context.measureText(text).width + 10;
  });
}
function cursor({ canvas, back, left }, top, bottom) {
  if (!back) return;
  const context = canvas.getContext("2d"), scale = devicePixelRatio || 1;
  context.drawImage(back, 0, 0);
  const x = left + ((canvas.width - left) * (now.day + 0.5)) / (LAST + 1);
  context.fillStyle = "#fff";
  context.fillRect(x - 2 * scale, top, 4 * scale, canvas.height - bottom);
  context.fillStyle = "#2f6fb5";
  context.fillRect(x - scale, top, 2 * scale, canvas.height - bottom);
}
function moveCursors() {
  for (const strip of strips) cursor(strip, 0, AXIS * (devicePixelRatio || 1));
  for (const chart of charts) cursor(chart, 0, AXIS * (devicePixelRatio || 1));
}

// --- all courses ----------------------------------------------------------------------------------------------

const charts = [];
function buildCourses() {
  for (const side of SIDES) {
    const canvas = make("canvas", { role: "img" });
    $("courses").append(make("figure", {}, make("figcaption", {}, SIDES.length > 1 ? side.name : ""), canvas));
    const key = make("ul", { class: "key" });
    canvas.before(key);
    canvas.addEventListener("click", (event) => {
      const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left - 44) / (box.width - 44);
      if (x < 0) return;
      now.day = Math.min(LAST, Math.floor(x * (LAST + 1)));
      showDay();
    });
    charts.push({ side, canvas, key });
  }
}
const FONT = "'Segoe UI', system-ui, 'DejaVu Sans', sans-serif";
function drawCourses() {
  for (const chart of charts) {
    const { side, canvas } = chart, wide = canvas.parentNode.clientWidth, high = 250, left = 44, top = chartTop();
    const bottom = high - AXIS, x = (day) => left + ((wide - left) * (day + 0.5)) / (LAST + 1), y = (share) => bottom - (Math.min(share, top) / top) * (bottom - 8);
    const line = (context, values, last, colour, width, alpha) => {
      context.beginPath();
      for (let day = 0; day <= last; day++) {
        const value = values(day);
        if (day && day < last && value === values(day - 1) && value === values(day + 1)) continue;
        context.lineTo(x(day), y(value));
      }
      Object.assign(context, { strokeStyle: colour, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
      context.stroke();
      context.globalAlpha = 1;
    };
    if (chart.stale || chart.wide !== wide) drawShown(chart, wide, high, left, top, y, line);
    const context = backOf(chart, wide, high), bold = (values, last, colour) => {
      line(context, values, last, "#fff", 5, 0.9);
      line(context, values, last, colour, 2.5, 1);
      Object.assign(context, { font: `bold 12px ${FONT}`, fillStyle: colour, textBaseline: "middle" });
    };
    context.drawImage(chart.base, 0, 0, wide, high);
    bold((day) => shareOf(side, now.run, day), LAST, INK);
    context.textAlign = "right";
    halo(context, `history ${RUNS[now.run]}`, wide - 4, Math.max(12, y(shareOf(side, now.run, LAST)) - 10));
    if (side.record) {
      const { last, people } = side.record, room = context.measureText("the record").width + 5;
      bold((day) => people[day], last, RECORD);
      context.textAlign = "left";
      halo(context, "the record", Math.min(x(last) + 5, wide - room), Math.max(12, y(people[last]) - (x(last) + room > wide ? 12 : 0)));
    }
    canvas.setAttribute("aria-label", `People ${side.focal} holds in ${shown.length} histories, as a share of the first evening. History ${RUNS[now.run]} ends at ${Math.round(100 * shareOf(side, now.run, LAST))} %.`);
    chart.left = left * (devicePixelRatio || 1);
  }
  moveCursors();
}
let highest = 0;
function chartTop() {
  if (!highest) {
    for (const { side } of charts) highest = Math.max(highest, ...(side.record?.people ?? []), side.share.reduce((a, b) => Math.max(a, b), 1));
  }
  return Math.min(highest, 3);
}
// The axes and the thin lines of all histories shown, which stay while the chosen one changes.
function drawShown(chart, wide, high, left, top, y, line) {
  const { side } = chart, context = backOf(chart, wide, high, "base"), alpha = Math.min(0.8, Math.max(0.16, 14 / Math.max(shown.length, 1)));
  Object.assign(chart, { wide, stale: false });
  chart.key.replaceChildren(...(side.state?.classes ?? []).map(([name, colour], code) => {
    const count = shown.filter((run) => side.state.values[run] === code).length;
    return make("li", {}, swatch({ colour, marker: "s" }), `${name} in `, make("b", {}, count), ` of ${shown.length}`);
  }));
  Object.assign(context, { font: `12px ${FONT}`, textBaseline: "middle", textAlign: "right" });
  for (let share = 0; share <= top; share += top > 1.6 ? 0.5 : 0.25) {
    context.fillStyle = "#ececec";
    context.fillRect(left, y(share), wide - left, 1);
    context.fillStyle = SOFT;
    context.fillText(`${Math.round(100 * share)} %`, left - 6, y(share));
  }
  for (const run of shown) line(context, (day) => shareOf(side, run, day), LAST, side.state ? side.state.classes[side.state.values[run]][1] : FAINT, 1, alpha);
  dayAxis(context, left, wide - left, high - AXIS, AXIS);
}
function halo(context, text, x, y) {
  Object.assign(context, { strokeStyle: "#fff", lineWidth: 4, lineJoin: "round" });
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

// --- all histories --------------------------------------------------------------------------------------------

const gallery = new Map();
function buildGallery() {
  RUNS.forEach((name, run) => {
    const words = SIDES.map((side) => (side.state ? side.state.classes[side.state.values[run]] : ["", FAINT]));
    const option = make("div", { role: "option", tabindex: -1, "aria-selected": false });
    if (HAS_DAYS) SIDES.forEach((side) => option.append(rasterOfRun(side, run, Math.max(1, Math.ceil((LAST + 1) / 136)))));
    option.append(make("p", {}, `${name} `, ...words.map(([state, colour]) => make("span", {}, swatch({ colour, marker: "o" }), ` ${state}`))));
    option.setAttribute("aria-label", `History ${name}: ${words.map(([state], k) => `${SIDES.length > 1 ? `${SIDES[k].name} ` : ""}${state}`).join("; ")}`);
    option.addEventListener("click", () => chooseOption(run));
    gallery.set(run, option);
  });
  $("gallery").addEventListener("keydown", (event) => {
    const options = [...$("gallery").children].filter((option) => !option.hidden), place = options.indexOf(document.activeElement);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = event.key === "Home" ? options[0] : event.key === "End" ? options.at(-1) : by && options[place + by];
    if (!next) return;
    event.preventDefault();
    chooseOption([...gallery].find(([, option]) => option === next)[0]);
    next.focus();
  });
  orderGallery();
}
function chooseOption(run) {
  if (HAS_DAYS) return pickRun(run);
  gallery.forEach((option, each) => { option.setAttribute("aria-selected", each === run); option.tabIndex = each === run ? 0 : -1; });
}
function orderGallery() {
  const values = now.column.values, place = (run) => (Number.isFinite(values[run]) ? values[run] : Infinity);
  $("gallery").append(...[...gallery.keys()].sort((a, b) => place(a) - place(b) || a - b).map((run) => gallery.get(run)));
}
function showGallery() {
  const on = new Set(shown);
  gallery.forEach((option, run) => (option.hidden = !on.has(run)));
}

// --- begin ----------------------------------------------------------------------------------------------------

buildStates();
buildPresets();
buildMeasures();
buildGallery();
if (HAS_DAYS) {
  now.day = LAST; // the town to begin with is the one whose end is most open
  const open = SIDES[0].towns.map((_, k) => Math.abs(heldIn(SIDES[0], k) / RUNS.length - 0.5));
  now.town = open.indexOf(Math.min(...open));
  now.day = 0;
  buildStage();
  buildControls();
  buildStrips();
  buildCourses();
  let pause = null;
  addEventListener("resize", () => {
    clearTimeout(pause);
    pause = setTimeout(() => { layStrips(); showRun(); }, 80);
  });
}
brushed();
if (!HAS_DAYS && gallery.size) gallery.get(0).tabIndex = 0;
