"""A comparison in the terminal."""

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

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
