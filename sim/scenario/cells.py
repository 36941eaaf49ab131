"""One cell of a table: what it may hold, and one sentence when it does not."""

import datetime
import difflib
import math
from dataclasses import dataclass

NEEDED = object()  # an empty cell is refused


class ScenarioError(ValueError):
    """A scenario that cannot be played.

    Parameters
    ----------
    problems : list of str
        One sentence each, naming file, row, column, value and what was expected.

    Attributes
    ----------
    problems : list of str
        The same sentences.
    """

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class CellError(ValueError):
    """Why a cell is refused."""


@dataclass(frozen=True)
class Column:
    """What a cell may hold; ``blank`` is what an empty one means."""

    kind: str = "text"  # id, text, number, whole, flag, date, one, ref or refs
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
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise CellError(f"{text!r} is not a date; expected {expected(column)}") from None
    if column.kind == "one" and text not in column.of:
        raise CellError(f"{text!r} is unknown; {suggest(text, column.of)}")
    if column.kind == "id" and not (
        text.isascii() and text.replace("_", "").isalnum() and text == text.lower()
    ):
        raise CellError(f"{text!r} is not an id; expected {expected(column)}")
    if column.kind in ("ref", "refs"):
        parts = [part.strip() for part in text.split(";")] if column.kind == "refs" else [text]
        if all(table in known for table in column.of):  # else the other table is itself refused
            ids = set().union(*(known[table] for table in column.of))
            for part in parts:
                if part not in ids:
                    raise CellError(f"{part!r} is unknown; expected {expected(column)}; {suggest(part, ids)}")
        return tuple(parts) if column.kind == "refs" else text
    return text


def convert_number(text, column):
    """Return a finite number within the column's bounds, or raise a CellError."""
    try:
        value = float(text)
    except ValueError:
        raise CellError(f"{text!r} is not a number; expected {expected(column)}") from None
    low, high = (0, 1) if column.kind == "flag" else (column.low, column.high)
    whole = column.kind != "number"
    if not math.isfinite(value) or not low <= value <= high or (whole and value != int(value)):
        raise CellError(f"{text!r} is out of range; expected {expected(column)}")
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
    }[column.kind]


def suggest(wrong, right):
    """Half a sentence: what was probably meant, or what there is."""
    nearest = difflib.get_close_matches(str(wrong), [str(r) for r in right], n=1, cutoff=0.5)
    if nearest:
        return f"did you mean {nearest[0]!r}?"
    shown = ", ".join(sorted(str(r) for r in right)[:12])
    return f"expected one of: {shown}{', ...' if len(right) > 12 else ''}"
