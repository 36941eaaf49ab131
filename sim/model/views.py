"""Windows: names, and live values by name, on the tables of state.

A window holds no value. Reading looks the row up in the state of this moment, assigning checks the
value and writes it there, so that a window kept over many days can never show a stale number.
"""

from collections.abc import Mapping

from sim._util.validation import UnknownNameError, row_of


class Window(Mapping):
    """Values by name, read from the state at each look and written there when assigned.

    Parameters
    ----------
    what : str
        What the values are, such as ``"grievance of azaz"``; used in messages.
    kind : str
        What the names are: ``"town"``, ``"faction"``, ``"province"``.
    rows : dict
        Row of each name.
    read : callable
        ``read(row)`` gives the value.
    write : callable, optional
        ``write(row, what, value)`` checks and writes it; without it the window is read-only.
    """

    def __init__(self, what, kind, rows, read, write=None):
        self._what, self._kind, self._rows = what, kind, rows
        self._read, self._write = read, write

    def __getitem__(self, name):
        """The value under this name now; a nested window also takes two names at once."""
        if isinstance(name, tuple) and len(name) == 2:
            return self[name[0]][name[1]]
        return self._read(row_of(self._kind, name, self._rows))

    def __setitem__(self, name, value):
        """Check the value and write it into the state."""
        if isinstance(name, tuple) and len(name) == 2:
            self[name[0]][name[1]] = value
            return
        row = row_of(self._kind, name, self._rows)
        if self._write is None:
            raise AttributeError(f"{self._what} follows from the rules and cannot be set by hand")
        self._write(row, f"{self._what} [{name!r}]", value)

    def __contains__(self, name):
        """Whether there is such a name."""
        return name in self._rows

    def __iter__(self):
        """Go over the names."""
        return iter(self._rows)

    def __len__(self):
        """Count the names."""
        return len(self._rows)

    def __repr__(self):
        """Show what differs from zero."""
        shown = {n: v for n, v in self.items() if not isinstance(v, (int, float)) or v}
        told = (f"{n}: {v:.4g}" if isinstance(v, float) else f"{n}: {v!r}" for n, v in shown.items())
        return f"<{self._what}: {', '.join(told) or 'all zero'}>"

    def _ipython_key_completions_(self):
        return list(self._rows)


class Names(Mapping):
    """Agents by name: ``model.towns["azaz"]`` or ``model.towns.azaz``; both complete by tab.

    Parameters
    ----------
    kind : str
        What the names are, such as ``"town"``.
    agents : dict
        Agent of each name.
    """

    def __init__(self, kind, agents):
        self._kind, self._agents = kind, agents

    def __getitem__(self, name):
        """The agent of this name."""
        return row_of(self._kind, name, self._agents)

    def __getattr__(self, name):
        """The agent of this name, as an attribute."""
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except UnknownNameError as unknown:
            raise AttributeError(str(unknown)) from None

    def __iter__(self):
        """Go over the names."""
        return iter(self._agents)

    def __len__(self):
        """Count the agents."""
        return len(self._agents)

    def __dir__(self):
        """Complete names after a dot."""
        return [*super().__dir__(), *self._agents]

    def __repr__(self):
        """Show the names."""
        return f"<{len(self)} {self._kind}s: {', '.join(self._agents)}>"

    def _ipython_key_completions_(self):
        return list(self._agents)
