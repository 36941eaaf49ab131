"""The comparison: every measure's paired difference, with interval, effect, and what pairing gained."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from scipy.special import stdtrit

from sim._util import validation
from sim._util.tables import Cell, cell, number, table
from sim._util.validation import row_of
from sim.analysis import pairing, pairs, survival
from sim.core.outcomes import CLASSES, interval
from sim.ensemble.frames import RUNS

TIMES = ("towns", "people", "men")  # measures of the focal faction that are compared day by day
# name: (unit, label, meaning, value of each run from the table of runs); "share" is a yes or no; NaN is no
# value: such a measure is compared between the runs of each result that have one
MEASURES = {
    "broken": ("share", "broken", "ever broken", "broken"),
    "back": ("share", "back | broken", "came back, of the runs that were broken", "back"),
    "end_people_share": (
        "1",
        "people at the end",
        "people at the end, share of the start",
        "end_people_share",
    ),
    "dead": ("persons", "the dead", "dead of both sides and civilians", "dead"),
    "broken_and_back": (
        "share",
        "broken and back",
        "was broken and came back, of all runs",
        lambda r: r["back_day"].notna(),
    ),
    "beaten": ("share", "beaten", "ever beaten", lambda r: r["beaten_day"].notna()),
    "regroups": ("share", "regroups", "regroups within the horizon", lambda r: r["regroup_day"].notna()),
    **{
        name: ("share", name, f"outcome class {name}", lambda r, name=name: r["outcome"].astype(str) == name)
        for name in CLASSES
    },
    "stands": (
        "share",
        "stands",
        "never broken or back: outcome class unbroken, regrouped or resurgent",
        lambda r: r["outcome"].isin(["unbroken", "regrouped", "resurgent"]),
    ),
    "wait": ("days", "wait to be back", "of the broken: days up to the horizon not yet back", None),
    "trough_share": ("1", "people at trough", "people held then, share of the start", "trough_share"),
    "breathing_days": ("days", "breathing space", "days of rest from the trough on", "breathing_days"),
    "end_towns": ("towns", "towns at the end", "towns held at the end", "end_towns"),
    "end_men_share": ("1", "men at the end", "men at the end, share of the start", "end_men_share"),
    "initiative": ("1", "initiative", "share of all attacks that are its own", "initiative"),
    "dead_isis": ("men", "dead of the focal faction", "dead of the focal faction", "dead_isis"),
    "dead_rebels": ("men", "dead of the rebels", "dead of the rebels", "dead_rebels"),
    "dead_civilians": ("persons", "dead civilians", "dead civilians", "dead_civilians"),
    "rebel_towns_to_regime": (
        "towns",
        "towns to the regime",
        "rebel towns that the regime took",
        "rebel_towns_to_regime",
    ),
}
HEADLINE = tuple(MEASURES)[:4]  # the family of every comparison; all other measures describe
OVER_TIME = {
    "towns": ("towns", "towns, all days", "towns held, mean of all days"),
    "people": ("1,000 persons", "people, all days", "people held, mean of all days"),
}


HEAD = ("measure", "base", "other", "change", "interval", "effect", "gain", "p")
CAPTION = (
    "Shares in %. Change: the other less the base, with its 95 % interval. Effect: Cohen's h of shares, d_av "
    "of means. Gain: how many times fewer runs pairing needs. p: after control for the {family} headline "
    "rows ({control}); rows without one only describe."
)


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Results compared with the first of them in pairs: run k of each has the same random numbers.

    Attributes
    ----------
    named : dict of str to Ensemble
        The base first.
    table : pandas.DataFrame
        One row a comparison and measure: ``comparison``, ``base``, ``measure``, ``unit``, ``label``,
        ``meaning``, ``a`` (base) and ``b`` (the other), ``difference`` (b - a), its 95 % interval ``low``,
        ``high``, ``effect`` (Cohen's h of shares, d_av of means), ``gain`` (how many times fewer runs
        pairing needs), ``p`` and ``p_adjusted`` (of ``HEADLINE``, for the number of these rows; NaN of
        others), ``pairs``.
    control : str
        How the family of rows is controlled.
    notes : tuple of str
        What a reader should know.
    horizon : int
        Last day from which it can be back: that must be kept for some days.
    """

    named: dict
    table: pd.DataFrame
    control: str
    notes: tuple
    horizon: int

    @property
    def base(self):
        """Name of the result that the others are compared with."""
        return next(iter(self.named))

    def over_time(self, measure="towns"):
        """Difference day by day.

        Parameters
        ----------
        measure : {"towns", "people", "men"}
            Of the focal faction.

        Returns
        -------
        pandas.DataFrame
            ``comparison``, ``day``, ``a``, ``b``, ``difference``, ``low``, ``high`` (pointwise 95 %).

        Raises
        ------
        ValueError
            Another measure, or results without daily detail.
        """
        validation.one_of("measure", measure, TIMES)
        first, parts = self.named[self.base], []
        for name, other in list(self.named.items())[1:]:
            shared = pairing.common(first, other)
            a, b = (pairing.by_point(pairing.by_day(e, shared, measure), shared) for e in (first, other))
            found = pd.DataFrame([pairs.paired_mean(x, y) for x, y in zip(a.T, b.T, strict=True)])
            found.insert(0, "comparison", name)
            found.insert(1, "day", np.arange(len(found)))
            parts.append(found[["comparison", "day", "a", "b", "difference", "low", "high"]])
        return pd.concat(parts, ignore_index=True)

    def regrouping(self):
        """Cumulative incidence, among broken runs, of being back and of being beaten, which compete.

        Returns
        -------
        pandas.DataFrame
            ``name``, ``event``, ``day``, ``share``, ``low``, ``high``; the broken runs of each result.
        """
        return survival.incidence_of(self.named, self.horizon)

    def __repr__(self):
        """Say what it is in one line."""
        others = ", ".join(list(self.named)[1:])
        return f"Comparison({others} against {self.base}, {self.table['pairs'].min()} pairs or more)"

    def tables(self):
        """Every difference as people read it: a `sim._util.tables.Table` for each comparison."""
        for name, rows in self.table.groupby("comparison", sort=False):
            title = f"{name} against {self.base}: {rows['pairs'].min():,} pairs"
            yield table(HEAD, [_cells(row) for row in rows.itertuples()], title=title)

    @property
    def words(self):
        """What the tables mean, and what a reader should know, one sentence or more each."""
        first = self.named[self.base]
        family = int(self.table["p_adjusted"].notna().sum())
        meaning = CAPTION.format(family=family, control=self.control)
        begins = f"being back counts if it begins by day {self.horizon}"
        return meaning, *self.notes, f"Seed {first.seed}, {first.days} days; {begins}."

    def _repr_html_(self):
        """Show it in notebooks."""
        words = "".join(f"<p>{escape(text)}</p>" for text in self.words)
        return "".join(each.html() for each in self.tables()) + words

    def show(self, console=None):
        """Print it.

        Parameters
        ----------
        console : rich.console.Console, optional
            Where to; the terminal if not given.
        """
        console = console or Console()
        for each in self.tables():
            console.print(each.terminal(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)))
        for text in self.words:
            console.print(text, highlight=False, markup=False)


def written(value, unit, *, sign=False):
    r"""Write a measure: shares in per cent, without the sign, other numbers with the digits they bear.

    >>> written(0.125, "share"), written(1234.5, "men"), written(0.256, "1"), written(-0.01, "towns")
    ('12.5', '1,234', '0.26', '0.0')
    """
    value = 100 * value if unit == "share" else value
    return number(value, "", 0 if abs(value) >= 100 else 2 if unit == "1" else 1, sign=sign)


def _cells(row):
    """One row of a comparison."""
    a, b, low, high = (Cell(written(x, row.unit), x) for x in (row.a, row.b, row.low, row.high))
    difference = Cell(written(row.difference, row.unit, sign=row.difference > 0), row.difference)
    gain = Cell("inf", row.gain) if np.isinf(row.gain) else cell(row.gain, "", 1)
    p = (
        ""
        if np.isnan(row.p_adjusted)
        else "<0.001"
        if row.p_adjusted < 0.001
        else number(row.p_adjusted, "", 3)
    )
    tests = (cell(row.effect, "", 2, sign=True), gain, Cell(p, row.p_adjusted))
    return row.label, a, b, difference, Cell(f"{low.text} to {high.text}", low.value), *tests


def compare(a, b=None, *more, control="holm"):
    """Compare results with the first of them in pairs of runs with common random numbers.

    Parameters
    ----------
    a, b : Ensemble or path
        Results of one seed; or one dict of name to Ensemble in place of all of them.
    *more : Ensemble or path
        Further results.
    control : {"holm", "benjamini-hochberg", "none"}
        How p values are adjusted for the number of comparisons and measures.

    Returns
    -------
    Comparison

    Raises
    ------
    CompareError
        The results cannot be paired; one sentence for each reason.

    Examples
    --------
    >>> import sim
    >>> request = {"runs": 6, "days": 20, "progress": False}
    >>> found = sim.compare(sim.run_ensemble(**request), sim.run_ensemble("truce", **request))
    >>> found.table["measure"].iloc[0], int(found.table["pairs"].iloc[0])
    ('broken', 6)
    """
    named = dict(a) if isinstance(a, dict) else pairing.opened([e for e in (a, b, *more) if e is not None])
    for name, each in named.items():
        validation.ensemble(str(name), each)
    pairing.refuse(named)
    (base, first), *others = named.items()
    kept = int(first.params.outcomes.kept)
    horizon = first.days - kept + 1 if first.days >= kept else first.days
    parts = [_differences(base, first, name, other, horizon) for name, other in others]
    table = pd.concat(parts, ignore_index=True)
    table["p_adjusted"] = pairs.adjusted(table["p"].where(table["measure"].isin(HEADLINE)), control)
    return Comparison(named, table, control, tuple(_notes(named)), horizon)


def measured(runs, name):
    """A measure (of ``MEASURES``, but for ``wait``) of each run of a table; booleans of a share.

    >>> measured(pd.DataFrame({"outcome": ["collapse", "unbroken"]}), "stands").tolist()
    [False, True]
    """
    row_of("measure", name, {known: None for known in MEASURES if MEASURES[known][3]})
    read = MEASURES[name][3]
    validation.table("runs", runs)
    return np.asarray(read(runs) if callable(read) else runs[read])


def check_objectives(names):
    """The names of some measures as a list, or ValueError: of ``MEASURES``, or columns of numbers in runs."""
    names = [names] if isinstance(names, str) else list(names)
    known = [name for name, about in MEASURES.items() if about[3]] + [name for name in RUNS if RUNS[name][0]]
    for name in names:
        row_of("measure", name, dict.fromkeys(known))
    return names


def objectives(runs, names):
    """The mean of each of some measures over a table of runs, by name: what an optimizer is told of them.

    >>> objectives(pd.DataFrame({"outcome": ["collapse", "unbroken"], "end_towns": [0, 9]}), "end_towns")
    {'end_towns': 4.5}
    """
    found = {}
    for name in check_objectives(names):
        values = np.asarray(measured(runs, name) if name in MEASURES else runs[name], float)
        if np.isnan(values).all():
            raise ValueError(f"objective={name}: none of these {len(values)} runs has a value of it")
        found[name] = float(np.nanmean(values))
    return found


def per_point(ensemble, name):
    """A measure at every point of a design, with its 95 % interval over the runs there.

    The factors of each point, then ``value``, ``low``, ``high`` (Wilson's for shares, Student's for means)
    and ``runs``; index ``point``.
    """
    if validation.ensemble("ensemble", ensemble).points is None:
        raise ValueError("these runs have no points: they are one world, not a design")
    values = measured(ensemble.runs, name).astype(float)
    grouped = pd.Series(values).groupby(ensemble.runs["point"].to_numpy())
    found = pd.DataFrame({"value": grouped.mean(), "runs": grouped.count()})
    found = found[found["runs"] > 0]  # not a point at which it has no value
    if MEASURES[name][0] == "share":
        found["low"], found["high"] = interval(grouped.sum(), found["runs"])
    else:
        half = stdtrit(found["runs"] - 1, 0.975) * grouped.std() / np.sqrt(found["runs"])
        found["low"], found["high"] = found["value"] - half, found["value"] + half
    return ensemble.points.join(found[["value", "low", "high", "runs"]], how="inner")


def _differences(base, first, name, other, horizon):
    """Every measure of one comparison, one row each."""
    shared = pairing.common(first, other)
    a, b = (_values(e, shared, horizon) for e in (first, other))
    rows = []
    for measure, (unit, label, meaning) in _meanings(a, b).items():
        one, two = (values[measure].astype(float) for values in (a, b))
        share = unit == "share" and shared.nlevels == 1
        if np.isnan(one).any() or np.isnan(two).any():
            found = pairs.paired_conditional(
                *_parts_of(one, shared), *_parts_of(two, shared), share=unit == "share"
            )
        else:
            found = (pairs.paired_share if share else pairs.paired_mean)(
                *(pairing.by_point(values, shared) for values in (one, two))
            )
        about = {"comparison": name, "base": base, "measure": measure, "unit": unit, "label": label}
        rows.append(about | {"meaning": meaning} | found)
    return pd.DataFrame(rows)


def _parts_of(values, shared):
    """Of each pair the sum of a measure over its runs that have one, and the number of these."""
    known = ~np.isnan(values)
    return (pairing.by_point(part, shared) for part in (np.where(known, values, 0.0), known.astype(float)))


def _meanings(a, b):
    """Unit, label and meaning of the measures of which both results have a value, and no infinities."""
    meanings = {name: about[:3] for name, about in MEASURES.items()} | OVER_TIME
    known = [name for name in meanings if name in a and name in b]
    some = [name for name in known if all((~np.isnan(values[name])).any() for values in (a, b))]
    return {name: meanings[name] for name in some if not np.isinf([a[name], b[name]]).any()}


def _values(ensemble, shared, horizon):
    """Value of every measure for the shared runs, in their order."""
    runs = pairing.rows(ensemble.runs, pairing.keys(ensemble), shared)
    out = {name: measured(runs, name) for name, (_, _, _, read) in MEASURES.items() if read}
    out = {name: values.astype(float) for name, values in out.items()}
    ends = survival.first_events(*(runs[day].to_numpy(float) for day in ("back_day", "beaten_day")), horizon)
    out["wait"] = np.where(runs["broken"] == 1, survival.waiting(*ends, horizon), np.nan)
    if ensemble.detail != "summary":
        out["towns"] = pairing.by_day(ensemble, shared, "towns").mean(axis=1)
        out["people"] = pairing.by_day(ensemble, shared, "people").mean(axis=1) / 1000
    return out


def _notes(named):
    """What a reader should know about the pairs."""
    (base, first), *others = named.items()
    for name, other in others:
        shared = pairing.common(first, other)
        if not len(shared) == len(first.runs) == len(other.runs):
            yield (
                f"{name} and {base} have {len(shared):,} runs in common (of {len(other.runs):,} and "
                f"{len(first.runs):,}): only these are compared."
            )
        same = other.scenario.hash == first.scenario.hash and other.params == first.params
        if same and other.start is None:
            yield f"{name} and {base} are one world: nothing can differ."
        if "summary" in (other.detail, first.detail):
            yield f"{name} or {base} has no daily detail: towns and people over time are not compared."
    if first.points is not None:
        yield "Pairs are points of the design: the mean of a point's runs under one and the other."
    for name, each in named.items():
        for measure, why in (("broken", "the horizon is too short"), ("back", "none was broken in time")):
            if each.runs[measure].isna().all():
                yield f"{measure} is missing: {why} in {name}."
                break
