"""What became of it: shares of classes, trough against recovery."""

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.tables import say_date
from sim.core.outcomes import CLASSES, MEANINGS, interval
from sim.plots import frames, palette, style

ORDER = tuple(name for name in palette.CLASSES if name in CLASSES)


def named(results):
    """Ensembles by name: from one, several, or a mapping."""
    if hasattr(results, "items"):
        found = {name: validation.ensemble(str(name), each) for name, each in results.items()}
    elif isinstance(results, str) or not (hasattr(results, "scenario") or np.iterable(results)):
        expected = "an ensemble, several, or {name: ensemble}"
        raise validation.invalid("results", results, expected, TypeError)
    else:
        several = [results] if hasattr(results, "scenario") else list(results)
        found = {validation.ensemble("results", each).scenario.name: each for each in several}
        if len(found) < len(several):
            raise ValueError("two of the ensembles have one name: give them as {name: ensemble}")
    if not found:
        raise validation.invalid("results", results, "one ensemble or more")
    return found


def outcome_share_table(results, held="holder"):
    """Shares of outcome classes with Wilson's 95 % intervals: name, class, count, runs, share, low, high."""
    frames.check_held(held)
    rows = []
    for name, ensemble in named(results).items():
        counts = ensemble.runs["outcome" + MEANINGS[held]].astype(str).value_counts()
        n = len(ensemble.runs)
        for kind in ORDER:
            count = int(counts.get(kind, 0))
            low, high = interval(count, n)
            rows.append((name, kind, count, n, count / n, float(low), float(high)))
    return pd.DataFrame(rows, columns=["name", "class", "count", "runs", "share", "low", "high"])


@style.styled
def outcome_shares(results, ax=None, held="holder", *, width=style.PAGE, caption=True):
    """Share of runs in each outcome class, with 95 % intervals; scenarios side by side within a class.

    Parameters
    ----------
    results : Ensemble, sequence of Ensemble, dict of str to Ensemble, or pandas.DataFrame
        What to compare; the names of the dict, or of the scenarios, are written. A table is one as
        `outcome_share_table` gives: ``name``, ``class``, ``runs``, ``share``, ``low``, ``high``.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=8, days=10, progress=False)
    >>> plots.outcome_shares(ensemble).get_xlabel()
    'share of runs'
    """
    plain = isinstance(results, pd.DataFrame)
    table = results if plain else outcome_share_table(results, held)
    names = list(dict.fromkeys(table["name"]))
    several = len(names) > 1
    rows = _rows(table, names, several)
    ax, new = style.axes_for(ax, width, 0.85 + (0.145 if several else 0.2) * len(rows))
    for y, label, row in rows:
        if row is None:
            bold = {"ha": "right", "va": "center", "weight": "bold"}
            ax.text(-0.012, y, label, transform=ax.get_yaxis_transform(), **bold)
            ax.axhline(y - 0.55, color=style.FAINT, lw=0.4, zorder=0)
            continue
        _share(ax, y, row)
    shown = [(y, label) for y, label, row in rows if row is not None]
    ax.set_yticks([y for y, _ in shown], [label for _, label in shown])
    ax.tick_params(axis="y", length=0, labelsize=style.SMALL if several else style.TEXT)
    ax.set(xlim=(-0.012, 1), ylim=(rows[-1][0] + 0.7, -0.7), xlabel="share of runs")
    style.percent_axis(ax.xaxis)
    ax.grid(axis="x", color="#ececec", lw=0.5)
    ensembles = [] if plain else list(named(results).values())
    focal = {palette.looks(each.scenario)[each.scenario.focal].label for each in ensembles}
    ax.set_title(f"What becomes of {' or '.join(sorted(focal)) or 'it'}")
    style.put_caption(ax, _share_note(table, ensembles, held), new, caption)
    return ax


def _rows(table, names, several):
    """Height, label and numbers of each line of the figure; headings carry no numbers."""
    rows, y = [], 0.0
    for kind in ORDER:
        part = table[table["class"] == kind].set_index("name")
        if several:
            rows.append((y, kind, None))
            y += 1.0
        for name in names:
            rows.append((y, name if several else kind, {"class": kind, **part.loc[name].to_dict()}))
            y += 1.0
        y += 0.3 if several else 0.0
    return rows


def _share(ax, y, row):
    """A mark at the share, a line over its interval, and the number."""
    colour, marker = palette.CLASSES[row["class"]]
    ax.plot([row["low"], row["high"]], [y, y], color=style.SOFT, lw=1.0, solid_capstyle="butt", zorder=2)
    look = {"marker": marker, "ms": 5, "mfc": colour, "mec": style.INK, "mew": 0.5}
    ax.plot(row["share"], y, ls="", zorder=3, clip_on=False, **look)
    style.beside(ax, f"{100 * row['share']:.1f}", (row["high"], y), (5, 0), **style.OVER)


def _share_note(table, ensembles, held):
    """The caption of class shares."""
    meaning = {"holder": "controlled", "sole": "shared with nobody", "any": "its men are present"}[held]
    who = frames.provenance_of(ensembles) if ensembles else f"{frames.span(table['runs'])} runs of each."
    return (
        f"{who} Mark and number: share of runs, %; line: Wilson's 95 % interval, which is the error of so "
        f"many runs, not of the model. A town counts as held when {meaning}. Classes: by declared thresholds."
    )


@style.styled
def trough_recovery(ensemble, ax=None, *, record=None, width=style.COLUMN + 1, caption=True):
    """How deep it fell against what it had at the end, one mark a run, by outcome class.

    Parameters
    ----------
    ensemble : Ensemble
        Results.
    record : tuple, optional
        What history left: lowest and last share of the initial people, and if known its last day.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=8, days=20, progress=False)
    >>> plots.trough_recovery(ensemble).get_xlabel()
    'people held at the trough, share of the start'
    """
    runs = ensemble.runs
    runs = runs[np.isfinite(runs["trough_share"]) & np.isfinite(runs["end_people_share"])]
    ax, new = style.axes_for(ax, width, 0.62 + 0.85 * width)
    size = float(np.clip(9000 / max(len(runs), 1), 7, 26))
    for kind in ORDER[::-1]:
        part = runs[runs["outcome"].astype(str) == kind]
        colour, marker = palette.CLASSES[kind]
        look = {"facecolor": colour, "edgecolor": style.INK, "linewidth": 0.25, "alpha": 0.75}
        look |= {"s": size, "marker": marker, "label": f"{kind} ({len(part):,})", "clip_on": False}
        ax.scatter(part["trough_share"], part["end_people_share"], **look)
    top = max(1.0, float(runs["end_people_share"].max()) if len(runs) else 1.0, record[1] if record else 0)
    ax.set(xlim=(0, max(1.0, float(runs["trough_share"].max()) if len(runs) else 1.0)), ylim=(0, 1.06 * top))
    limits, thin = ensemble.params.outcomes, {"color": style.SOFT, "lw": 0.6, "ls": ":", "zorder": 0}
    ax.axvline(limits.trough, **thin)
    for value in (limits.regained_people, limits.resurgent_people):
        if value < ax.get_ylim()[1]:
            ax.axhline(value, **thin)
    if record is not None:
        ax.plot(*record[:2], marker="*", ms=13, mfc=style.PAPER, mec=style.INK, mew=1.0, ls="", zorder=5)
        look = {"weight": "bold", "path_effects": style.halo(2.4), "zorder": 6, "va": "baseline"}
        style.beside(ax, "record", record[:2], (8, 3), **look)
    words = "people held at the {}, share of the start"
    ax.set(xlabel=words.format("trough"), ylabel=words.format("end"))
    ax.set_title("How deep, and what came back")
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles[::-1], labels[::-1], loc="best", handletextpad=0.1, borderpad=0.2)
    dropped = len(ensemble.runs) - len(runs)
    marks = "One mark a run; dotted: thresholds of the classes."
    marks += f" {dropped} runs that began with nothing are left out." if dropped else ""
    if record is not None:  # its end may be earlier than that of the runs
        end = "".join(f", whose end is {say_date(ensemble.scenario.date(day))}" for day in record[2:])
        marks += f" Star: the record{end}."
    text = f"{frames.provenance(ensemble)} {marks} {frames.chance_note(ensemble)}"
    style.put_caption(ax, text, new, caption)
    return ax
