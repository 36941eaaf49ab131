"""Who fought whom and how many died, by the record; no run reads it (ODD 4, observation)."""

import datetime

import pandas as pd

from sim.record.control import record_file

FAMILY = {  # words of record/clashes.csv: family of factions, or nothing where the source names none
    "islamic_front": "islamic_front",
    "fsa": "brigade",
    "srf": "brigade",
    "army_of_mujahideen": "brigade",
    "jabhat_al_nusra": "jihadist",
    "rebels_mixed": None,
}
MEMBERS = {  # words of record/clashes.csv: factions meant
    "islamic_front": ("ahrar_al_sham", "liwa_al_tawhid", "suqour_al_sham"),
    "fsa": ("fsa_smc_north",),
    "srf": ("syrian_revolutionaries_front",),
    "army_of_mujahideen": ("army_of_mujahideen",),
    "jabhat_al_nusra": ("jabhat_al_nusra",),
}
SIDES = {  # dyads of record/ucdp_weekly.csv: who fights the focal faction
    "isis_vs_rebels": "rebels",
    "isis_vs_ypg": "kurdish",
    "regime_vs_isis": "government",
}
NAMED = ("islamic_front", "brigade", "jihadist")  # what the "rebels" of UCDP are divided among


def record_clashes(scenario):
    """Hostile events between the focal faction and rebels that history dates, and whom each names.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared; a variant has its parent's record.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``day`` and one for each of `NAMED`: the part of the event that goes to it, evenly over the
        families that are named; all zero where the source says only "rebels".
    """
    table = _read(scenario, "clashes", "date")
    if table is None:
        return None
    rows = []
    for by, against in zip(table["by"], table["against"], strict=True):
        words = {FAMILY.get(word) for word in f"{by};{against}".split(";")} & set(NAMED)
        rows.append([1 / len(words) if name in words else 0.0 for name in NAMED])
    return pd.DataFrame(rows, columns=list(NAMED)).assign(day=table["day"])[["day", *NAMED]]


def record_pairs(scenario):
    """Who fought whom by the record, family by family.

    UCDP counts engagements of the focal faction with rebels as one; their part is divided here as the dated
    clashes that name a family. Of other wars the record says that they were, not how often they were fought.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``faction_a`` and ``faction_b`` (families), ``engagements`` (NaN where nobody counted), and
        attributes ``events`` and ``clashes``: how many are counted and how many name a family.
    """
    counts, clashes = _weeks(scenario), record_clashes(scenario)
    wars = _read(scenario, "wars")
    if counts is None or clashes is None or wars is None:
        return None
    parts = clashes[list(NAMED)].sum()
    with_whom = counts.groupby("against")["events"].sum()
    rows = [("isis", name, with_whom["rebels"] * parts[name] / parts.sum()) for name in NAMED]
    rows += [("isis", name, float(with_whom[name])) for name in with_whom.index if name != "rebels"]
    table = pd.DataFrame(
        [*rows, *((a, b, float("nan")) for a, b in zip(wars["faction_a"], wars["faction_b"], strict=True))],
        columns=["faction_a", "faction_b", "engagements"],
    )
    table.attrs.update(
        events=int(counts["events"].sum()),
        clashes=int((clashes[list(NAMED)].sum(axis=1) > 0).sum()),
        last=int(counts["day"].max()) + 6,
    )
    return table


def record_joined(scenario):
    """When each faction first fought the focal one by the record: the first dated clash that names it.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``faction`` and ``day``; factions that no dated clash names are left out. A clash that names
        the Islamic Front stands for its three large northern members.
    """
    table = _read(scenario, "clashes", "date")
    if table is None:
        return None
    first = {}
    for day, by, against in zip(table["day"], table["by"], table["against"], strict=True):
        for word in f"{by};{against}".split(";"):
            for name in MEMBERS.get(word, ()):
                first[name] = min(first.get(name, day), day)
    return pd.DataFrame(sorted(first.items()), columns=["faction", "day"])


def record_deaths(scenario):
    """Dead of the war between rebels and the focal faction so far, as two sources counted them.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``day``, ``source`` (SOHR: as reported at the time; UCDP: from its events, by week), the focal
        faction's id, ``rebels`` and ``civilians``; NaN where a report does not divide its total. Both are
        least numbers; dead whom nobody could place are in no column.
    """
    told, counts = _read(scenario, "fatalities_sohr", "as_of"), _weeks(scenario)
    if told is None or counts is None:
        return None
    told = told.assign(source="SOHR")
    columns = {"isis_deaths": "isis", "opponent_deaths": "rebels", "civilian_deaths": "civilians"}
    weeks = counts[counts["against"] == "rebels"].groupby("day")[list(columns)].sum()
    weeks = weeks.cumsum().rename(columns=columns).reset_index().assign(source="UCDP")
    weeks["day"] += 6  # a week's dead are counted on its last day
    columns = ["day", "source", "isis", "rebels", "civilians"]
    table = pd.concat([told[columns], weeks[columns]], ignore_index=True)
    return table.rename(columns={"isis": scenario.focal})


def _weeks(scenario):
    """UCDP's weeks that reach into the war, with the other side of each; None where there are none."""
    table = _read(scenario, "ucdp_weekly", "week_starting")
    if table is None:
        return None
    table = table[table["day"] + 6 >= 1].reset_index(drop=True)
    return table.assign(against=table["dyad"].map(SIDES))


def _read(scenario, name, dated=None):
    """A file of the record, with the days of its dates; None where there is none."""
    file = record_file(scenario, f"{name}.csv")
    if file is None:
        return None
    table = pd.read_csv(file)
    if dated:
        table["day"] = [scenario.day(datetime.date.fromisoformat(date)) for date in table[dated]]
    return table
