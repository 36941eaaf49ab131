"""What no single cell can show: checks between rows and between tables.

Every check takes the checked tables, ``{table: [(values, row)]}``, and yields sentences.
"""

import datetime
import math
from typing import NamedTuple

from sim.scenario.cells import suggest
from sim.scenario.garrisons import MIXED
from sim.scenario.schema import EVENT_RULES

ROUNDING = 0.011  # of a published ideology against its three scores
EARLIEST = 400  # days before the start from which older causes may be dated


class Head(NamedTuple):
    """What the checks need to know from scenario.yaml."""

    name: str
    focal: str
    starts: datetime.date
    days: int
    apart: tuple


def across(tables, head, totals):
    """Yield every problem between rows and tables; ``totals`` if garrisons must add up to strengths."""
    yield from factions_hold(tables["factions"], head.focal)
    yield from roads_connect(tables["roads"], tables["towns"])
    yield from pairs_differ(tables["relations"])
    yield from control_is_whole(tables)
    yield from events_name_somebody(tables, head)
    if totals and "garrisons" in tables:
        yield from garrisons_add_up(tables, head)


def factions_hold(factions, focal):
    """Strengths in order, ideology following from its scores, one focal faction, shares within one."""
    for values, row in factions:
        low, men, high = values["men_low"], values["men"], values["men_high"]
        if not low <= men <= high:
            yield f"{row.place('men')}: {men} is outside its own range; expected {low} to {high}"
        yield from ideology_follows(values, row)
    file = factions[0][1].file
    sides = [values["id"] for values, _ in factions if values["side"] == "focal"]
    if sides != [focal]:
        found = ", ".join(map(repr, sides)) or "nobody"
        yield f"{file}, column side: {found} is 'focal'; expected {focal!r} alone"
    for name in ("foreigners", "iraq"):
        total = math.fsum(values[name] for values, _ in factions)
        if total > 1.0 + 1e-9:
            yield f"{file}, column {name}: the shares add up to {total:g}; expected at most 1"


def ideology_follows(values, row):
    """Ideology is the mean of three scores, or blank where the faction is off the axis."""
    scores = [values[c] for c in ("frame", "polity", "territory")]
    if any(map(math.isnan, [*scores, values["ideology"]])):
        if values["side"] != "regime":
            yield (
                f"{row.place('ideology')}: it or one of its three scores is '' (empty); expected all four, "
                "blank only for the side 'regime'"
            )
        return
    follows = (math.fsum(scores) / 3.0 - 1.0) / 4.0
    if abs(follows - values["ideology"]) > ROUNDING:
        yield (
            f"{row.place('ideology')}: {values['ideology']:g} does not follow from the three scores; "
            f"expected {follows:.3f}"
        )


def roads_connect(roads, towns):
    """No road from a town to itself, and every town within reach of every other."""
    near = {values["id"]: set() for values, _ in towns}
    for values, row in roads:
        if values["a"] == values["b"]:
            yield f"{row.place('b')}: {values['b']!r} is where the road begins; expected another town"
        near[values["a"]].add(values["b"])
        near[values["b"]].add(values["a"])
    reached, front = set(), [min(near)]
    while front:
        town = front.pop()
        if town not in reached:
            reached.add(town)
            front += near[town]
    cut_off = sorted(set(near) - reached)
    if cut_off:
        shown = ", ".join(map(repr, cut_off[:5])) + (" and others" if len(cut_off) > 5 else "")
        yield (
            f"{roads[0][1].file}, columns a and b: no road leads from {min(near)!r} to {shown}; "
            "expected one connected network"
        )


def pairs_differ(relations):
    """Relations are between two factions."""
    for values, row in relations:
        if values["a"] == values["b"]:
            yield f"{row.place('b')}: {values['b']!r} is the faction itself; expected another one"


def control_is_whole(tables):
    """Every town has its row, and every group it names has members in its province."""
    province = {values["id"]: values["province"] for values, _ in tables["towns"]}
    known = {values["id"] for values, _ in tables["factions"]} | {"", MIXED}
    groups = {(values["group"], values["province"]) for values, _ in tables["groups"]}
    file = tables["control"][0][1].file
    for town in sorted(set(province) - {values["town"] for values, _ in tables["control"]}):
        yield f"{file}, column town: {town!r} has no row; expected one for every town"
    for values, row in tables["control"]:
        where = province[values["town"]]
        for column, tokens in (("contenders", values["contenders"]), ("holder", [values["holder"]])):
            for token in tokens:
                if token not in known and (token, where) not in groups:
                    yield (
                        f"{row.place(column)}: {token!r} has no members in {where}; "
                        "expected a row for it in the table of groups"
                    )


def events_name_somebody(tables, head):
    """Each kind of event names whom it needs, and has a sensible date and size."""
    first = head.starts - datetime.timedelta(days=EARLIEST)
    last = head.starts + datetime.timedelta(days=head.days - 1)
    for values, row in tables["events"]:
        kind = values["kind"]
        table, who, whom, town, low, high = EVENT_RULES[kind]
        for column, needed in (("who", who), ("whom", whom), ("town", town)):
            if needed and not values[column]:
                yield f"{row.place(column)}: '' names nobody; expected whom or what the {kind!r} concerns"
        if kind == "truce" and values["days"] < 1:
            yield f"{row.place('days')}: {values['days']} is out of range; expected at least 1 for 'truce'"
        ids = {v["id"] for v, _ in tables[table]}
        for name in values["who"]:
            if name not in ids:
                yield f"{row.place('who')}: {name!r} is none of the {table}; {suggest(name, ids)}"
        if not low <= values["amount"] <= high:
            yield (
                f"{row.place('amount')}: {values['amount']:g} is out of range; "
                f"expected {low:g} to {high:g} for {kind!r}"
            )
        if not first <= values["date"] <= last:
            yield f"{row.place('date')}: {values['date']} is out of range; expected {first} to {last}"


def garrisons_add_up(tables, head):
    """Garrisons hold the strength that the factions are said to have."""
    held = {}
    for values, _ in tables["garrisons"]:
        if not values["latent"]:
            held[values["faction"]] = held.get(values["faction"], 0) + values["local"] + values["mobile"]
    file = tables["garrisons"][0][1].file
    for values, _ in tables["factions"]:
        men = values["men"] + sum(a["men"] for a in head.apart if a["faction"] == values["id"])
        if held.get(values["id"], 0) != men:
            yield (
                f"{file}, columns local and mobile: {values['id']!r} has {held.get(values['id'], 0)} men in "
                f"all; expected {men}, its strength (deal anew: infighting garrisons {head.name})"
            )
