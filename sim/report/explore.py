"""The data of `explore.html`: what a result holds of each run, packed, and the map they are shown on.

A result keeps who held every town on every day, who fought where, and men by side; it does not keep where
columns stood on the road. The page shows what there is, and says so.
"""

import json
import math

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sim._util.tables import say_date
from sim.analysis.pairing import CompareError, refuse
from sim.core.outcomes import STATES
from sim.ensemble.frames import RUNS
from sim.plots import basemap, frames, holder_maps, palette, town_dots
from sim.plots.outcomes import ORDER
from sim.record import record_of
from sim.record.read import FAMILY
from sim.report import numbers, packing

MOST_RUNS = 200  # runs that a page shows
MOST_BYTES = 2_800_000  # of data in a page; of results that need more, fewer runs are shown
WIDE, WIDE_PART = 760, 480  # width of a map and of a part of it, in its own units
DOT = 2.6  # scale of the dots of towns
LETTER, LETTER_OF_SMALL = 11, 13  # size of letters; on maps that are seen smaller
LABELS = 30  # towns that are named on a map, at most
PART, CROWD = 0.27, 10  # the part of the map drawn larger, if so many towns are in it
CLOSED = ("governorate", "lake")
MIXED = palette.Look("several rebels", "#b9d3c9", "-", "o", "mixed")  # a holder that only a record knows
SILENT = palette.Look("not recorded", "#ffffff", "-", "o", "silent")
# what is white in figures, on a page's strips
PALE = {palette.CONTESTED: "#f0b892", palette.NOBODY: "#e4e4e4"}
WORDS = {"regime": "government", "none": "none", "nobody": "none", "contested": "contested"}


def page_data(named):
    """What the page holds of one result, or of two that are set side by side.

    Parameters
    ----------
    named : dict of str to Ensemble
        One or two opened results, by the name they are shown under.

    Returns
    -------
    tuple of (str, int)
        JSON, safe within a ``script`` element; how many runs it holds.
    """
    runs = _shared_runs(named.values())[:MOST_RUNS]
    text = _data(named, runs)
    if len(text) > MOST_BYTES:  # of a horizon, or a map, much larger than those shipped
        runs = runs[: max(1, len(runs) * MOST_BYTES // len(text))]
        text = _data(named, runs)
    return text, len(runs)


def _data(named, runs):
    """The data of some runs as JSON."""
    reasons = unpaired(named)
    letter = LETTER if len(named) == 1 else LETTER_OF_SMALL
    results = [_result(name, ensemble, runs, letter) for name, ensemble in named.items()]
    text = json.dumps(
        {"results": results, "paired": not reasons, "chance": _chance()}, ensure_ascii=False, allow_nan=False
    )
    # nothing a scenario says can end the element it stands in
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _shared_runs(ensembles):
    """Numbers of the runs that all of some ensembles have."""
    runs = [np.unique(ensemble.runs["run"]) for ensemble in ensembles]
    shared = runs[0]
    for other in runs[1:]:
        shared = np.intersect1d(shared, other)
    return shared


def unpaired(named):
    """Why runs of one number do not share their luck; empty where they do, and of one result."""
    try:
        if len(named) > 1:
            refuse(named)
    except CompareError as error:
        return str(error).splitlines()
    return []


def _result(name, ensemble, runs, letter):
    """Everything about one result."""
    scenario = ensemble.scenario
    looks, factions = _looks(scenario)
    days = ensemble.days
    chosen = ensemble.runs[ensemble.runs["run"].isin(runs)].sort_values("run")
    data = {
        "name": name,
        "title": scenario.title,
        "focal": numbers.focal(ensemble),
        "all": len(ensemble.runs),
        "runs": [int(run) for run in runs],
        "days": [say_date(scenario.date(day)) for day in range(days + 1)],
        "looks": [_plain(look) for look in looks],
        "factions": factions,
        "own": scenario.faction_ids.index(scenario.focal),
        "measures": [
            _measure(ensemble, chosen, column) for column in RUNS if column in chosen and column != "run"
        ],
        **_map(scenario, letter),
        "record": _record(ensemble, looks),
    }
    if ensemble.detail != "summary":
        data["control"] = _control(ensemble, runs)
        data["courses"] = _courses(ensemble, runs)
    if ensemble.detail == "full":
        data["fights"] = _fights(ensemble, runs)
    return data


def _looks(scenario):
    """Looks of the families that may hold a town, in their order; and each holder's name and look."""
    table = palette.looks(scenario)
    names = [*scenario.faction_ids, "none", "contested"]
    found = {name: holder_maps.family_look(table[name]) for name in names}
    order = {
        look: k for k, look in enumerate([*palette.FAMILIES.values(), palette.CONTESTED, palette.NOBODY])
    }
    looks = sorted(set(found.values()), key=lambda look: (order.get(look, len(order) - 2), look.label))
    looks += [MIXED, SILENT]
    return looks, [[table[name].label, looks.index(found[name])] for name in names]


def _chance():
    """Edges and colours of the chance maps."""
    return {
        "edges": list(palette.CHANCE_EDGES),
        "colours": [to_hex(colour) for colour in palette.CHANCE.colors],
    }


def _plain(look):
    """A look as the page takes it."""
    return {"label": look.label, "colour": PALE.get(look, look.colour), "marker": look.marker}


def _measure(ensemble, chosen, column):
    """One column of the table of runs: numbers, or classes with their words and colours."""
    unit, meaning = RUNS[column]
    about = {
        "name": column,
        "unit": {"1": "share"}.get(unit, unit),
        "meaning": meaning.replace("NaN", "missing"),
    }
    values = chosen[column]
    if pd.api.types.is_numeric_dtype(values):
        return about | {"values": packing.base64_of(values.to_numpy(float))}
    looks = palette.STATES if column.startswith("state") else palette.CLASSES
    meanings = (
        _states(ensemble)
        if column.startswith("state")
        else numbers.meanings_of_classes(ensemble.params.outcomes)
    )
    order = [
        name for name in (STATES if column.startswith("state") else ORDER) if name in set(values.astype(str))
    ]
    order.sort(key=list(looks).index)
    codes = np.array([order.index(value) for value in values.astype(str)], np.uint8)
    classes = [[name, looks[name][0], meanings[name]] for name in order]
    return about | {"classes": classes, "values": packing.base64_of(codes)}


def _states(ensemble):
    """What each state means, in words, by the thresholds that were declared."""
    limits = ensemble.params.outcomes
    kept = f"{limits.kept:g} days"
    return {
        "unbroken": f"never down to {limits.trough:.0%} of its first people for {limits.broken_days:g} days",
        "broken": f"down to {limits.trough:.0%} for {limits.broken_days:g} days, and not back since",
        "back": f"broken, then back at {limits.regained_people:.0%} of its first people for {kept}",
        "beaten": f"at most {limits.collapse_towns:.0%} of its first towns and "
        f"{limits.collapse_men:.0%} of its first men for {kept}",
        "unknown": "too few days to tell",
    }


# --- the runs --------------------------------------------------------------------------------------------


def _places(table, runs):
    """Rows of a table that belong to some runs, and the place of each row's run among them."""
    run = table["run"].to_numpy()
    place = np.minimum(np.searchsorted(runs, run), len(runs) - 1)
    return runs[place] == run, place


def _control(ensemble, runs):
    """Who held what: the changes of each run, each at ``day * towns + town``, with the new holder."""
    table, scenario = ensemble.control, ensemble.scenario
    mine, place = _places(table, runs)
    towns = len(scenario.town_ids)
    holder = frames.codes(table["holder"], [*scenario.faction_ids, "none", "contested"])[mine]
    town = frames.codes(table["town"], scenario.town_ids)[mine]
    day, run = table["day"].to_numpy()[mine].astype(np.int64), place[mine]
    order = np.lexsort((day, town, run))
    run, day, town, holder = (each[order] for each in (run, day, town, holder))
    same = (np.diff(run, prepend=-1) == 0) & (np.diff(town, prepend=-1) == 0)
    new = ~(same & (np.diff(holder, prepend=-1) == 0))  # a row may tell of a change in presence alone
    run, key, holder = run[new], (day * towns + town)[new], holder[new]
    order = np.lexsort((key, run))
    packed = packing.rises(run[order], key[order], len(runs))
    return packed | {"holder": packing.base64_of(holder[order].astype(np.uint8))}


def _fights(ensemble, runs):
    """Where the focal faction fought: each day and town of each run, at ``day * towns + town``."""
    table, scenario = ensemble.engagements, ensemble.scenario
    mine, place = _places(table, runs)
    mine &= ((table["faction_a"] == scenario.focal) | (table["faction_b"] == scenario.focal)).to_numpy()
    town = frames.codes(table["town"], scenario.town_ids)[mine]
    key = table["day"].to_numpy()[mine].astype(np.int64) * len(scenario.town_ids) + town
    span = (ensemble.days + 1) * len(scenario.town_ids)
    run, key = np.divmod(np.unique(place[mine] * span + key), span)
    return packing.rises(run, key, len(runs))


def _courses(ensemble, runs):
    """People the focal faction held, and men and men on the road of it and of the rebels, by run and day."""
    who, numbers_of = numbers.focal(ensemble), np.unique(ensemble.focal["run"])
    rows = np.searchsorted(numbers_of, runs)
    found = [{"name": "people", "values": packing.courses(frames.pivot(ensemble.focal, "people")[rows])}]
    factions = ensemble.scenario.factions
    sides = {who: {ensemble.scenario.focal}, "rebels": set(factions.loc[factions["side"] == "rebel", "id"])}
    daily = frames.daily_of(ensemble, "men", "on_road")
    for side, members in sides.items():
        part = daily[daily["faction"].isin(members)]
        for column, words in {"men": "men", "on_road": "men on the road"}.items():
            total = part.groupby(["run", "day"])[column].sum().unstack().to_numpy()[rows]
            found.append({"name": f"{words}, {side}", "values": packing.courses(total)})
    return found


def _record(ensemble, looks):
    """What history left: holders by day and town, people, and the state it ends in; None without a record."""
    record, scenario = record_of(ensemble.scenario), ensemble.scenario
    if record is None:
        return None
    last = min(int(record.spells["to"].max()), ensemble.days)
    row = {town: k for k, town in enumerate(scenario.town_ids)}
    held = np.full((last + 1, len(row)), looks.index(SILENT), np.uint8)
    spells = record.spells.sort_values("from", kind="stable")
    for town, first, end, holder in zip(
        *(spells[name] for name in ("town", "from", "to", "holder")), strict=True
    ):
        held[max(first, 0) : max(end, -1) + 1, row[town]] = _look_of(str(holder), scenario, looks)
    passed, share = record.passages(ensemble.params, ensemble.days)
    return {
        "last": last,
        "holders": packing.base64_of(held),
        "focal": packing.base64_of(record.held_by()[:, : last + 1].T.astype(np.uint8)),
        "people": [round(float(each), 4) for each in share[0, : last + 1]],
        "state": STATES[passed.state[0]],
    }


def _look_of(word, scenario, looks):
    """The look of a holder as a record names it."""
    table, word = palette.looks(scenario), WORDS.get(word, word)
    if word in table:
        look = holder_maps.family_look(table[word])
    else:
        look = palette.FAMILIES.get(FAMILY.get(word, word) or "", MIXED)
    return looks.index(look) if look in looks else looks.index(MIXED)


# --- the map ---------------------------------------------------------------------------------------------


def _map(scenario, letter):
    """Towns, and the drawings they are shown on: the whole map and, where towns crowd, a part of it."""
    places = basemap.places(scenario)
    west, east, south, north = basemap.extent(scenario)
    views = [_view(scenario, (west, east, south, north), WIDE, letter)]
    size = PART * np.array([east - west, north - south])
    corners = np.clip(places - size / 2, [west, south], [east, north] - size)
    inside = ((places[None] >= corners[:, None]) & (places[None] <= corners[:, None] + size)).all(axis=2)
    if inside.sum(axis=1).max() >= CROWD:
        low = corners[inside.sum(axis=1).argmax()] - 0.1 * size
        high = low + 1.2 * size
        views.append(_view(scenario, (low[0], high[0], low[1], high[1]), WIDE_PART, LETTER_OF_SMALL))
        at = (np.array([[low[0], high[1]], [high[0], low[1]]]) - views[0]["corner"]) * views[0]["scale"]
        views[0]["box"] = [*at[0].round(1).tolist(), *(at[1] - at[0]).round(1).tolist()]
    for view in views:
        del view["corner"], view["scale"]
    names, provinces = town_dots.full_names(scenario), scenario.towns["province"].astype(str)
    return {
        "towns": [{"name": name, "province": where} for name, where in zip(names, provinces, strict=True)],
        "westward": np.argsort(places[:, 0], kind="stable").tolist(),
        "views": views,
    }


def _view(scenario, box, wide, letter):
    """Base map and towns within a box of degrees, in the units of a drawing, y downwards."""
    west, east, south, north = box
    middle = math.radians((south + north) / 2)
    per_degree = wide / (east - west)
    high = round((north - south) * per_degree / math.cos(middle))
    corner, scale = np.array([west, north]), np.array([per_degree, -high / (north - south)])
    people = town_dots.people(scenario)
    radii = np.sqrt(town_dots.dot_area(people, DOT) / math.pi)
    points = town_dots.move_apart((basemap.places(scenario) - corner) * scale, radii, 1.0)
    inside = ((points > 0) & (points < [wide, high])).all(axis=1)
    short = [town_dots.short_name(name) for name in scenario.towns["name"]]
    frame = np.array([0, 0, wide, high])
    boxes = town_dots.label_boxes(short, points, radii, np.where(inside, people, 0), LABELS, letter, frame)
    shapes = basemap.features(scenario)
    lines = {
        kind: [_path((line - corner) * scale, kind in CLOSED) for _, line in shapes.get(kind, [])]
        for kind in ("governorate", "lake", "river", "coast", "border")
    }
    roads, classes = basemap.road_lines(scenario)
    width = [basemap.ROAD_WIDTH.get(name, 0.7) * 1.3 for name in classes]
    return lines | {
        "corner": corner,
        "scale": scale,
        "wide": wide,
        "high": high,
        "letter": letter,
        "per_km": per_degree / (basemap.KM_PER_DEGREE * math.cos(middle)),
        "towns": np.column_stack([points, radii]).round(1).tolist(),
        "road": [[_path((line - corner) * scale, False), w] for line, w in zip(roads, width, strict=True)],
        "labels": [[name, *np.round([b[0], (b[1] + b[3]) / 2], 1).tolist()] for name, b in boxes.items()],
    }


def _path(points, closed):
    """A line as SVG draws it."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + ("Z" if closed else "")


def notes(named, shown):
    """What a reader must know of what the page holds and does not: runs, pairs, columns on the road."""
    most = max(len(ensemble.runs) for ensemble in named.values())
    details = {ensemble.detail for ensemble in named.values()}
    found = []
    if shown < most:
        found.append(f"{shown:,} of {most:,} runs are here, the first; every count on this page is of these.")
    if reasons := unpaired(named):
        found.append("Runs of one number do not share their luck here: " + "; ".join(reasons) + ".")
    if "summary" in details:
        found.append(
            "A result kept with detail=summary holds no days: there is no map, no strip and no course to "
            "show, only what became of each run. Runs kept with detail=full have all of it."
        )
    elif "daily" in details:
        found.append("Fights are kept with detail=full only, so that none are marked.")
    return found
