// One stepped world, live: map, columns on the road, the day in words, courses, a town. It draws what the kernel
// says of an evening and asks it for more; all that is remembered is which evening is shown and whether it plays.
const WIDTH = 300, HEIGHT = 118, LEFT = 34, FOOT = 16, HEAD = 6;

// Builds the view in an element; ask(what, value) reaches the kernel. What it returns takes the kernel's answers.
function openView(host, style, ask) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const now = { stage: null, frame: null, views: [], playing: false, waiting: false, asked: 0, town: "", timer: null };
  const part = {};
  root.replaceChildren(make("style", {}, style), build());
  root.addEventListener("keydown", (event) => event.stopPropagation()); // a notebook has shortcuts of its own

  // --- what stands still --------------------------------------------------------------------------------

  function build() {
    part.play = make("button", { type: "button", class: "main", onclick: () => play(!now.playing), "aria-pressed": "false" }, "Play");
    part.step = make("button", { type: "button", onclick: () => { play(false); request("step"); } }, "Step");
    part.speed = make("select", { "aria-label": "Days a second" },
      ...[["1", "1 day a second"], ["3", "3 days a second"], ["20", "as fast as it goes"]].map(([value, words]) => make("option", { value }, words)));
    part.speed.value = "3";
    part.day = make("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Day shown, of those played" });
    part.day.addEventListener("input", () => { play(false); request("show", Number(part.day.value)); });
    part.date = make("output", { class: "date" });
    part.head = make("p", { class: "headline", "aria-live": "polite" });
    part.map = make("div", { class: "whole" });
    part.part = make("figure", { class: "part" });
    part.key = make("ul", { class: "key" });
    part.told = make("div", { class: "told" });
    part.card = make("section", { class: "card", "aria-label": "The town chosen" });
    part.town = make("select", { class: "town", "aria-label": "Town", onchange: () => ask("pick", part.town.value) });
    part.charts = make("div", { class: "charts" });
    part.tip = make("div", { class: "tip", hidden: true });
    return make("div", { class: "view" },
      make("div", { class: "controls", role: "group", "aria-label": "Days" }, part.play, part.step, part.speed, part.day, part.date),
      part.head,
      make("div", { class: "stage" },
        make("div", { class: "left" }, part.map, part.key, make("div", { class: "below" }, part.part, part.charts)),
        make("div", { class: "right" }, part.town, part.card, part.told)),
      part.tip);
  }

  function stage(text) {
    now.stage = JSON.parse(text);
    now.views = now.stage.views.map((view) => {
      const drawn = drawMap(view);
      drawn.marches = make("g", { class: "marches" });
      drawn.rings.before(drawn.marches);
      drawn.svg.addEventListener("click", (event) => {
        const town = event.target.dataset?.town;
        if (town !== undefined) ask("pick", now.stage.ids[town] === now.town ? "" : now.stage.ids[town]);
      });
      drawn.svg.addEventListener("pointermove", (event) => tip(event, wordsOf(event.target.dataset ?? {})));
      drawn.svg.addEventListener("pointerleave", () => tip(null));
      drawn.found.forEach(({ dot }, k) => (dot.dataset.id = now.stage.ids[k]));
      return drawn;
    });
    const named = now.stage.towns.map(({ name }, k) => [name, now.stage.ids[k]]).sort((a, b) => a[0].localeCompare(b[0], "en"));
    part.town.replaceChildren(make("option", { value: "" }, "Choose a town, here or on the map"), ...named.map(([name, value]) => make("option", { value }, name)));
    part.map.replaceChildren(now.views[0].svg);
    part.part.replaceChildren(...(now.views[1] ? [make("figcaption", {}, "The dashed part of the map, larger"), now.views[1].svg] : []));
    now.playing = false;
  }

  function wordsOf({ town, column }) {
    if (column !== undefined) return column;
    if (town === undefined) return null;
    const [name] = now.stage.holders[now.frame.holders[town]];
    return `${now.stage.towns[town].name}: ${name}, ${now.frame.men[town].toLocaleString("en")} armed men`;
  }
  function tip(event, words) {
    part.tip.hidden = !words;
    if (!words) return;
    part.tip.textContent = words;
    part.tip.style.left = `${Math.min(event.clientX + 14, innerWidth - 260)}px`;
    part.tip.style.top = `${event.clientY + 14}px`;
  }

  // --- time ---------------------------------------------------------------------------------------------

  function request(what, value) {
    now.waiting = true;
    now.asked = performance.now();
    ask(what, value);
  }
  // The next day: one played before, or a new one.
  function onward() {
    if (now.frame.day < now.frame.last) request("show", now.frame.day + 1);
    else if (now.frame.day < now.stage.days) request("step");
    else play(false);
  }
  function play(on) {
    clearTimeout(now.timer);
    now.playing = on;
    part.play.textContent = on ? "Pause" : "Play";
    part.play.setAttribute("aria-pressed", on);
    part.head.setAttribute("aria-live", on ? "off" : "polite");
    if (on && !now.waiting) onward();
  }

  // --- an evening ---------------------------------------------------------------------------------------

  function frame(text) {
    if (!now.stage) return;
    now.frame = JSON.parse(text);
    now.waiting = false;
    const { day, last, headline, told } = now.frame;
    part.day.max = last;
    part.day.value = day;
    part.day.disabled = last === 0;
    part.day.setAttribute("aria-valuetext", now.stage.dates[day]);
    part.date.replaceChildren(make("b", {}, now.stage.dates[day]), `, day ${day} of ${now.stage.days}`);
    part.play.disabled = part.step.disabled = last >= now.stage.days && day === last;
    part.head.replaceChildren(...headline.map((words, k) => make(k ? "span" : "b", {}, `${words} `)));
    part.told.replaceChildren(
      make("h3", {}, day === last ? "What happened today" : `What happened on ${now.stage.dates[day]}`),
      ...told.flatMap(([head, lines]) => [make("h4", {}, head), make("ul", {}, ...lines.map((line) => make("li", {}, line)))]));
    paint();
    drawKey();
    drawCharts();
    if (now.playing) now.timer = setTimeout(onward, Math.max(0, 1000 / Number(part.speed.value) - (performance.now() - now.asked)));
  }

  function paint() {
    const { holders, columns, fights } = now.frame;
    now.views.forEach(({ svg, rings, found, marches }, v) => {
      holders.forEach((holder, k) => {
        const [name, place] = now.stage.holders[holder], look = now.stage.looks[place], at = found[k];
        if (at.look !== look.marker) at.dot.setAttribute("d", outline((at.look = look.marker), at.r));
        if (at.colour !== look.colour) at.dot.setAttribute("fill", (at.colour = look.colour));
        at.dot.dataset.holder = name;
        at.dot.classList.toggle("chosen", now.stage.ids[k] === now.town);
      });
      rings.replaceChildren(...fights.map((k) => make("circle", { class: "fight", cx: found[k].x, cy: found[k].y, r: found[k].r + 3 })));
      marches.replaceChildren(...((columns ?? [])[v] ?? []).map(march));
      svg.setAttribute("aria-label", `Map of ${now.stage.dates[now.frame.day]}: who holds each town. Below it stands how many each holds.`);
    });
  }
  // An arrow the way the column goes, longer for more men; hollow where it withdraws.
  function march([x, y, turn, look, men, leaves, words]) {
    const long = 9 + 1.7 * Math.sqrt(men / 10), half = 2.4 + 0.13 * long, { colour } = now.stage.looks[look];
    return make("path", {
      class: "march", "data-column": words, transform: `translate(${x} ${y}) rotate(${turn})`,
      d: `M${long / 2} 0L${long / 2 - 2.2 * half} ${-half * 1.25}L${long / 2 - 2.2 * half} ${-half * 0.5}L${-long / 2} ${-half * 0.3}L${-long / 2} ${half * 0.3}L${long / 2 - 2.2 * half} ${half * 0.5}L${long / 2 - 2.2 * half} ${half * 1.25}Z`,
      fill: leaves ? "#fff" : colour, stroke: leaves ? colour : "#fff", "stroke-width": leaves ? 1.4 : 0.8,
    });
  }
  function drawKey() {
    const counts = new Map();
    for (const holder of now.frame.holders) {
      const look = now.stage.holders[holder][1];
      counts.set(look, (counts.get(look) ?? 0) + 1);
    }
    const items = now.stage.looks.map((look, k) => [look, counts.get(k)]).filter(([, count]) => count)
      .map(([look, count]) => make("li", { "data-look": look.label }, swatch(look), `${look.label} `, make("b", {}, count)));
    const ring = make("svg", { class: "swatch", viewBox: "-8 -8 16 16", "aria-hidden": "true" }, make("circle", { r: 6, fill: "none", stroke: RECORD, "stroke-width": 2.2 }));
    items.push(make("li", {}, ring, "fighting ", make("b", {}, now.frame.fights.length)));
    const arrow = make("svg", { class: "swatch wide", viewBox: "-12 -6 24 12", "aria-hidden": "true" }, make("path", { d: "M11 0L2 -5L2 -2L-11 -1L-11 1L2 2L2 5Z", fill: SOFT }));
    items.push(now.frame.columns
      ? make("li", {}, arrow, "column on the road, longer for more men; hollow: withdraws")
      : make("li", { class: "note" }, "columns are known only of evenings on which this view looked"));
    part.key.replaceChildren(...items);
  }

  // --- courses ------------------------------------------------------------------------------------------

  function drawCharts() {
    const { courses } = now.frame, looks = now.stage.looks;
    const people = [{ values: courses.people.map((share) => 100 * share), colour: INK }], record = now.stage.record;
    if (record) people.push({ values: record.slice(0, now.frame.last + 1).map((share) => 100 * share), colour: RECORD, name: "the record", dashed: true });
    const limits = courses.limits.map((share, k) => [100 * share, k ? "back" : "broken"]);
    const lines = (course) => Object.entries(course).map(([k, values]) => ({ values, colour: looks[k].colour, name: looks[k].label }));
    part.charts.replaceChildren(
      chart(`${now.stage.focal}: people it holds, % of the first evening${record ? " (dashed: the record)" : ""}`, people, limits),
      chart("Towns held, by holder", lines(courses.towns), []),
      chart("Fighters, by faction", lines(courses.men), []));
  }
  function chart(title, lines, limits) {
    const last = Math.max(10, now.frame.last), top = Math.max(1, ...lines.map(({ values }) => Math.max(...values)), ...limits.map(([value]) => value)) * 1.04;
    const x = (day) => LEFT + ((WIDTH - LEFT - 4) * day) / last, y = (value) => HEAD + (HEIGHT - FOOT - HEAD) * (1 - value / top);
    const unit = [1, 2, 5, 10, 20, 50, 100, 1000, 2000, 5000, 10000, 20000, 50000, 100000].find((step) => top / step <= 4) ?? top;
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}, to ${now.stage.dates[now.frame.last]}` });
    for (let value = 0; value <= top; value += unit) {
      svg.append(make("line", { class: "grid", x1: LEFT, x2: WIDTH - 4, y1: y(value), y2: y(value) }),
        make("text", { x: LEFT - 4, y: y(value) + 3.5, "text-anchor": "end" }, value >= 10000 ? `${value / 1000}k` : value.toLocaleString("en")));
    }
    for (const [value, words] of limits) {
      svg.append(make("line", { class: "limit", x1: LEFT, x2: WIDTH - 4, y1: y(value), y2: y(value) }),
        make("text", { class: "limit", x: WIDTH - 6, y: y(value) - 3, "text-anchor": "end" }, words));
    }
    svg.append(make("line", { class: "cursor", x1: x(now.frame.day), x2: x(now.frame.day), y1: HEAD, y2: HEIGHT - FOOT }));
    for (const { values, colour, name, dashed } of lines) {
      const line = make("path", { class: dashed ? "course record" : "course", stroke: colour, d: `M${values.map((value, day) => `${x(day).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}` });
      const value = values[now.frame.day];
      if (name) line.dataset.column = `${name}: ${value === undefined ? "no longer recorded" : Math.round(value).toLocaleString("en")}`;
      svg.append(line);
      if (value !== undefined) svg.append(make("circle", { cx: x(now.frame.day), cy: y(value), r: 2.2, fill: colour }));
    }
    svg.append(make("text", { x: LEFT, y: HEIGHT - 3 }, "day 0"), make("text", { x: WIDTH - 4, y: HEIGHT - 3, "text-anchor": "end" }, `day ${last}`));
    svg.addEventListener("pointermove", (event) => tip(event, event.target.dataset.column));
    svg.addEventListener("pointerleave", () => tip(null));
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect(), day = Math.round((((event.clientX - box.left) / box.width) * WIDTH - LEFT) / ((WIDTH - LEFT - 4) / last));
      if (day >= 0 && day <= now.frame.last) { play(false); request("show", day); }
    });
    return make("figure", {}, make("figcaption", {}, title), svg);
  }

  // --- a town -------------------------------------------------------------------------------------------

  function card(text) {
    const town = text ? JSON.parse(text) : null;
    part.town.value = now.town = town?.id ?? "";
    if (now.frame) paint();
    part.card.hidden = !town;
    if (!town) return;
    const head = ["faction", "local", "mobile", "support", "grievance"];
    part.card.replaceChildren(
      make("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => ask("pick", "") }, "\u00d7"),
      make("h3", {}, town.name, ...(town.arabic ? [" ", make("span", { lang: "ar", dir: "rtl" }, town.arabic)] : [])),
      make("p", { class: "facts" }, town.facts),
      make("table", {},
        make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))),
        make("tbody", {}, ...town.rows.map(([name, ...values]) => make("tr", {}, make("th", { scope: "row" }, name), ...values.map((value) => make("td", {}, value.toLocaleString("en"))))))),
      ...(town.lines.length ? [make("details", { open: true }, make("summary", {}, `Its last ${town.days} days, from the ledger`), make("ul", {}, ...town.lines.map((line) => make("li", {}, line))))] : []));
  }

  return { stage, frame, card };
}
