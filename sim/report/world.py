"""What a view shows of a stepped world: the stage once, and a frame for each evening, as plain values.

The stage is what never changes: map, names, looks. A frame is one evening: who holds what, who fights where,
columns on the road, the courses so far and what happened in words.
"""

import math

import numpy as np

from sim._util.tables import say_date
from sim.core.outcomes import STATES, passages
from sim.params import Params
from sim.plots import columns, palette, town_dots
from sim.record import record_of
from sim.report import ground, today

LEAST_MEN = 5  # columns of fewer are not drawn
DAYS_TOLD = 7  # of a town's ledger
MEASURES = ("people", "men", "towns")  # of the focal faction: what states are judged by


def stage(scenario, days):
    """What stays the same on all evenings.

    >>> from sim.scenario import load_scenario
    >>> stage(load_scenario(), 271)["towns"][0]["name"]
    'Afrin'
    """
    looks, holders = ground.holder_looks(scenario)
    table = palette.looks(scenario)
    return {
        "title": scenario.title,
        "ids": list(scenario.town_ids),
        "days": days,
        "dates": [say_date(scenario.date(day)) for day in range(days + 1)],
        "focal": table[scenario.focal].label,
        "looks": [ground.plain_look(look) for look in looks],
        "holders": holders,
        "record": _record(scenario, days),
        **ground.ground(scenario),
    }


def _record(scenario, days):
    """People that the focal faction held in the record, by day, as a share; None without a record."""
    record = record_of(scenario)
    if record is None:
        return None
    last = min(int(record.spells["to"].max()), days)
    return [round(float(share), 4) for share in record.passages(Params(), last)[1][0]]


class Marches:
    """Where columns stand in the drawings of a scenario's map.

    >>> from sim.model import RebelConflict
    >>> model = RebelConflict(seed=1).run(1)
    >>> whole, part = Marches(model.scenario).tonight(model)
    >>> len(whole) > 0
    True
    """

    def __init__(self, scenario):
        self._drawings = ground.projections(scenario)
        self._way = columns.drawn_ways(scenario)
        _, holders = ground.holder_looks(scenario)
        self._holders = dict(zip(scenario.faction_ids, holders, strict=False))

    def tonight(self, model):
        """Columns for each drawing: place, turn in degrees, look, men, whether it withdraws, words."""
        found = [[] for _ in self._drawings]
        for name, leaves, behind, ahead, gone, men in columns.marching(model, LEAST_MEN):
            place, way = columns.on_the_way(self._way(behind, ahead), gone)
            label, look = self._holders[name]
            goal = model.towns[model.town_ids[ahead]].label
            words = f"{label}: {men:,} men on the road to {goal}{', withdrawing' if leaves else ''}"
            ends = np.array([place, place + 0.01 * way / max(np.hypot(*way), 1e-9)])
            for drawing, flat in zip(found, self._drawings, strict=True):
                (x, y), (x2, y2) = flat.place(ends)
                if 0 < x < flat.wide and 0 < y < flat.high:
                    turn = round(math.degrees(math.atan2(y2 - y, x2 - x)))
                    drawing.append([round(x, 1), round(y, 1), turn, look, men, int(leaves), words])
        return found


def frame(model, day, on_road=None):
    """One evening of a world; ``on_road``: what `Marches` said that evening, None where nobody looked."""
    scenario, towns = model.scenario, len(model.town_ids)
    row = {name: k for k, name in enumerate([*scenario.faction_ids, "none", "contested"])}
    table = model.datacollector.tables["towns"]
    return {
        "day": day,
        "last": model.day,
        "holders": [row[holder] for holder in today.holders_on(model, day)],
        "men": table["men"][day * towns : (day + 1) * towns],
        "fights": today.Day(model, day).fights(),
        "columns": on_road,
        "courses": courses(model),
        "headline": headline(model, day),
        "told": today.told(model, day),
    }


def courses(model):
    """Towns and men of each look on every evening so far, and people of the focal faction as a share."""
    scenario = model.scenario
    looks, holders = ground.holder_looks(scenario)
    table, factions = model.datacollector.tables["factions"], len(scenario.faction_ids)
    look = [holders[f][1] for f in range(factions)]
    found = {}
    for column in ("towns", "men"):
        values = np.array(table[column]).reshape(-1, factions)
        sums = np.zeros((len(looks), len(values)), int)
        np.add.at(sums, look, values.T)
        found[column] = {k: sums[k].tolist() for k in sorted(set(look))}
    people = np.array(model.history("factions", "people", model.focal.name))
    limits = model.params.outcomes
    return found | {
        "people": np.round(people / max(people[0], 1.0), 4).tolist(),
        "limits": [limits.trough, limits.regained_people],
    }


def headline(model, day):
    """How the focal faction stands on an evening, in three short sentences."""
    focal, until = model.focal, day + 1
    courses = {c: np.array([model.history("factions", c, focal.name)[:until]], float) for c in MEASURES}
    held, men, people = (courses[name][0] for name in ("towns", "men", "people"))
    share = people[-1] / max(people[0], 1.0)
    passed = passages(courses["people"], courses["men"], courses["towns"], model.params.outcomes)
    return [
        f"{palette.looks(model.scenario)[focal.name].label} holds {held[-1]:.0f} towns and {share:.0%} of "
        f"the people it began with, and has {men[-1]:,.0f} men.",
        _state(model, passed),
        "One possible course among many: not a forecast.",
    ]


def _state(model, passed):
    """What has become of the focal faction so far, by the declared thresholds."""
    state, limits = STATES[passed.state[0]], model.params.outcomes
    if state in ("unknown", "unbroken"):
        return f"Not broken: that would be {limits.trough:.0%} of its people for {limits.broken_days:g} days."
    first = {"broken": passed.broken_day, "back": passed.back_day, "beaten": passed.beaten_day}[state][0]
    since = say_date(model.scenario.date(int(first)))
    if state == "broken":
        need = f"{limits.regained_people:.0%} of its people for {limits.kept:g} days"
        return f"Broken, first on {since}; it is back once it holds {need} again."
    return f"{'Back' if state == 'back' else 'Beaten'}, first on {since}."


def card(model, name):
    """A town tonight: its holder, armed men and feelings by faction, and its latest days in words."""
    town = model.town(name)
    looks = palette.looks(model.scenario)
    rows = [
        [
            looks[f].label,
            town.local[f],
            town.mobile[f],
            round(town.support[f], 2),
            round(town.grievance[f], 2),
        ]
        for f in sorted(model.factions, key=lambda f: -town.fighters[f])
        if town.fighters[f] or town.support[f] >= 0.01
    ]
    lines = []
    if model.day > 0 and model.ledger.room > 0:
        told = model.explain(town=name, day=(max(1, model.day - DAYS_TOLD + 1), model.day)).lines
        lines = [today.shortened(model, line) for line in told]
    holder = looks[town.holder].label if town.holder else "nobody"
    recorded = _recorded(model, name)
    return {
        "id": name,
        "name": f"{town_dots.full_names(model.scenario)[town.row]} ({town.province})",
        "arabic": _arabic(model.scenario, town.row),
        "facts": f"{town.people:,.0f} people, {town.strength:,} armed men; held by {holder}"
        f"{', contested' if town.contested else ''}{f' (in the record: {recorded})' if recorded else ''}",
        "rows": rows,
        "days": min(DAYS_TOLD, model.day),
        "lines": lines,
    }


def _recorded(model, town):
    """Who held a town on this day in the record, as it is called there; empty where it does not say."""
    record = record_of(model.scenario)
    if record is None:
        return ""
    spells = record.spells[record.spells["town"] == town]
    found = spells[(spells["from"] <= model.day) & (spells["to"] >= model.day)]["holder"]
    if not len(found):
        return ""
    holder, looks = str(found.iloc[-1]), palette.looks(model.scenario)
    return looks[holder].label if holder in looks else holder.replace("_", " ")


def _arabic(scenario, row):
    """A town's name as it is written there; empty where the scenario does not say."""
    name = scenario.towns["name_ar"].iloc[row] if "name_ar" in scenario.towns else ""
    return name if isinstance(name, str) else ""
