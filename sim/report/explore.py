"""The data of `explore.html`: what a result holds of each run, packed, and the map they are shown on.

A result keeps who held every town on every day, who fought where, and men by side; it does not keep where
columns stood on the road. The page shows what there is, and says so.
"""

import json

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sim._util.tables import say_date
from sim.analysis.pairing import CompareError, refuse
from sim.core.outcomes import STATES
from sim.ensemble.frames import RUNS
from sim.plots import frames, holder_maps, palette
from sim.plots.outcomes import ORDER
from sim.record import record_of
from sim.record.read import FAMILY
from sim.report import ground, numbers, packing

MOST_RUNS = 200  # runs that a page shows
MOST_BYTES = 2_800_000  # of data in a page; of results that need more, fewer runs are shown
MIXED = palette.Look("several rebels", "#b9d3c9", "-", "o", "mixed")  # a holder that only a record knows
SILENT = palette.Look("not recorded", "#ffffff", "-", "o", "silent")
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
    letter = ground.LETTER if len(named) == 1 else ground.LETTER_OF_SMALL
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
    looks, factions = ground.holder_looks(scenario)
    looks += [MIXED, SILENT]
    days = ensemble.days
    chosen = ensemble.runs[ensemble.runs["run"].isin(runs)].sort_values("run")
    data = {
        "name": name,
        "title": scenario.title,
        "focal": numbers.focal(ensemble),
        "all": len(ensemble.runs),
        "runs": [int(run) for run in runs],
        "days": [say_date(scenario.date(day)) for day in range(days + 1)],
        "looks": [ground.plain_look(look) for look in looks],
        "factions": factions,
        "own": scenario.faction_ids.index(scenario.focal),
        "measures": [
            _measure(ensemble, chosen, column) for column in RUNS if column in chosen and column != "run"
        ],
        **ground.ground(scenario, letter),
        "record": _record(ensemble, looks),
    }
    if ensemble.detail != "summary":
        data["control"] = _control(ensemble, runs)
        data["courses"] = _courses(ensemble, runs)
    if ensemble.detail == "full":
        data["fights"] = _fights(ensemble, runs)
    return data


def _chance():
    """Edges and colours of the chance maps."""
    return {
        "edges": list(palette.CHANCE_EDGES),
        "colours": [to_hex(colour) for colour in palette.CHANCE.colors],
    }


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
