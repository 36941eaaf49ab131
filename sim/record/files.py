"""Files of a record: found, read, and every name in them matched; problems and notes are gathered."""

import functools
import hashlib
import math
import re
import unicodedata
from collections import Counter

from sim._util import spreadsheet
from sim._util.errors import InfightingError
from sim._util.files import read_bytes
from sim._util.suggestions import suggest

LONGEST = 3650  # days that runs can have, and so a record
ALIASES = "aliases.csv"
LEFT_OUT = ""  # what a name means that is known to be off the map
LISTED = 12  # unknown names told in one sentence
FILES = {  # file: columns it needs
    "control.csv": ("town", "from", "to", "holder", "focal_role", "confidence", "date_precision"),
    "targets.csv": (
        *("id", "measure", "side", "towns", "held", "from", "to", "statistic"),
        *("value", "lo", "hi"),
    ),
    "fatalities_sohr.csv": ("as_of", "total", "rebels", "focal", "civilians"),
    "ucdp_weekly.csv": ("week_starting", "dyad", "province", "events"),
    "clashes.csv": ("date", "by", "against"),
    "wars.csv": ("faction_a", "faction_b"),
    ALIASES: ("file", "token", "means"),
}
SAME = {  # names of columns in the data page's control.csv
    "town_id": "town",
    "date_from": "from",
    "date_to": "to",
    "controller": "holder",
    "isis_role": "focal_role",
}
ACCENTS = ("Mn", "Lm")  # marks above and below letters, half rings, the long stroke of Arabic
APOSTROPHES = re.compile("['`\u2018\u2019\u00b4]")
KIND_OF_PLACE = re.compile(r"\b(governorate|province|muhafazat)\b")


class RecordError(InfightingError):
    """A record that cannot be used: which file, row, column and value, and what was expected."""


@functools.lru_cache(maxsize=4096)
def plain(word):
    r"""A name without capitals, accents, apostrophes, hyphens, odd spaces and what kind of place it is.

    Examples
    --------
    >>> plain("Deir-ez-Zor\u00a0Governorate ") == plain("deir ez-zor")
    True
    >>> plain("Ma\u02bfarrat al-Nu\u02bfm\u0101n")
    'maarrat al numan'
    """
    letters = (c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c) not in ACCENTS)
    word = re.sub(r"[\s_-]+", " ", APOSTROPHES.sub("", "".join(letters))).casefold().strip()
    return KIND_OF_PLACE.sub("", word).strip() or word


def find(word, words):
    """The one of some words that is meant, whatever its capitals and spaces; None if none or several are."""
    if word in words:
        return word
    alike = {known for known in words if plain(known) == plain(word)}
    return alike.pop() if len(alike) == 1 else None


def titles(scenario):
    """Ids by the names of towns and factions, in Latin and Arabic letters, whole and without brackets."""
    found = {}
    for table, columns in ((scenario.towns, ("name", "name_ar")), (scenario.factions, ("name",))):
        for column in columns:
            for known, name in zip(table["id"], table[column], strict=True):
                for part in (name, *re.split("[()/]", name)):
                    found.setdefault(plain(part), set()).add(known)
    found.pop("", None)
    return found


class Row(dict):
    """One row of a file as text; what is wrong in it goes to the reader's problems, and its value is None."""

    def __init__(self, values, reader, file, line, day_first):
        super().__init__(values)
        self.reader, self.file, self.line, self.day_first = reader, file, line, day_first

    def wrong(self, column, expected):
        """Note a problem about one cell."""
        self.reader.problems.append(
            f"{self.file}, row {self.line}, {column}: {self[column]!r}; expected {expected}"
        )

    def day(self, column):
        """Day of a date."""
        scenario = self.reader.scenario
        try:
            day = scenario.day(spreadsheet.date(self[column], self.day_first[column]))
        except ValueError as error:
            why = f"a date such as 2014-01-31{f' ({error})' if ' may be ' in str(error) else ''}"
            return self.wrong(column, why)
        if day > LONGEST:
            return self.wrong(column, f"a date not after {scenario.date(LONGEST)}, the last day of any run")
        return day

    def number(self, column, blank=None, low=-math.inf):
        """A number; ``blank`` for an empty cell or a column that is not there, where that may be."""
        text = self.get(column, "")
        if not text and blank is not None:
            return blank
        expected = "a number" if math.isinf(low) else f"a number, {low} or more"
        try:
            value = float(text)
        except ValueError:
            return self.wrong(column, expected)
        return value if math.isfinite(value) and value >= low else self.wrong(column, expected)

    def choice(self, column, choices):
        """One of some words, whatever its capitals."""
        found = find(self[column], choices)
        return self.wrong(column, f"one of {', '.join(filter(None, choices))}") if found is None else found

    def name(self, column, what, words, word=None, found=None):
        """A name by the scenario or its aliases: LEFT_OUT if it is off the map, None if it is unknown."""
        word = self[column] if word is None else word
        found = self.reader.meaning(self.file.name, word, words) if found is None else found
        if found is None:
            unknown = self.reader.unknown.setdefault((self.file, column, what, tuple(words)), {})
            unknown.setdefault(word, self.line)
        elif found == LEFT_OUT:
            self.reader.left_out.setdefault(self.file.name, Counter())[word] += 1
        return found


class Reader:
    """Reads the files of one record, and remembers what was wrong and what was left out.

    Parameters
    ----------
    where : callable
        ``where(name)`` gives the path of a file, or None where there is none.
    aliases : list of Path
        Tables of other names, the nearest first.
    scenario : Scenario
        Whose names and days count.
    """

    def __init__(self, where, aliases, scenario):
        self.where, self.scenario = where, scenario
        self.problems, self.notes, self.files = [], [], {}
        self.unknown, self.left_out, self.aliases = {}, {}, {}
        self.titles = titles(scenario)
        for path in reversed(aliases):
            for row in self.rows_of(path):
                self.aliases[row["file"], plain(row["token"])] = row["means"]
        self.found = {}

    def rows(self, name):
        """Rows of a file of the record; None where there is none, or none that can be read."""
        path = self.where(name)
        rows = None if path is None else self.rows_of(path)
        if rows is not None:
            self.found[name] = len(rows)
        return rows or None

    def rows_of(self, path):
        """Rows of any file, with the columns it needs."""
        needed = FILES[path.name]
        try:
            content = read_bytes(path)
        except OSError as error:
            self.problems.append(f"{path} cannot be read: {error.strerror}")
            return []
        header, rows, problems = spreadsheet.read_table(content, str(path), {*needed, *SAME})
        if path.name == "control.csv":
            header = [SAME.get(column, column) for column in header]
        own = {f"{self.scenario.focal}{part}": f"focal{part}" for part in ("", "_deaths")}
        header = [own.get(column, column) for column in header]  # counts of the focal faction carry its id
        wrong = [column for column in needed if header.count(column) != 1]
        if wrong and not any("UTF-8" in problem for problem in problems):
            id_of = {name: column for column, name in own.items()}
            asked, has = ([id_of.get(column, column) for column in these] for these in (needed, header))
            how, which = "two columns" if wrong[0] in header else "no column", id_of.get(wrong[0], wrong[0])
            has = ", ".join(has) or "no header"
            problems = [f"{path}: there is {how} {which}; expected {', '.join(asked)} (it has {has})"]
        self.problems += problems
        if problems:
            return []
        self.files[path.name] = hashlib.sha256(content).hexdigest()
        columns = dict(zip(header, zip(*(cells for _, cells in rows), strict=True), strict=bool(rows)))
        order = {column: spreadsheet.day_first(cells) for column, cells in columns.items()}
        return [Row(zip(header, cells, strict=True), self, path, line, order) for line, cells in rows]

    def meaning(self, file, word, words):
        """What a word of a file means: one of some words, LEFT_OUT, or None if that is not known."""
        found = find(word, words)
        for where in (file, ""):
            if found is None and (where, plain(word)) in self.aliases:
                means = self.aliases[where, plain(word)]
                found = find(means, words) if means else LEFT_OUT
        titled = self.titles.get(plain(word), set()).intersection(words) if found is None else ()
        return titled.pop() if len(titled) == 1 else found

    def note(self, name, used, *why):
        """Say how many rows of a file count, and why others do not."""
        left_out = self.left_out.get(name)
        if left_out:
            names = ", ".join(f"{word} ({count})" for word, count in sorted(left_out.items()))
            why = (*why, f"left out, as {ALIASES} says: {names}")
        self.notes.append("; ".join([f"{name}: {used:,} of {self.found[name]:,} rows used", *why]))

    def refuse(self):
        """Raise everything found so far; all unknown names of one kind are one problem."""
        for (file, column, what, words), found in self.unknown.items():
            listed = [f"{word!r} (row {line}{hint(word, words)})" for word, line in found.items()]
            more = f" and {len(listed) - LISTED:,} more" if len(listed) > LISTED else ""
            self.problems.append(
                f"{file}, column {column}: no {what} of {self.scenario.name} is called "
                f"{', '.join(listed[:LISTED])}{more}; correct the file, or say in {ALIASES} beside it what a "
                f"name means (columns {', '.join(FILES[ALIASES])}; nothing under means leaves its rows out)"
            )
        self.unknown = {}
        if self.problems:
            raise RecordError(self.problems)


def hint(word, words):
    """Half a sentence: the name that was meant, if only a slip of the pen is between them.

    A letter too many, too few, or two of them exchanged is a slip; another letter is another place.

    Examples
    --------
    >>> hint("azazz", ["azaz"]), hint("sarmin", ["sarrin"])
    ("; did you mean 'azaz'?", '')
    """
    near = suggest(word, words)
    one, other = Counter(plain(word)), Counter(plain(near or ""))
    slip = (one - other).total() + (other - one).total() <= 1
    return f"; did you mean {near!r}?" if near and slip else ""
