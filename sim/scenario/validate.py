"""What no single cell can show: checks between rows and between tables.

Every check takes the checked tables, ``{table: [(values, row)]}``, and yields sentences.
"""

import datetime
import itertools
import math
from typing import NamedTuple

from sim.scenario.cells import hint
from sim.scenario.schema import EVENT_RULES, LATENT, MIXED, MOST_FACTIONS, NOT_FACTIONS, RESERVED

ROUNDING = 0.011  # of a published ideology against its three scores
EARLIEST = 400  # days before the start from which older causes may be dated
EARTH = 6371.0  # km, mean radius
TOLERANCE = 0.99  # of the crow's flight: coordinates are rounded
MEN_A_TOWN = 50  # a faction with fewer may by rounding have no man in a town it shares


class Head(NamedTuple):
    """What the checks need to know from scenario.yaml."""

    name: str
    focal: str
    starts: datetime.date
    days: int
    fixed_detachments: tuple


def across(tables, head, totals):
    """Yield every problem between rows and tables; ``totals`` if garrisons must add up to strengths."""
    yield from ids_are_free(tables)
    yield from factions_hold(tables["factions"], head.focal)
    yield from towns_are_places(tables["towns"])
    yield from roads_connect(tables["roads"], tables["towns"])
    yield from roads_are_long_enough(tables["roads"], tables["towns"])
    yield from pairs_differ(tables["relations"])
    yield from control_is_whole(tables)
    yield from events_name_somebody(tables, head)
    if totals and "garrisons" in tables:
        yield from garrisons_add_up(tables, head)
        yield from roles_have_men(tables, head)


def ids_are_free(tables):
    """No faction or group has a name that means something else in the table of control."""
    groups = {values["group"] for values, _ in tables["groups"]}
    for values, row in tables["factions"]:
        if values["id"] in (*RESERVED, *NOT_FACTIONS):
            yield f"{row.place('id')}: {values['id']!r} is a reserved word; expected another id"
        elif values["id"] in groups:
            yield f"{row.place('id')}: {values['id']!r} is also the name of a group; expected another id"
    for values, row in tables["groups"]:
        if values["group"] in RESERVED and values["group"] != LATENT:
            yield f"{row.place('group')}: {values['group']!r} is a reserved word; expected another name"
    if len(tables["factions"]) > MOST_FACTIONS:
        file = tables["factions"][0][1].file
        yield f"{file}: there are {len(tables['factions'])} factions; expected at most {MOST_FACTIONS}"


def towns_are_places(towns):
    """Towns lie on land, and somebody lives in them."""
    for values, row in towns:
        if values["latitude"] == values["longitude"] == 0.0:
            yield f"{row.place('latitude')}: 0, 0 is in the sea off Africa; expected where the town lies"
    if not any(values["people"] for values, _ in towns):
        yield f"{towns[0][1].file}, column people: nobody lives in any town; expected people in some"


def crow_km(latitude, longitude, other_latitude, other_longitude):
    """Great-circle distance of two places in km, by the haversine.

    Examples
    --------
    >>> round(crow_km(36.2, 37.16, 35.93, 36.63), 1)  # Aleppo to Idlib
    56.3
    """
    p, q = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(other_longitude - longitude)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(turn / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def roads_are_long_enough(roads, towns):
    """No road is shorter than the crow flies; latitude and longitude stand in their own columns."""
    at = {values["id"]: (values["latitude"], values["longitude"]) for values, _ in towns}

    def short(turned):
        for values, row in roads:
            crow = crow_km(*at[values["a"]][::turned], *at[values["b"]][::turned])
            if values["km"] < TOLERANCE * crow:
                yield values, row, crow

    found = list(short(turned=1))
    if len(found) > 1 and not any(short(turned=-1)):
        yield (
            f"{towns[0][1].file}, columns latitude and longitude: {len(found)} roads are shorter than the "
            "crow flies, and none would be if the two were exchanged; expected them the other way round"
        )
        return
    for values, row, crow in found:
        yield (
            f"{row.place('km')}: {values['km']:g} km is shorter than the crow flies from {values['a']!r} to "
            f"{values['b']!r}; expected at least {crow:.1f}, or other coordinates of one of them"
        )


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
    if not any(values["holder"] for values, _ in tables["control"]):
        yield f"{file}, column holder: nobody holds any town; expected a holder of some"
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
    seen = {}
    for values, row in tables["events"]:
        yield from said_twice(values, row, seen)
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
                yield f"{row.place('who')}: {name!r} is none of the {table}; {hint(name, ids)}"
        if not low <= values["amount"] <= high:
            yield (
                f"{row.place('amount')}: {values['amount']:g} is out of range; "
                f"expected {low:g} to {high:g} for {kind!r}"
            )
        if not first <= values["date"] <= last:
            yield f"{row.place('date')}: {values['date']} is out of range; expected {first} to {last}"


def said_twice(values, row, seen):
    """Problems of an event with itself or with rows above.

    Parameters
    ----------
    values, row
        The event.
    seen : dict
        Row of each effect so far; grows.
    """
    columns = (values["who"], values["whom"], values["province"])
    for name in sorted({*values["who"]} & {*values["whom"]}):
        yield f"{row.place('whom')}: {name!r} is also in who; expected two different factions"
    what = values["id"], values["date"], values["kind"], values["town"]
    for effect in itertools.product(*(names or ("",) for names in columns)):
        if (*what, *effect) in seen:
            names = ", ".join(filter(None, effect)) or values["town"] or values["kind"]
            yield (
                f"{row.place('who')}: {values['id']!r} says the same of {names} as row "
                f"{seen[(*what, *effect)]}; expected each effect once"
            )
            break
        seen[(*what, *effect)] = row.line


def garrisons_add_up(tables, head):
    """Garrisons hold the strength that the factions are said to have."""
    held = {}
    for values, _ in tables["garrisons"]:
        if not values["latent"]:
            held[values["faction"]] = held.get(values["faction"], 0) + values["local"] + values["mobile"]
    file = tables["garrisons"][0][1].file
    for values, _ in tables["factions"]:
        men = values["men"] + sum(a["men"] for a in head.fixed_detachments if a["faction"] == values["id"])
        if held.get(values["id"], 0) != men:
            yield (
                f"{file}, columns local and mobile: {values['id']!r} has {held.get(values['id'], 0)} men in "
                f"all; expected {men}, its strength (allocate anew: infighting garrisons {head.name})"
            )


def roles_have_men(tables, head):
    """What control says of the focal faction agrees with where its men are."""
    men = {}
    for values, _ in tables["garrisons"]:
        if values["faction"] == head.focal and not values["latent"]:
            men[values["town"]] = men.get(values["town"], 0) + values["local"] + values["mobile"]
    named = any(values["focal_role"] != "none" for values, _ in tables["control"])  # else it is in its bases
    many = sum(men.values()) >= MEN_A_TOWN * len(tables["control"])
    for values, row in tables["control"]:
        role, here, where = values["focal_role"], men.get(values["town"], 0), row.place("focal_role")
        if role == "none" and here and named:
            yield f"{where}: 'none', and {here} men of {head.focal!r} are there; expected another role"
        elif role in ("sole", "shared") and not here and many:
            yield f"{where}: {role!r}, and no man of {head.focal!r} is there; expected 'none' or men"
        elif role == "none" and values["holder"] == head.focal:
            yield f"{where}: 'none', and {head.focal!r} is the holder; expected another role or holder"
        elif role == "sole" and values["holder"] != head.focal:
            yield f"{where}: 'sole', and the holder is {values['holder']!r}; expected {head.focal!r}"
