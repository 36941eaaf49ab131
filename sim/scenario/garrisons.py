"""Initial garrisons: strengths allocated to towns by one rule (ODD 5).

No count of garrisons survives. A faction's men go to the towns where it is reported, in proportion to
``r b sqrt(people / 10,000)``: r for its role in the town, b for a base. The rule draws nothing at random;
forecasts draw other strengths and allocate again. ``infighting garrisons january_2014`` writes the file.
"""

import csv
import io
import math

import pandas as pd

from sim.scenario.schema import LATENT, MIXED

FOCAL_ROLE = {"sole": 3.0, "shared": 1.0, "unknown": 0.25, "none": 0.0}  # r of the focal faction
FOCAL_CONTROLS = 2.0  # r where it controls a town that it shares
CONTROLS, PRESENT = 2.0, 1.0  # r of the others
AT_BASE = 2.0  # b at a listed base
FEWEST, MOST = 5_000, 250_000  # people, clipped
LATENT_PER_PERSON = 0.001  # local men in waiting where the focal faction holds a town alone
COLUMNS = ("town", "faction", "local", "mobile", "latent", "source")


def allocate(tables, focal, strengths=None, fixed_detachments=()):
    """Allocate every faction's men to towns.

    Parameters
    ----------
    tables : dict of DataFrame
        ``towns``, ``factions``, ``control`` and ``groups`` of a scenario.
    focal : str
        The faction whose role each row of ``control`` gives.
    strengths : dict of str to int, optional
        Men of some factions, instead of the column ``men``.
    fixed_detachments : sequence of dict
        ``faction``, ``province``, ``men``: men placed there, beside the faction's strength.

    Returns
    -------
    DataFrame
        One row per town, faction and latent cell, with the columns of ``garrisons.csv``.
    """
    factions = tables["factions"].sort_values("id")
    men = dict(zip(factions["id"], factions["men"], strict=True)) | (strengths or {})
    share = dict(zip(factions["id"], factions["mobile"], strict=True))
    province = dict(zip(tables["towns"]["id"], tables["towns"]["province"], strict=True))
    weights = all_weights(tables, focal)
    allocated = {}
    for faction in factions["id"]:
        own = weights[faction]
        elsewhere = {a["province"] for a in fixed_detachments if a["faction"] == faction}
        pots = [({t: w for t, w in own.items() if province[t] not in elsewhere}, men[faction])]
        pots += [
            ({t: w for t, w in own.items() if province[t] == a["province"]}, a["men"])
            for a in fixed_detachments
            if a["faction"] == faction
        ]
        for part, number in pots:
            for town, number_here in largest_remainder(part, number).items():
                allocated[town, faction] = (number_here, part[town])
    rows = [
        row(town, faction, count, share[faction], f"dealt by weight {weight:.2f}")
        for (town, faction), (count, weight) in allocated.items()
        if count > 0
    ]
    table = pd.DataFrame(rows + latent_cells(tables, focal), columns=list(COLUMNS))
    return table.sort_values(["town", "faction", "latent"], ignore_index=True)


def row(town, faction, men, mobile, source):
    """One row of the table: men of a faction in a town, the mobile share rounded to whole men."""
    sent = math.floor(men * mobile + 0.5)
    return (town, faction, men - sent, sent, 0, source)


def largest_remainder(weights, number):
    """Whole shares of ``number`` in proportion to the weights; leftovers by remainder, ties by id.

    Examples
    --------
    >>> largest_remainder({"a": 1.0, "b": 1.0, "c": 1.0}, 4)
    {'a': 2, 'b': 1, 'c': 1}
    """
    total = math.fsum(weights.values())
    if total <= 0.0:
        return {}
    exact = {key: number * weights[key] / total for key in sorted(weights)}
    whole = {key: math.floor(value) for key, value in exact.items()}
    left = int(number) - sum(whole.values())
    for key in sorted(exact, key=lambda k: (whole[k] - exact[k], k))[:left]:
        whole[key] += 1
    return whole


def members(tables):
    """Factions that a token of ``control.csv`` stands for, by (token, province)."""
    found = {}
    for token, province, faction in tables["groups"][["group", "province", "faction"]].itertuples(
        index=False
    ):
        found.setdefault((token, province), set()).add(faction)
    return found


def named(tokens, province, groups):
    """Faction ids that some tokens stand for in a province."""
    ids = set()
    for token in tokens:
        ids |= groups.get((token, province), {token})
    return ids


def all_weights(tables, focal):
    """Weight of every town for every faction: ``{faction: {town: weight}}``."""
    factions, groups = tables["factions"], members(tables)
    rebels = set(factions.loc[factions["side"] == "rebel", "id"])
    bases = {f: set(b) for f, b in zip(factions["id"], factions["bases"], strict=True)}
    size = {}
    weights = {f: {} for f in sorted(factions["id"])}
    towns = tables["towns"].set_index("id")
    for place in tables["control"].itertuples(index=False):
        province = towns.at[place.town, "province"]
        size[place.town] = math.sqrt(min(max(float(towns.at[place.town, "people"]), FEWEST), MOST) / 10_000.0)
        present = named(place.contenders, province, groups) - {focal}
        holders = present & rebels if place.holder == MIXED else named([place.holder], province, groups)
        for faction in sorted(present):
            role = CONTROLS if faction in holders else PRESENT
            base = AT_BASE if place.town in bases[faction] else 1.0
            weights[faction][place.town] = role * base * size[place.town]
        role = FOCAL_ROLE[place.focal_role]
        if place.focal_role == "shared" and focal in holders:
            role = FOCAL_CONTROLS
        base = AT_BASE if place.town in bases[focal] else 1.0
        if role > 0.0:
            weights[focal][place.town] = role * base * size[place.town]
    for faction, own in weights.items():
        if not own:  # no town's row names it: it sits in its bases
            own.update(
                {town: PRESENT * AT_BASE * size[town] for town in sorted(bases[faction]) if town in size}
            )
    return weights


def latent_cells(tables, focal):
    """Local men in waiting where the focal faction holds a town alone: they fight once there is war."""
    groups, towns, cells = members(tables), tables["towns"].set_index("id"), []
    for place in tables["control"].itertuples(index=False):
        if place.holder != focal or place.focal_role != "sole":
            continue
        for faction in sorted(groups.get((LATENT, towns.at[place.town, "province"]), ()))[:1]:
            men = max(1, math.floor(float(towns.at[place.town, "people"]) * LATENT_PER_PERSON + 0.5))
            cells.append((place.town, faction, men, 0, 1, "latent: one local man per thousand people"))
    return cells


def holders(tables, garrisons):
    """Holder of each town, ``{town: id or ''}``; a group or ``mixed`` is its strongest rebel there."""
    factions, groups = tables["factions"], members(tables)
    rebels = set(factions.loc[factions["side"] == "rebel", "id"])
    province = dict(zip(tables["towns"]["id"], tables["towns"]["province"], strict=True))
    open_men = garrisons[garrisons["latent"] == 0]
    strength = {}
    for town, faction, local, mobile in open_men[["town", "faction", "local", "mobile"]].itertuples(
        index=False
    ):
        strength.setdefault(town, {})[faction] = local + mobile
    held = {}
    for place in tables["control"].itertuples(index=False):
        able = rebels if place.holder == MIXED else named([place.holder], province[place.town], groups)
        there = {f: n for f, n in strength.get(place.town, {}).items() if f in able}
        if place.holder in set(factions["id"]):
            held[place.town] = place.holder
        else:
            held[place.town] = min(there, key=lambda f: (-there[f], f)) if place.holder and there else ""
    return held


def as_csv(table):
    """Write the text of ``garrisons.csv``: the same bytes whenever the same men are allocated."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(table[list(COLUMNS)].itertuples(index=False))
    return text.getvalue()
