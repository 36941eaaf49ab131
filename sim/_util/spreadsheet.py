"""CSV files as people and spreadsheets leave them: read where only one reading is possible.

Semicolons or tabs between cells, decimal commas beside semicolons, byte-order marks, non-breaking spaces,
empty rows and columns, and dates with the day first are understood; what could mean two things is refused.
"""

import codecs
import csv
import datetime
import io
import re

DELIMITERS = ",;\t"
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")  # marks that web pages and editors leave in a cell
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
BIG_ENDIAN_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
WORDY = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2,8}) (\d{4})")  # as ACLED writes dates
MONTHS = ("January", "February", "March", "April", "May", "June")
MONTHS += ("July", "August", "September", "October", "November", "December")
MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


def clean(cell):
    """A cell without spaces around it, and without what cannot be seen."""
    return INVISIBLE.sub("", cell.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def read_table(content, label, columns):
    r"""Header and rows of a CSV file.

    Parameters
    ----------
    content : bytes
        Of the file.
    label : str
        What messages call it.
    columns : collection of str
        Names that a header may have; they tell which letter stands between cells.

    Returns
    -------
    header : list of str
        Empty columns at the end are left out; no header for an empty file.
    rows : list of (int, list of str)
        Number of the line and its cells; empty rows are left out.
    problems : list of str
        One sentence for each row that cannot be read.

    Examples
    --------
    >>> read_table(b"a;b;\n1,5;x;\n;;\n", "x.csv", ["a", "b"])
    (['a', 'b'], [(2, ['1.5', 'x'])], [])
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # "Unicode text" of Excel
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [], [f"{label}: byte {error.start} is not UTF-8; expected a file saved as UTF-8"]
    delimiter = delimiter_of(next((line for line in text.splitlines() if line.strip()), ""), columns)
    lines, found, problems = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [], []
    try:
        for cells in lines:
            cells = [clean(cell) for cell in cells]
            if delimiter == ";":
                cells = [c.replace(",", ".") if DECIMAL_COMMA.fullmatch(c) else c for c in cells]
            if any(cells):
                found.append((lines.line_num, cells))
    except csv.Error as error:
        problems.append(f"{label}, row {lines.line_num}: not valid CSV ({error})")
    header, rows = (found[0][1], found[1:]) if found else ([], [])
    while header and not header[-1] and not any(any(cells[len(header) - 1 :]) for _, cells in rows):
        header.pop()
    sound = []
    for line, cells in rows:
        cells = cells if any(cells[len(header) :]) else cells[: len(header)]
        if len(cells) != len(header):
            problems.append(
                f"{label}, row {line}: {len(cells)} cells; expected {len(header)}, one for each column"
            )
        else:
            sound.append((line, cells))
    return header, sound, problems


def delimiter_of(header, columns):
    """The letter between cells: the one that makes most names of columns out of the header of a file."""

    def known(delimiter):
        return sum(clean(cell.strip().strip('"')) in columns for cell in header.split(delimiter))

    return max(DELIMITERS, key=known)


def day_first(texts):
    """Whether the dates of a column have the day first: True, False, or None where nothing tells."""
    ways = set()
    for found in filter(None, map(YEAR_LAST.fullmatch, texts)):
        first, second = int(found[1]), int(found[3])
        if found[2] != "." and (first > 12) != (second > 12):
            ways.add(first > 12)
    return ways.pop() if len(ways) == 1 else None


def date(text, day_first=None):
    """The date that a cell holds, or ValueError saying why it cannot be told.

    Parameters
    ----------
    text : str
        As 2014-01-31, 31.1.2014, 31/01/2014, 31 January 2014.
    day_first : bool, optional
        What other dates of the column tell, for a date such as 01/12/2013.

    Examples
    --------
    >>> date("31.01.2014"), date("2014-01-31 00:00:00")
    (datetime.date(2014, 1, 31), datetime.date(2014, 1, 31))
    >>> date("01/12/2013")
    Traceback (most recent call last):
    ValueError: '01/12/2013' may be 1 December or 12 January
    """
    text = MIDNIGHT.sub("", text)
    if found := BIG_ENDIAN_FIRST.fullmatch(text):
        return datetime.date(*map(int, found.groups()))
    if (found := WORDY.fullmatch(text)) and found[2] in MONTHS:
        return datetime.date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
    found = YEAR_LAST.fullmatch(text)
    if not found:
        return datetime.date.fromisoformat(text)
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] == "." or first > 12 or first == second:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        one, other = (datetime.date(year, *pair) for pair in ((second, first), (first, second)))
        raise ValueError(f"{text!r} may be {one.day} {one:%B} or {other.day} {other:%B}")
    day, month = (first, second) if day_first else (second, first)
    return datetime.date(year, month, day)
