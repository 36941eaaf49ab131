"""The one base of this project's errors: a list of problems, told in a message of bounded length."""

SHOWN = 20  # problems in a message; a file with 100,000 bad rows must not print 100,000 lines
VALUE = 60  # letters of a value that a message shows
LONGEST = 1_200  # letters of a problem that it shows: a value may have as many as memory holds


class InfightingError(ValueError):
    """Something that was asked for or read is wrong.

    Parameters
    ----------
    problems : str or list of str
        One sentence for each thing that is wrong.

    Attributes
    ----------
    problems : list of str
        All sentences; the message shows the first 20 and counts the rest.

    Examples
    --------
    >>> print(InfightingError([f"row {k} is empty" for k in range(100)]))  # doctest: +ELLIPSIS
    row 0 is empty
    ...
    row 19 is empty
    and 80 more
    """

    def __init__(self, problems):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__(self.problems)

    def __str__(self):
        """The first problems, one a line, and how many more there are."""
        more, half = len(self.problems) - SHOWN, LONGEST // 2
        shown = [p if len(p) <= LONGEST else f"{p[:half]} ... {p[-half:]}" for p in self.problems[:SHOWN]]
        return "\n".join(shown + ([f"and {more:,} more"] if more > 0 else []))


def shown(value):
    """A value as a message shows it: at most 60 letters."""
    text = repr(value)
    return text if len(text) <= VALUE else f"{text[: VALUE - 4]}...{text[-1]}"
