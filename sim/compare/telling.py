"""A comparison in the terminal, and in a folder of its own."""

import json
import sys
from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

import sim
from sim.kernel import source_hash
from sim.manifest import git_state

CAPTION = (
    "Shares in %. Change: the other less the base, with its 95 % interval. Effect: Cohen's h of shares, d_av "
    "of means. Gain: how many times fewer runs pairing needs. p: after control for {family} rows ({control})."
)


def show(comparison, console=None):
    """Print every difference.

    Parameters
    ----------
    comparison : Comparison
        As from `sim.compare`.
    console : rich.console.Console, optional
        Where to; the terminal if not given.
    """
    console = console or Console()
    whole = comparison.table
    for name, rows in whole.groupby("comparison", sort=False):
        told = f"{name} against {comparison.base}: {rows['pairs'].min():,} pairs"
        out = Table(
            title=told, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
        )
        out.add_column("measure")
        for column in ("base", "other", "change", "interval", "effect", "gain", "p"):
            out.add_column(column, justify="right", no_wrap=True)
        for row in rows.itertuples():
            out.add_row(row.label, *cells(row))
        console.print(out)
    family = {"family": len(whole), "control": comparison.control}
    console.print(CAPTION.format(**family), style="italic", highlight=False)
    for note in comparison.notes:
        console.print(note, highlight=False)
    first = comparison.named[comparison.base]
    console.print(
        f"Seed {first.seed}, {first.days} days; regrouping counts if it begins by day {comparison.horizon}.",
        highlight=False,
    )


def cells(row):
    """Numbers of one row of a comparison as text."""
    values = (row.a, row.b, row.difference, row.low, row.high)
    a, b, difference, low, high = (number(value, row.unit) for value in values)
    sign = "+" if row.difference > 0 else ""
    gain = "" if pd.isna(row.gain) else f"{row.gain:.1f}"
    p = "<0.001" if row.p_adjusted < 0.001 else f"{row.p_adjusted:.3f}"
    return a, b, f"{sign}{difference}", f"{low} to {high}", f"{row.effect:+.2f}", gain, p


def number(value, unit):
    """A number in its unit: shares in per cent, counts with as many digits as they bear.

    Examples
    --------
    >>> number(0.125, "share"), number(1234.5, "men"), number(0.256, "1"), number(-0.01, "towns")
    ('12.5', '1,234', '0.26', '0.0')
    """
    value = 100 * value if unit == "share" else value
    digits = 0 if abs(value) >= 100 else 2 if unit == "1" else 1
    return f"{round(value, digits) + 0.0:,.{digits}f}"


def keep(comparison, folder, folders):
    """Write tables, figures and their origin.

    Parameters
    ----------
    comparison : Comparison
        As from `sim.compare`.
    folder : pathlib.Path
        Where to; made if need be. Files of the same names are replaced.
    folders : list of path
        The results compared, for the origin.

    Returns
    -------
    list of pathlib.Path
        The files.
    """
    from sim import plots

    folder.mkdir(parents=True, exist_ok=True)
    origin = [comparison_origin(name, e) for name, e in comparison.named.items()]
    comparison.table.to_csv(folder / "differences.csv", index=False, float_format="%.9g")
    comparison.regrouping().to_csv(folder / "regrouping.csv", index=False, float_format="%.9g")
    files = [folder / "differences.csv", folder / "regrouping.csv"]
    drawn = {
        "differences": plots.paired_differences(comparison),
        "regrouping": incidence(comparison),
    }
    if all(e.detail != "summary" for e in comparison.named.values()):
        for measure in ("towns", "people"):
            table = comparison.over_time(measure)
            table.to_csv(folder / f"{measure}.csv", index=False, float_format="%.9g")
            files.append(folder / f"{measure}.csv")
            drawn[measure] = plots.paired_over_time(comparison, measure)
    manifests = [Path(each) for each in folders]
    for name, ax in drawn.items():
        files += plots.save(ax, folder / f"{name}.png", manifests, dpi=200)
    about = {
        "program": "infighting", "version": sim.__version__, "code": source_hash(), "git": git_state(),
        "command": sys.argv, "control": comparison.control, "horizon": comparison.horizon,
        "notes": list(comparison.notes), "results": origin,
    }  # fmt: skip
    file = folder / "comparison.json"
    file.write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n")
    return [*files, file]


def incidence(comparison):
    """The figure of regrouping; of designs from the table, since their runs are those of many worlds."""
    from sim import plots

    first = comparison.named[comparison.base]
    if first.points is None:
        return plots.regrouping(comparison.named)
    note = (
        f"{len(first.points):,} points of a design with the same luck (seed {first.seed}), {first.days} days"
        " each, all runs. Cumulative incidence (Aalen and Johansen; collapse competes); band: pointwise "
        "95 % interval of that many runs."
    )
    return plots.regrouping(comparison.regrouping(), start=first.scenario.date(0), caption=note)


def comparison_origin(name, ensemble):
    """What made one of the results."""
    said = getattr(ensemble.tables, "manifest", {})
    return {
        "name": name, "scenario": said.get("scenario"), "seed": int(ensemble.seed),
        "runs": len(ensemble.runs), "code": said.get("code"), "git": said.get("git"),
    }  # fmt: skip
