"""From what the kernels keep of a block of runs to the tables of an ensemble, as DataFrames."""

import numpy as np
import pandas as pd

from sim.core.ledger import ATTACKED, DESERTED, FROM_IRAQ, JOINED, MELTED, RECRUITED, REINFORCED
from sim.core.measures import CONTESTED, DAILY, PRESENCE, SERIES, stored_type
from sim.core.outcomes import MEANINGS, STATES, classify, counter_offensive, passages, regrouping, shares
from sim.core.state import CONQUEST, HOW_LOST, HOW_WON
from sim.core.static import REBEL, REGIME

AFTERMATH = 30  # days after a counter-offensive in which its retribution is counted
# column of runs: (unit, meaning); classes under the other meanings of "held" carry _sole and _any
RUNS = {
    "run": ("", "number of the run; run k is the same whatever the number of runs"),
    "outcome": ("", "class by the towns it holds: collapse, resurgent, regrouped, unbroken, contained"),
    "outcome_sole": ("", "class by the towns where it is alone"),
    "outcome_any": ("", "class by the towns where it is present"),
    "trough_day": ("day", "day on which it held fewest people, 1 is the first day"),
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
    "state": ("", "state at the end: unbroken, broken, back, beaten; unknown if the horizon is too short"),
    "state_by_ground": ("", "the same without the condition on men, as the record has to be judged"),
    "broken": ("share", "1 if it was ever broken, else 0; NaN if the horizon is too short to be"),
    "back": ("share", "of broken runs 1 if it came back, else 0; NaN of others and if days are too few"),
    "broken_day": ("day", "day on which it was first broken; NaN if never"),
    "back_day": ("day", "day from which it was first back; NaN if never"),
    "beaten_day": ("day", "day from which it was first beaten; NaN if never"),
    "dead": ("persons", "dead of both sides of its war with rebels, and civilians"),
    "broken_without_largest": ("share", "as broken, its largest town of the eve left out"),
    "back_without_largest": ("share", "as back, its largest town of the eve left out"),
    "trough_without_largest": ("1", "as trough_share, its largest town of the eve left out"),
    "end_without_largest": ("1", "as end_people_share, its largest town of the eve left out"),
    "initiative": ("1", "its share of all attacks by it and by rebels; NaN if there are none"),
    "conquests": ("towns", "its gains of towns that it did not hold on the eve, pledges apart"),
    "blow_day": ("day", "day of its counter-offensive: three towns or a tenth of its people won in a week"),
    "blow_towns": ("towns", "towns won net by then, in that week"),
    "blow_people": ("1", "people won net by then, as a share of the start"),
    "retribution_rebels": ("men", f"rebels dead in the {AFTERMATH} days after it; NaN if too few are left"),
    "retribution_prisoners": ("men", "of them, killed as prisoners"),
    "retribution_civilians": ("persons", "civilians dead in these days"),
}
DEAD = {  # columns of runs that are the last value of a series
    "dead_isis": "dead_focal",
    "executed_isis": "executed_focal",
    **{name: name for name in ("dead_rebels", "dead_civilians", "executed_rebels", "bombings")},
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


def judged(series, thresholds):
    """Columns of runs that follow from the days of the focal faction alone.

    Parameters
    ----------
    series : mapping of str to array, shape (runs, days + 1)
        The measures of SERIES, from its first evening on.
    thresholds : sim.params.Outcomes

    Returns
    -------
    dict of str to array, shape (runs,)
    """
    people, towns, men = series["people"], series["towns"], series["men"]
    trough, share, regrouped = regrouping(shares(people), thresholds)
    found = passages(people, men, towns, thresholds)
    by_ground = passages(people, np.full(men.shape, np.nan), towns, thresholds)
    rest = series["people_without_largest"]
    without = passages(rest, men, towns, thresholds)
    names = np.array(STATES)
    columns = {
        f"outcome{held}": classify(series["people" + held], men, series["towns" + held], thresholds)
        for held in MEANINGS.values()
    }
    columns |= {
        "trough_day": trough.astype(np.int16),
        "trough_share": share,
        "regroup_day": regrouped,
        "breathing_days": breathing_days(series["quiet"], trough, regrouped).astype(np.int16),
        "end_people_share": shares(people)[:, -1],
        "end_men_share": shares(men)[:, -1],
        "state": names[found.state],
        "state_by_ground": names[by_ground.state],
        "broken": found.broken,
        "back": found.back,
        "broken_day": found.broken_day,
        "back_day": found.back_day,
        "beaten_day": found.beaten_day,
        "broken_without_largest": without.broken,
        "back_without_largest": without.back,
        "trough_without_largest": shares(rest).min(axis=1),
        "end_without_largest": shares(rest)[:, -1],
    }
    columns |= {column: series[name][:, -1].astype(np.int32) for column, name in DEAD.items()}
    columns["dead"] = columns["dead_isis"] + columns["dead_rebels"] + columns["dead_civilians"]
    return columns | _blow(series, trough)


def _blow(series, trough):
    """Columns of runs on the counter-offensive and its retribution."""
    day, towns, people = counter_offensive(series["people"], series["towns"], trough)
    run, last = np.arange(len(day)), series["people"].shape[1] - 1
    told = day + AFTERMATH <= last  # False where there is none
    start = np.where(told, day, 0).astype(int)
    counted = {"rebels": "dead_rebels", "prisoners": "executed_rebels", "civilians": "dead_civilians"}
    columns = {"blow_day": day, "blow_towns": towns, "blow_people": people}
    for whom, name in counted.items():
        dead = series[name][run, np.where(told, start + AFTERMATH, 0)] - series[name][run, start]
        columns[f"retribution_{whom}"] = np.where(told, dead, np.nan)
    return columns


def runs_frame(kept, static, thresholds, first_run):
    """One row a run, the columns of RUNS."""
    values = {name: kept.series[name] for name in SERIES}
    focal, runs = int(static.focal), len(kept.series)
    frame = {"run": np.arange(first_run, first_run + runs, dtype=np.int32)} | judged(values, thresholds)
    frame["end_towns"] = values["towns"][:, -1].astype(np.int16)
    attacks = kept.flows[:, :, ATTACKED]
    by_rebels = attacks[:, static.kinds.side == REBEL].sum(axis=1)
    frame["initiative"] = parts(np.stack([attacks[:, focal], by_rebels], axis=1).astype(float))[:, 0]
    frame["conquests"] = kept.won_towns[:, focal, CONQUEST].astype(np.int32)
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
