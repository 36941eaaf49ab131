"""Numbers and tables as people read them: written once, shown in a terminal, a notebook or a report.

A `Table` is a DataFrame with one format a column. Text is escaped wherever it is shown.
"""

import html
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich.markup import escape
from rich.table import Table as RichTable

MINUS, SPACE = "\u2212", "\u00a0"


def number(value, unit="", digits=None, *, sign=False):
    r"""Write a number: thousands apart, a minus for a minus, empty where there is none; text is left alone.

    A unit is written behind it, but for "1"; a "share" is written in per cent; infinite is "never", as of a
    day that does not come. Without ``digits``: one decimal of a share, and otherwise three significant digits
    or all before the point.

    >>> number(-1234.5), number(0.12345), number(None), number(0.4351, "share"), number(-0.04, digits=1)
    ('\u22121,234', '0.123', '', '43.5\xa0%', '0.0')
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "never"
    if unit == "share":
        value, unit, digits = 100 * value, "%", 1 if digits is None else digits
    if digits is None:
        form = ",.0f" if abs(value) >= 100 or value == int(value) else ".3g"
    else:
        form = f",.{digits}f"
    text = format(value, ("+" if sign else "") + form)
    if value < 0 and not any(digit in text for digit in "123456789"):  # no minus before nothing
        text = format(0.0, ("+" if sign else "") + form)
    return text.replace("-", MINUS) + (f"{SPACE}{unit}" if unit not in ("", "1") else "")


def say_date(date, year=True):
    """Write a date; by no ``%-d``, which Windows does not know.

    >>> import datetime
    >>> say_date(datetime.date(2014, 1, 3)), say_date(datetime.date(2014, 1, 3), year=False)
    ('3 January 2014', '3 January')
    """
    return f"{date.day} {date:%B %Y}" if year else f"{date.day} {date:%B}"


def percent(share, digits=1, *, sign=False):
    r"""Write a share between 0 and 1 in per cent.

    >>> percent(0.4351), percent(-0.123, 0)
    ('43.5\xa0%', '\u221212\xa0%')
    """
    return number(share, "share", digits, sign=sign)


def interval_text(low, high, unit="", digits=None, *, sign=False):
    r"""Write two ends of a range, each as `number` does; empty where one is missing.

    >>> interval_text(0.1, 0.25, "share", 0), interval_text(1, float("nan"))
    ('10\xa0% to 25\xa0%', '')
    """
    low, high = (number(end, unit, digits, sign=sign) for end in (low, high))
    return f"{low} to {high}" if low and high else ""


class Cell(NamedTuple):
    """What a cell says, and the number it is sorted by where it is one."""

    text: str
    value: float | None = None


def cell(value, unit="", digits=None, *, sign=False):
    r"""Make a cell of a number, of a pair (a range, sorted by its low end), or of text.

    >>> cell((1.5, 2.5), digits=1)
    Cell(text='1.5 to 2.5', value=1.5)
    """
    if isinstance(value, Cell):
        return value
    if isinstance(value, tuple):
        text, first = interval_text(*value, unit, digits, sign=sign), value[0]
    else:
        text, first = number(value, unit, digits, sign=sign), value
    known = text and not isinstance(first, str | bool | np.bool_)
    return Cell(text, float(first) if known else None)


@dataclass(frozen=True)
class Table:
    """A DataFrame as it is shown; its values are numbers, pairs (ranges), text, or a `Cell`."""

    frame: pd.DataFrame
    formats: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # of a column, as for `number`
    title: str = ""
    note: str = ""
    marked: set[int] = field(default_factory=set)  # rows to set off
    sections: set[int] = field(default_factory=set)  # rows with a line below them
    sortable: bool = True  # by a click on the head, in a report

    @property
    def head(self):
        """The names of the columns."""
        return [str(name) for name in self.frame.columns]

    @cached_property  # a page asks for it at every cell
    def rows(self):
        """A list of rows of cells."""
        return [
            [self._cell(name, value) for name, value in zip(self.frame.columns, row, strict=True)]
            for row in self.frame.itertuples(index=False, name=None)
        ]

    def _cell(self, name, value):
        unit, digits, sign = (*self.formats.get(name, ("", None)), False)[:3]
        return cell(value, unit, digits, sign=sign)

    @cached_property
    def numeric(self):
        """For each column, whether it holds numbers."""
        return [any(row[k].value is not None for row in self.rows) for k in range(len(self.head))]

    def terminal(self, *, wrap=False, **options):
        """Lay it out for the terminal: a `rich.table.Table`, made with ``options``; numbers wrap if asked."""
        look = {"title_justify": "left", "caption_justify": "left"} | options
        out = RichTable(title=escape(self.title) or None, caption=escape(self.note) or None, **look)
        for name, numeric in zip(self.head, self.numeric, strict=True):
            look = {"no_wrap": numeric and not wrap, "overflow": "fold" if wrap else "ellipsis"}
            out.add_column(escape(name), justify="right" if numeric else "left", **look)
        for k, row in enumerate(self.rows):
            out.add_row(*(escape(each.text) for each in row), end_section=k in self.sections)
        return out

    def html(self, most=None):
        """Write it as HTML for a notebook; beyond ``most`` rows it is cut, and says so."""
        left = "style='text-align:left'"
        head = "".join(f"<th {left}>{html.escape(name)}</th>" for name in self.head)
        rows = ["".join(f"<td {left}>{html.escape(each.text)}</td>" for each in row) for row in self.rows]
        body = "".join(f"<tr>{row}</tr>" for row in rows[:most])
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        more = f"<p>and {len(rows) - most} more</p>" if most and len(rows) > most else ""
        title = f"<h4>{html.escape(self.title)}</h4>" if self.title else ""
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<div>{title}{table}{more}{note}</div>"


def table(head, rows, formats=None, **about):
    r"""Make a `Table` of a head and rows.

    >>> table(("what", "share"), [("a", 0.25)], {"share": ("share", 0)}).rows[0][1].text
    '25\xa0%'
    """
    columns = dict(enumerate(zip(*rows, strict=True))) if rows else {k: [] for k in range(len(head))}
    frame = pd.DataFrame(columns).astype(object).set_axis(list(head), axis=1)
    return Table(frame, formats or {}, **about)
