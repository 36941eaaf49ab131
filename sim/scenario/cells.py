"""One cell of a table: what it may hold, and one sentence when it does not."""

import functools
import math
import re
from dataclasses import dataclass

from sim._util import spreadsheet
from sim._util.errors import InfightingError, shown
from sim._util.suggestions import suggest

NEEDED = object()  # an empty cell is refused
NAME = re.compile(r"[^$\x00-\x1f\x7f]+")  # a pair of dollar signs would be drawn as a formula
VIA = re.compile(r"[^:|$]+(:-?\d+(\.\d+)?){2}(\|[^:|$]+(:-?\d+(\.\d+)?){2})*")


class ScenarioError(InfightingError):
    """A scenario that cannot be run; every problem names file, row, column, value and what was expected."""


class CellError(ValueError):
    """Why a cell is refused."""


@dataclass(frozen=True)
class Column:
    """What a cell may hold; ``blank`` is what an empty one means."""

    kind: str = "text"  # id, name, text, via, number, whole, flag, date, one, ref or refs
    low: float = -math.inf
    high: float = math.inf
    of: tuple = ()  # choices of "one", tables of "ref" and "refs"
    blank: object = NEEDED
    may_lack: bool = False  # the file may do without the column


def number(low=-math.inf, high=math.inf, blank=NEEDED, kind="number"):
    """Declare a column of numbers within bounds."""
    return Column(kind, low, high, blank=blank)


def ref(*tables, blank=NEEDED, many=False):
    """Declare a column of ids of other tables; ``many`` are separated by semicolons."""
    return Column("refs" if many else "ref", of=tables, blank=blank)


def convert(text, column, known):
    """Value of a cell, or a CellError saying what was expected."""
    text = text.strip()
    if not text:
        if column.blank is NEEDED:
            raise CellError(f"'' is empty; expected {expected(column)}")
        return column.blank
    if column.kind in ("number", "whole", "flag"):
        return convert_number(text, column)
    if column.kind == "date":
        try:
            return spreadsheet.date(text)
        except ValueError as error:
            why = str(error) if " may be " in str(error) else f"{shown(text)} is not a date"
            raise CellError(f"{why}; expected {expected(column)}") from None
    if column.kind == "one" and text not in column.of:
        raise CellError(f"{shown(text)} is unknown; {hint(text, column.of)}")
    if (column.kind == "name" and not NAME.fullmatch(text)) or (
        column.kind == "via" and not VIA.fullmatch(text)
    ):
        raise CellError(f"{shown(text)} cannot be drawn; expected {expected(column)}")
    if column.kind == "id" and not (
        text.isascii() and text.replace("_", "").isalnum() and text == text.lower()
    ):
        raise CellError(f"{shown(text)} is not an id; expected {expected(column)}")
    if column.kind in ("ref", "refs"):
        parts = [part.strip() for part in text.split(";")] if column.kind == "refs" else [text]
        if all(table in known for table in column.of):  # else the other table is itself refused
            ids = set().union(*(known[table] for table in column.of))
            for part in parts:
                if part not in ids:
                    wanted = f"expected {expected(column)}; {hint(part, ids)}"
                    raise CellError(f"{shown(part)} is unknown; {wanted}")
        if len(set(parts)) < len(parts):
            twice = next(part for part in parts if parts.count(part) > 1)
            raise CellError(f"{shown(text)} names {twice!r} twice; expected each one once")
        return tuple(parts) if column.kind == "refs" else text
    return text


def convert_number(text, column):
    """Return a finite number within the column's bounds, or raise a CellError."""
    try:
        value = float(text)
    except ValueError:
        raise CellError(f"{shown(text)} is not a number; expected {expected(column)}") from None
    low, high = (0, 1) if column.kind == "flag" else (column.low, column.high)
    whole = column.kind != "number"
    if not math.isfinite(value) or not low <= value <= high or (whole and value != int(value)):
        raise CellError(f"{shown(text)} is out of range; expected {expected(column)}")
    return int(value) if whole else value


def expected(column):
    """Say what a column takes."""
    if column.kind == "flag":
        return "0 or 1"
    if column.kind in ("number", "whole"):
        what = "a whole number" if column.kind == "whole" else "a number"
        return what if math.isinf(column.low) else f"{what} from {column.low:g} to {column.high:g}"
    if column.kind in ("ref", "refs"):
        what = " or ".join(column.of)
        return f"ids of {what}, separated by semicolons" if column.kind == "refs" else f"an id of {what}"
    return {
        "date": "a date such as 2014-01-03",
        "id": "lower-case letters, digits and underscores",
        "one": f"one of {', '.join(column.of)}",
        "text": "some text",
        "name": "a name without $ and line breaks",
        "via": "points such as Suran:35.29:36.75|Murak:35.38:36.69 (name, latitude, longitude)",
    }[column.kind]


def hint(wrong, right):
    """Half a sentence: what was probably meant, or what there is."""
    return _hint(str(wrong), frozenset(map(str, right)))


@functools.lru_cache(maxsize=1024)  # one slip in a column of 100,000 rows is looked up once
def _hint(wrong, right):
    near = suggest(wrong, sorted(right))
    if near is not None:
        return f"did you mean {near!r}?"
    return f"expected one of: {', '.join(sorted(right)[:12])}{', ...' if len(right) > 12 else ''}"
