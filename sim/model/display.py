"""How models, towns, factions and ensembles show themselves in a notebook: tables, lines, a small map."""

from html import escape

import numpy as np

from sim._util import tables
from sim._util.tables import interval_text, number, percent, say_date
from sim.core.outcomes import CLASSES, interval
from sim.core.static import FOCAL, KURDISH, REBEL, REGIME

COLOUR_OF_SIDE = {FOCAL: "#222222", REBEL: "#2a9d5c", REGIME: "#c0392b", KURDISH: "#e0a800"}
NO_COLOUR = "#bbbbbb"
LONGEST = 12  # rows of a table in a notebook


def table(head, rows):
    """An HTML table; more than LONGEST rows are cut, and it says so."""
    return tables.table(head, rows).html(LONGEST)


def sparkline(values, width=160, height=28):
    """A small line of values as SVG, from zero to their highest."""
    values = np.asarray(values, float)
    if len(values) < 2:
        return ""
    top = values.max() or 1.0
    xs = np.linspace(1, width - 1, len(values))
    ys = height - 1 - (height - 2) * values / top
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return (
        f"<svg width='{width}' height='{height}' role='img' style='vertical-align:middle'>"
        f"<polyline points='{points}' fill='none' stroke='#222222' stroke-width='1.5'/></svg>"
    )


def colour(model, faction_row):
    """Colour of a faction's side, grey for nobody."""
    return COLOUR_OF_SIDE[int(model.static.kinds["side"][faction_row])] if faction_row >= 0 else NO_COLOUR


def small_map(scenario, looks, width=360):
    """The towns of a scenario on their roads as SVG; ``looks``: of each town by id, its colour and text."""
    towns = scenario.towns
    where = dict(zip(towns["id"], zip(towns["longitude"], towns["latitude"], strict=True), strict=True))
    lon, lat = np.array(list(where.values()), float).T
    squeeze = np.cos(np.radians(lat.mean()))
    scale = (width - 12) / ((lon.max() - lon.min()) * squeeze)
    height = (lat.max() - lat.min()) * scale + 12

    def spot(name):
        x, y = where[name]
        return 6 + (x - lon.min()) * squeeze * scale, 6 + (lat.max() - y) * scale

    drawn = []
    for a, b in zip(scenario.roads["a"], scenario.roads["b"], strict=True):
        (x1, y1), (x2, y2) = spot(a), spot(b)
        drawn.append(f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='#dddddd'/>")
    for name, title in zip(towns["id"], towns["name"], strict=True):
        (x, y), (fill, text) = spot(name), looks[name]
        dot = f"cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{fill}' stroke='#888888' stroke-width='0.5'"
        drawn.append(f"<circle {dot}><title>{escape(f'{title}: {text}')}</title></circle>")
    return f"<svg width='{width}' height='{height:.0f}' role='img'>{''.join(drawn)}</svg>"


def model(world):
    """A model: where it stands, who holds what, the map, and the focal faction's towns so far."""
    strengths = world.strengths()
    rows = [
        (f.label, len(f.towns), int(strengths[f.row]), f.treasury)
        for f in sorted(world.factions.values(), key=lambda f: (-len(f.towns), f.name))
    ]
    focal = world.focal
    line = sparkline(world.history("factions", "towns", focal.name))
    when = f"{say_date(world.date)} (day {world.day} of {world.days})"
    holders = world.state.towns["holder"].tolist()
    looks = {
        town.name: (colour(world, holders[town.row]), town.holder or "nobody")
        for town in world.towns.values()
    }
    return (
        f"<h4>{escape(world.scenario.title)}, {when}</h4>"
        f"<div style='display:flex;gap:2em;align-items:flex-start'><div>{small_map(world.scenario, looks)}"
        f"<p>Towns of {escape(focal.label)}: {len(focal.towns)} {line}</p></div>"
        f"{table(('faction', 'towns', 'men', 'treasury, kUSD'), rows)}</div>"
    )


def agent(one):
    """A town, faction or sponsor."""
    return {"Town": town, "Faction": faction, "Sponsor": sponsor}[type(one).__name__](one)


def town(place):
    """A town: its holder and, of every faction known in it, men, support and grievance."""
    factions = place.model.factions
    rows = [
        (factions[f].label, place.local[f], place.mobile[f], place.support[f], place.grievance[f])
        for f in sorted(factions, key=lambda f: -place.fighters[f])
        if place.fighters[f] or place.support[f] >= 0.01
    ]
    line = sparkline(place.model.history("towns", "men", place.name))
    holder = factions[place.holder].label if place.holder else "nobody"
    return (
        f"<h4>{escape(place.title)} ({escape(place.province)}), day {place.model.day}</h4>"
        f"<p>{number(place.people)} people; held by {escape(holder)}"
        f"{', contested' if place.contested else ''}; armed men {number(place.strength)} {line}</p>"
        f"{table(('faction', 'local men', 'mobile men', 'support', 'grievance'), rows)}"
    )


def faction(force):
    """A faction: its towns and men over the days, and where they are now."""
    rows = [
        (t, force.local[t], force.mobile[t], t in force.towns)
        for t in sorted(force.fighters, key=lambda t: -force.fighters[t])
        if force.fighters[t] or t in force.towns
    ]
    history = force.model.history
    return (
        f"<h4>{escape(force.title)}, day {force.model.day}</h4>"
        f"<p>{len(force.towns)} towns {sparkline(history('factions', 'towns', force.name))} "
        f"{number(force.strength)} men {sparkline(history('factions', 'men', force.name))}, "
        f"{number(force.on_road)} of them on the road; treasury {number(force.treasury)} kUSD</p>"
        f"{table(('town', 'local men', 'mobile men', 'held'), rows)}"
    )


def sponsor(payer):
    """A sponsor: what it gives, and to whom."""
    rows = [(f, payer.weight[f], payer.open[f]) for f in payer.weight if payer.weight[f] > 0]
    return (
        f"<h4>{escape(payer.title)}, day {payer.model.day}</h4>"
        f"<p>{number(payer.budget)} kUSD a day, of which {number(payer.flow)} flows; "
        f"{number(payer.spent)} kUSD given so far</p>"
        f"{table(('faction', 'weight', 'channel open'), sorted(rows, key=lambda r: -r[1]))}"
    )


def ensemble(many):
    """An ensemble: outcomes with intervals and, where recorded, the focal faction's towns and map."""
    scenario, runs = many.scenario, many.runs
    points = "" if many.points is None else f"{number(len(many.points))} points, "
    where = f", where {escape(many.selection)}" if many.selection else ""
    title = (
        f"<h4>{escape(scenario.title)}</h4><p>{points}{number(len(runs))} runs of {many.days} days, "
        f"seed {many.seed}; detail {many.detail}{where}</p>"
    )
    if many.points is not None:
        return title + by_point(many.points, runs)
    counts = runs["outcome"].value_counts()
    rows = []
    for name in CLASSES:
        low, high = interval(int(counts.get(name, 0)), len(runs))
        rows.append((name, percent(counts.get(name, 0) / len(runs)), interval_text(low, high, "share")))
    classes = table(("outcome", "share of runs", "95 % interval (chance only)"), rows)
    if "control" not in many.tables:
        return title + classes
    towns = many.focal.groupby("day")["towns"].median()
    held = many.control_on(many.days)
    chance = (held["holder"] == scenario.focal).groupby(held["town"], observed=True).mean()
    looks = {name: (grey(share), percent(share, 0)) for name, share in chance.items()}
    whose, flex = escape(scenario.focal), "display:flex;gap:2em;align-items:flex-start"
    return (
        f"{title}<div style='{flex}'><div>{small_map(scenario, looks)}"
        f"<p>The darker, the likelier in the hands of {whose} at the end</p></div><div>{classes}"
        f"<p>Towns of {whose}, median: {towns.iloc[0]:g} to {towns.iloc[-1]:g} {sparkline(towns)}</p>"
        f"</div></div>"
    )


def grey(share):
    """From white, at a share of nothing, to nearly black."""
    return "#" + 3 * f"{round(255 - 221 * share):02x}"


def by_point(points, runs):
    """A design: its points, and how often each class came about at each."""
    shares = runs.groupby("point")["outcome"].value_counts(normalize=True).unstack(fill_value=0.0)
    rows = [
        (point, *row, *(percent(shares.loc[point].get(name, 0.0)) for name in CLASSES))
        for point, row in zip(points.index, points.itertuples(index=False), strict=True)
        if point in shares.index
    ]
    return table(("point", *map(str, points.columns), *CLASSES), rows)
