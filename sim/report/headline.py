"""The four headline measures, in their order: broken; back, if broken; people at the end; the dead."""

import numpy as np

from sim._util.tables import Cell, cell, percent, table
from sim.core.outcomes import STATES, interval
from sim.record import record_of

HEAD = ("measure", "runs", "range", "without its largest town", "the record")


def headline_table(ensemble):
    """Chance to be broken, to come back once broken, people at the end, the dead; with the record."""
    runs, past = ensemble.runs, _record(ensemble)
    shares = {"broken": "broken", "back": "back, of the broken"}
    rows = [
        (words, *_share(ensemble, name), _share(ensemble, f"{name}_without_largest")[0], past[name])
        for name, words in shares.items()
    ]
    end, rest = runs["end_people_share"], runs["end_without_largest"]
    rows += [
        ("day from which it was back", *spread(runs["back_day"], 25, 75), "", past["back_day"]),
        ("people at the end", *spread(end, 5, 95, "share"), spread(rest, 5, 95, "share")[0], past["end"]),
        ("the dead", *spread(runs["dead"], 5, 95), "", ""),
    ]
    title = f"Whether it was broken, and came back: {len(runs):,} runs"
    return table(HEAD, rows, title=title, note=_note(ensemble))


def _share(ensemble, name):
    """Share of the runs that tell, and Wilson's interval, as cells; or why it is missing."""
    known = ensemble.runs[name].dropna()
    if not len(known):
        limits = ensemble.params.outcomes
        needed = limits.broken_days + (limits.kept if name.startswith("back") else 0)
        short = ensemble.days < needed
        why = f"{ensemble.days} days are too few" if short else "none was broken in time"
        return Cell(f"missing: {why}"), Cell("")
    low, high = interval(known.sum(), len(known))
    return cell(float(known.mean()), "share", 1), cell((float(low), float(high)), "share", 1)


def is_possible(ensemble, name):
    """False for a class that runs of so few days cannot end in."""
    return name not in ("regrouped", "resurgent") or ensemble.days >= ensemble.params.outcomes.kept


def _record(ensemble):
    """What the record says of each, as text or a number, and its state."""
    record = record_of(ensemble.scenario)
    if record is None:
        return dict.fromkeys(("broken", "back", "back_day", "end", "state"), "")
    found, share = record.passages(ensemble.params, ensemble.days)
    words = {1.0: "yes", 0.0: "no"}
    return {
        "broken": words.get(found.broken[0], "not known"),
        "back": words.get(found.back[0], "not known"),
        "back_day": cell(found.back_day[0], "", 0),
        "end": cell(share[0, -1], "share", 0),
        "state": STATES[found.state[0]],
    }


def _note(ensemble):
    """The sentence below the table."""
    limits = ensemble.params.outcomes
    text = (
        f"Broken: at most {percent(limits.trough, 0)} of its first people for {limits.broken_days:g} days; "
        f"back: {percent(limits.regained_people, 0)} for {limits.kept:g} days. Shares with Wilson's 95 % "
        "interval; of the day the median and half of those runs, of people and the dead nine in ten."
    )
    return f"{text} {against_record(ensemble)}".rstrip()


def against_record(ensemble):
    """The state in which the record ends, and how many runs do, judged alike; empty where it has none."""
    state = _record(ensemble)["state"]
    if state in ("", "unknown"):
        return ""
    same = percent(float((ensemble.runs["state_by_ground"] == state).mean()), 0)
    return f"The record ends {state}; judged as it is, by ground alone, {same} of the runs do."


def spread(values, low, high, unit=""):
    """Median and range between two percentiles, as cells; empty where there are no values.

    Parameters
    ----------
    values : array_like
        One value a run; NaN is left out.
    low, high : float
        Percentiles.
    unit : str
        Of the values, as for `sim._util.tables.number`.

    Returns
    -------
    tuple of Cell
        Median; range.

    Examples
    --------
    >>> [each.text for each in spread([1, 2, 3, 4, 5], 25, 75)]
    ['3', '2 to 4']
    """
    values = np.asarray(values, float)
    values = values[~np.isnan(values)]
    if not len(values):
        return Cell(""), Cell("")
    low, middle, high = np.percentile(values, [low, 50, high])
    return cell(middle, unit, 0), cell((low, high), unit, 0)
