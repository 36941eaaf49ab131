"""Several results against each other: the others are compared with the first."""

import math

import numpy as np
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans

from sim import plots
from sim._util.tables import Cell, cell, table
from sim.plots import style
from sim.plots.outcomes import ORDER, outcome_share_table
from sim.report.numbers import HOW_IT_WENT, focal
from sim.report.provenance import changed, drawn_words, plain

SIDE_BY_SIDE = 2  # more differences than this are drawn at half width


def names_of(ensembles, folders):
    """What each result is called: its scenario, or its folder where two have one scenario."""
    scenarios = [ensemble.scenario.name for ensemble in ensembles]
    if len(set(scenarios)) == len(scenarios):
        return scenarios
    return [folder.name for folder in folders]


def what_differs(named, manifests):
    """Side by side what each result is."""
    rows = []
    for (name, ensemble), manifest in zip(named.items(), manifests, strict=True):
        other = "; ".join(f"{key} {plain(now)}" for key, (_, now) in changed(ensemble).items())
        size = [
            ensemble.scenario.name,
            len(ensemble.runs),
            ensemble.days,
            Cell(str(ensemble.seed), float(ensemble.seed)),
        ]
        commit = (manifest["git"]["commit"] or "not known")[:10]
        rows.append([name, *size, other or "none", drawn_words(ensemble), commit, manifest["code"]])
    head = ("result", "scenario", "runs", "days", "seed", "parameters changed", "differs from run to run")
    return table((*head, "commit", "rules (hash)"), rows)


def cautions(named, manifests):
    """Why some differences may not be what they seem; empty where there is nothing."""
    ensembles = list(named.values())
    found = []
    if len({manifest["code"] for manifest in manifests}) > 1:
        found.append(
            "The results were made by different rules (see the hashes): a difference may come from these."
        )
    if len({ensemble.days for ensemble in ensembles}) > 1:
        found.append("The runs differ in length: outcomes at the end are not outcomes of one day.")
    if len({repr(ensemble.params.outcomes) for ensemble in ensembles}) > 1:
        found.append("The classes are defined by different thresholds.")
    if len({ensemble.draw for ensemble in ensembles}) > 1:
        found.append(
            "Of some results every run has parameters and initial garrisons of its own, drawn from the "
            "posterior; of others all runs share them. A difference may come from that alone."
        )
    if len({ensemble.posterior for ensemble in ensembles if ensemble.posterior}) > 1:
        found.append("The results were drawn from different posteriors: a difference may come from these.")
    if not all(manifest["complete"] for manifest in manifests):
        found.append("One of the results was interrupted; what was done of it is counted.")
    return found


def share_table(named):
    """Share of runs in each class, one row a class and result."""
    frame = outcome_share_table(named)
    rows = [
        [row["class"], row["name"], row["count"], row["runs"], row["share"], (row["low"], row["high"])]
        for kind in ORDER
        for row in frame[frame["class"] == kind].to_dict("records")
    ]
    head = ("class", "result", "count", "runs", "share", "95 % interval")
    return table(head, rows, dict.fromkeys(head[4:], ("share", 1)), note="Wilson intervals.")


def difference_of_shares(k, n, base_k, base_n):
    """Difference of two shares from separate runs with Newcombe's interval (1998, his method 10).

    >>> [round(float(x), 4) for x in difference_of_shares(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    low, high = confint_proportions_2indep(k, n, base_k, base_n, method="newcomb")
    return k / n - base_k / base_n, low, high


def difference_of_means(values, base):
    """Difference of two means from separate runs with Welch's interval; NaN if one is a single run.

    >>> [round(float(x), 3) for x in difference_of_means(np.array([1.0, 2, 3]), np.array([2.0, 4, 6, 8]))]
    [-3.0, -6.898, 0.898]
    """
    difference = values.mean() - base.mean()
    if min(len(values), len(base)) < 2:
        return difference, math.nan, math.nan
    if np.ptp(values) == np.ptp(base) == 0:
        return difference, difference, difference
    return difference, *CompareMeans.from_data(values, base).tconfint_diff(usevar="unequal")


def difference_table(named):
    """Every result less the first: classes and measures, unpaired, with intervals."""
    (first, base), *others = named.items()
    rows, marked = [], set()
    for name, ensemble in others:
        for row, (low, high) in [*_classes(name, ensemble, base), *_measures(name, ensemble, base)]:
            if low > 0 or high < 0:
                marked.add(len(rows))
            rows.append(row)
    clear = len(marked)
    note = (
        f"Each result less {first}. Set off: {clear} of {len(rows)} intervals leave out zero; of intervals "
        "each right 95 times in 100, about one in twenty does so by chance alone. Unpaired: runs of one "
        "seed share their random numbers, which these intervals do not use, so they are rather too wide."
    )
    head = ("result", "measure", f"in {first}", "in the result", "difference", "95 % interval")
    return table(head, rows, note=note, marked=marked)


def _classes(name, ensemble, base):
    """Rows on the share of each class."""
    for kind in ORDER:
        k, base_k = (int((e.runs["outcome"].astype(str) == kind).sum()) for e in (ensemble, base))
        n, base_n = len(ensemble.runs), len(base.runs)
        difference, low, high = difference_of_shares(k, n, base_k, base_n)
        shares = [cell(base_k / base_n, "share"), cell(k / n, "share")]
        yield [name, f"share of runs: {kind}", *shares, *_change(100, difference, low, high)], (low, high)


def _change(scale, difference, low, high):
    """Cells of a difference and its interval, to the digits the interval is worth; shares in points."""
    half = scale * (high - low) / 2
    digits = 1 if scale == 100 or not half > 0 else min(max(1 - math.floor(math.log10(half)), 0), 3)
    unit = "points" if scale == 100 else ""
    change = cell(scale * difference, unit, digits, sign=True)
    return change, cell((scale * low, scale * high), "", digits, sign=True)


def _measures(name, ensemble, base):
    """Rows on the means of measures."""
    for column, words, unit, _ in HOW_IT_WENT:
        if column == "regroup_day" or column not in ensemble.runs or column not in base.runs:
            continue  # the mean day of those that regroup says nothing of those that do not
        values, was = (e.runs[column].to_numpy(float) for e in (ensemble, base))
        values, was = values[np.isfinite(values)], was[np.isfinite(was)]
        if not len(values) or not len(was):
            continue
        difference, low, high = difference_of_means(values, was)
        means = [cell(x, unit, 1) for x in (was.mean(), values.mean())]
        measure = f"mean: {words.format(focal=focal(base))}"
        yield (
            [name, measure, *means, *_change(100 if unit == "share" else 1, difference, low, high)],
            (low, high),
        )


def draw(named):
    """Draw the figures: name, how to read it, size, Axes; or why not, and None for the Axes."""
    yield (
        "outcome_shares",
        "Within a class the results stand one below the other.",
        "wide",
        plots.outcome_shares(named),
    )
    yield "regrouping", "Who comes back, and how fast.", "wide", plots.regrouping(named)
    (first, base), *others = named.items()
    several = len(others) > SIDE_BY_SIDE
    for name, ensemble in others:
        reading = f"Where {name} differs from {first}: up is likelier there, down less likely."
        why = _no_map(ensemble, base)
        if why:
            yield f"difference_{name}", f"No map of {name} against {first}: {why}.", "wide", None
            continue
        size = "narrow" if several else "wide"
        width = style.COLUMN + 1 if several else style.PAGE
        axes = plots.difference_map(ensemble, base, names=(name, first), width=width)
        yield f"difference_{name}", reading, size, axes


def _no_map(one, other):
    """Why the towns of two results cannot be compared; empty where they can."""
    if "summary" in (one.detail, other.detail):
        return "one of them keeps one row a run only (detail=summary)"
    if one.scenario.town_ids != other.scenario.town_ids:
        return "their towns differ"
    return ""
