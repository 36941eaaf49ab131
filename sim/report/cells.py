"""Tables of a report, and how a number reads in them."""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """What a cell says, and the number it is sorted by where it is one."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Table:
    """Head, rows of cells, a sentence below, and the rows to set off."""

    head: tuple
    rows: list
    note: str = ""
    sortable: bool = True
    marked: set = field(default_factory=set)

    @property
    def numeric(self):
        """For each column, whether it holds numbers."""
        return [any(row[k].value is not None for row in self.rows) for k in range(len(self.head))]


def table(head, rows, note="", sortable=True, marked=()):
    """A table of cells, plain text among them made into cells."""
    rows = [[cell if isinstance(cell, Cell) else Cell(str(cell)) for cell in row] for row in rows]
    return Table(tuple(head), rows, note, sortable, set(marked))


def number(value, form="{:,.0f}"):
    """A number as people read it, empty where there is none.

    Parameters
    ----------
    value : float
        The number.
    form : str
        How it is written.

    Returns
    -------
    Cell
        Sorted by the number itself.

    Examples
    --------
    >>> number(-1234.5, "{:+,.1f}").text
    '\u22121,234.5'
    """
    if value is None or math.isnan(value):
        return Cell("")
    return Cell(_written(value, form), float(value))


def _written(value, form):
    """A number as text: a minus for a minus, room before a per cent sign, and no minus before nothing."""
    text = form.format(value)
    if value < 0 and not any(digit in text for digit in "123456789"):
        text = form.format(0.0)
    return text.replace("-", "\u2212").replace("%", "\u00a0%")


def percent(share, digits=1):
    r"""A share as per cent.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    digits : int
        Digits after the point.

    Returns
    -------
    Cell
        Sorted by the share.

    Examples
    --------
    >>> percent(0.4351).text
    '43.5\xa0%'
    """
    return number(share, f"{{:.{digits}%}}")


def between(low, high, form="{:,.0f}"):
    r"""Two ends of a range, sorted by the lower one.

    Parameters
    ----------
    low, high : float
        The ends.
    form : str
        How each is written.

    Returns
    -------
    Cell
        Empty where an end is missing.

    Examples
    --------
    >>> between(0.1, 0.25, "{:.0%}").text
    '10\xa0% to 25\xa0%'
    """
    if math.isnan(low) or math.isnan(high):
        return Cell("")
    return Cell(f"{_written(low, form)} to {_written(high, form)}", float(low))
