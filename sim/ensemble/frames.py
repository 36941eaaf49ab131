"""From what the kernels keep of a block of runs to the tables of an ensemble, as DataFrames."""

import numpy as np
import pandas as pd

from sim.core.ledger import DESERTED, FROM_IRAQ, JOINED, MELTED, RECRUITED, REINFORCED
from sim.core.measures import CONTESTED, DAILY, PRESENCE, SERIES, stored_type
from sim.core.outcomes import MEANINGS, classify, regrouping, shares
from sim.core.state import HOW_LOST, HOW_WON
from sim.core.static import REBEL, REGIME

# column of runs: (unit, meaning); classes under the other meanings of "held" carry _sole and _any
RUNS = {
    "run": ("", "number of the run; run k is the same whatever the number of runs"),
    "outcome": ("", "class by the towns it holds: collapse, resurgent, regrouped, unbroken, contained"),
    "outcome_sole": ("", "class by the towns where it is alone"),
    "outcome_any": ("", "class by the towns where it is present"),
    "trough_day": ("day", "day on which it held fewest people, 1 is 3 January 2014 in january_2014"),
    "trough_share": ("1", "people held then, as a share of the start"),
    "regroup_day": ("day", "first day of the spell that makes it regrouped or better; NaN if there is none"),
    "breathing_days": ("days", "days of rest between trough and regrouping (or the end)"),
    "end_towns": ("towns", "towns held at the end"),
    "end_people_share": ("1", "people held at the end, as a share of the start"),
    "end_men_share": ("1", "men at the end, as a share of the start"),
    "dead_isis": ("men", "dead of the focal faction in its war with rebels"),
    "dead_rebels": ("men", "dead of the rebels in that war"),
    "dead_civilians": ("persons", "dead civilians in that war"),
    "executed_isis": ("men", "of the focal faction's dead, killed as prisoners"),
    "executed_rebels": ("men", "of the rebels' dead, killed as prisoners"),
    "bombings": ("attacks", "suicide attacks of the focal faction"),
    **{f"lost_by_{how}": ("1", f"share of its losses of towns by {how}") for how in HOW_LOST[1:]},
    **{f"won_by_{how}": ("1", f"share of its gains of towns by {how}") for how in HOW_WON},
    "from_iraq": ("men", "men who came to it from Iraq"),
    "from_abroad": ("men", "foreign fighters who came to it"),
    "recruited": ("men", "men it recruited"),
    "deserted": ("men", "men who left it for home, out of hiding included"),
    "came_over": ("men", "men who came over to it from other factions"),
    "rebels_recruited": ("men", "men all rebel factions recruited"),
    "rebels_deserted": ("men", "men who left all rebel factions for home, out of hiding included"),
    "rebel_towns_to_regime": ("towns", "rebel towns that the regime took"),
}


def ids(codes, names):
    """A column of ids from their codes; all names are categories, in their fixed order."""
    return pd.Categorical.from_codes(codes, categories=list(names))


def evenings(run, day, first_run=0):
    """The first two columns of every table of days."""
    return {"run": (run + first_run).astype(np.int32), "day": day.astype(np.int16)}


def parts(counts):
    """Counts as shares of their row; NaN where a row is empty."""
    total = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)


def breathing_days(quiet, trough_day, regroup_day):
    """Days of rest from the day after the trough to the day before regrouping, or to the end."""
    day = np.arange(quiet.shape[1])
    until = np.where(np.isnan(regroup_day), quiet.shape[1], regroup_day)
    between = (day > trough_day[:, None]) & (day < until[:, None])
    return (between & (quiet > 0)).sum(axis=1)


def runs_frame(kept, static, thresholds, first_run):
    """One row a run, the columns of RUNS."""
    values = kept.series
    focal = int(static.focal)
    day, share, back = regrouping(shares(values["people"]), thresholds)
    runs = len(kept.series)
    frame = {"run": np.arange(first_run, first_run + runs, dtype=np.int32)}
    for suffix in MEANINGS.values():
        people, towns = values["people" + suffix], values["towns" + suffix]
        frame["outcome" + suffix] = classify(people, values["men"], towns, thresholds)
    frame |= {
        "trough_day": day.astype(np.int16),
        "trough_share": share,
        "regroup_day": back,
        "breathing_days": breathing_days(values["quiet"], day, back).astype(np.int16),
        "end_towns": values["towns"][:, -1].astype(np.int16),
        "end_people_share": shares(values["people"])[:, -1],
        "end_men_share": shares(values["men"])[:, -1],
    }
    for column, source in {
        "dead_isis": "dead_focal",
        "dead_rebels": "dead_rebels",
        "dead_civilians": "dead_civilians",
        "executed_isis": "executed_focal",
        "executed_rebels": "executed_rebels",
        "bombings": "bombings",
    }.items():
        frame[column] = values[source][:, -1].astype(np.int32)
    lost = parts(kept.lost_towns[:, focal, 1:].astype(float))
    won = parts(kept.won_towns[:, focal].astype(float))
    frame |= {f"lost_by_{how}": lost[:, k] for k, how in enumerate(HOW_LOST[1:])}
    frame |= {f"won_by_{how}": won[:, k] for k, how in enumerate(HOW_WON)}
    frame["from_iraq"] = kept.flows[:, focal, FROM_IRAQ].astype(np.int32)
    frame["from_abroad"] = kept.flows[:, focal, REINFORCED].astype(np.int32)
    rebels = static.kinds.side == REBEL
    gone = kept.flows[:, :, DESERTED] + kept.flows[:, :, MELTED]
    frame["recruited"] = kept.flows[:, focal, RECRUITED].astype(np.int32)
    frame["deserted"] = gone[:, focal].astype(np.int32)
    frame["came_over"] = kept.flows[:, focal, JOINED].astype(np.int32)
    frame["rebels_recruited"] = kept.flows[:, rebels, RECRUITED].sum(axis=1).astype(np.int32)
    frame["rebels_deserted"] = gone[:, rebels].sum(axis=1).astype(np.int32)
    frame["rebel_towns_to_regime"] = (
        kept.won_towns[:, static.kinds.side == REGIME].sum(axis=(1, 2)).astype(np.int32)
    )
    return pd.DataFrame(frame)[list(RUNS)]


def measured(table, measures):
    """Columns of a table of measures, each as it is stored."""
    return {name: table[name].ravel().astype(stored_type(of)) for name, of in measures.items()}


def focal_frame(kept, first_run):
    """Run, day and the measures of SERIES of the focal faction."""
    run, day = np.indices(kept.series.shape).reshape(2, -1)
    return pd.DataFrame(evenings(run, day, first_run) | measured(kept.series, SERIES))


def daily_frame(kept, scenario, first_run):
    """Run, day, faction and the measures of DAILY."""
    run, day, faction = np.indices(kept.daily.shape).reshape(3, -1)
    frame = evenings(run, day, first_run) | {"faction": ids(faction, scenario.faction_ids)}
    return pd.DataFrame(frame | measured(kept.daily, DAILY))


def changed(*tables):
    """(run, day, place) where any of the tables differs from the day before, day 0 included."""
    new = np.zeros(tables[0].shape, bool)
    new[:, 0] = True
    for table in tables:
        new[:, 1:] |= table[:, 1:] != table[:, :-1]
    return np.nonzero(new)


def control_frame(kept, scenario, first_run):
    """Run, day, town, holder, isis: one row where either changed, and all of day 0."""
    run, day, town = changed(kept.holder, kept.presence)
    code, factions = kept.holder[run, day, town].astype(np.int16), len(scenario.faction_ids)
    code = np.where(code >= 0, code, np.where(code == CONTESTED, factions + 1, factions))
    columns = {
        "town": ids(town, scenario.town_ids),
        "holder": ids(code, (*scenario.faction_ids, "none", "contested")),
        "isis": ids(kept.presence[run, day, town], PRESENCE),
    }
    return pd.DataFrame(evenings(run, day, first_run) | columns)


def alignment_frame(kept, scenario, first_run):
    """Run, day, province, faction, at_war with the focal faction: changes, and all that is true on day 0."""
    bits = (kept.alignment[:, :, :, None] >> np.arange(len(scenario.faction_ids))) & 1
    run, day, province, faction = changed(bits)
    at_war = bits[run, day, province, faction].astype(bool)
    columns = {
        "province": ids(province, scenario.provinces),
        "faction": ids(faction, scenario.faction_ids),
        "at_war": at_war,
    }
    frame = pd.DataFrame(evenings(run, day, first_run) | columns)
    return frame[at_war | (day > 0)].reset_index(drop=True)


def engagements_frame(kept, scenario, static, first_run, first_day):
    """Run, day, town, province, faction_a, faction_b: one row for each pair that fought there that day."""
    used = np.arange(kept.fights.shape[1]) < kept.fights_used[:, None]
    run, row = np.nonzero(used)
    day, town, one, bits = kept.fights[run, row].T
    later, pair = np.nonzero((bits[:, None] >> np.arange(len(scenario.faction_ids))) & 1)
    run, day, town, one = run[later], day[later], town[later], one[later]
    columns = {
        "town": ids(town, scenario.town_ids),
        "province": ids(static.places.province[town], scenario.provinces),
        "faction_a": ids(one, scenario.faction_ids),
        "faction_b": ids(one + 1 + pair, scenario.faction_ids),
    }
    return pd.DataFrame(evenings(run, day - first_day, first_run) | columns)


def tables_of(kept, scenario, static, thresholds, detail, first_run, first_day):
    """All tables of one block of runs, by name, as far as the detail goes."""
    tables = {"runs": runs_frame(kept, static, thresholds, first_run)}
    if detail != "summary":
        tables["focal"] = focal_frame(kept, first_run)
        tables["daily"] = daily_frame(kept, scenario, first_run)
        tables["control"] = control_frame(kept, scenario, first_run)
        tables["alignment"] = alignment_frame(kept, scenario, first_run)
    if detail == "full":
        tables["engagements"] = engagements_frame(kept, scenario, static, first_run, first_day)
    return tables
