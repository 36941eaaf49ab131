"""Views: values by name, read from the tables of state and written back when assigned; and agents by name.

An agent's attribute makes a new view at each look, so that it never shows a stale number; a view that is kept
shows the day on which it was made, and refuses to overwrite what has changed since.
"""

from collections.abc import Mapping

from sim._util.validation import UnknownNameError, row_of


class View(dict):
    """Values by name as they were when the view was made; what is assigned is written into the model's state.

    A dict, so that a data collector or a list that holds one holds the numbers of that day. Copies and
    pickles are plain dicts, which write nowhere.

    Parameters
    ----------
    what : str
        What the values are, such as ``"grievance of azaz"``; used in messages.
    kind : str
        What the names are: ``"town"``, ``"faction"``, ``"province"``.
    names : iterable of str
        The names, in the order of their rows.
    read : callable
        ``read()`` gives the values of this moment, in the order of the names.
    write : callable, optional
        ``write(row, what, value)`` checks and writes one; without it the view is read-only.
    """

    def __init__(self, what, kind, names, read, write=None):
        self._what, self._kind, self._rows = what, kind, {name: row for row, name in enumerate(names)}
        self._read, self._write = read, write
        self._refresh()

    def _refresh(self):
        super().update(zip(self._rows, self._read(), strict=True))

    def __missing__(self, name):
        """A nested view takes two names at once; of any other name the nearest is given."""
        if isinstance(name, tuple) and len(name) == 2:
            return self[name[0]][name[1]]
        raise UnknownNameError(self._kind, name, self._rows)

    def __setitem__(self, name, value):
        """Check the value and write it into the state."""
        if isinstance(name, tuple) and len(name) == 2:
            self[name[0]][name[1]] = value
            return
        row = row_of(self._kind, name, self._rows)
        if self._write is None:
            raise AttributeError(f"{self._what} follows from the rules and cannot be set by hand")
        if self._read()[row] != self[name]:  # or `view[name] += 1` would add to a number that is out of date
            raise ValueError(
                f"{self._what} [{name!r}] has changed since this view was made: take a new one to set it"
            )
        self._write(row, f"{self._what} [{name!r}]", value)
        self._refresh()

    def update(self, *args, **kwargs):
        """Assign several values, one after the other."""
        for name, value in dict(*args, **kwargs).items():
            self[name] = value

    def __ior__(self, other):
        """Assign several values."""
        self.update(other)
        return self

    def _fixed(self, *args, **kwargs):
        raise TypeError(f"{self._what} has one value for every {self._kind}: none can be added or removed")

    __delitem__ = pop = popitem = clear = setdefault = _fixed

    def copy(self):
        """The values as a plain dict; nested views become dicts too."""
        return {name: value.copy() if isinstance(value, View) else value for name, value in self.items()}

    __copy__ = copy

    def __deepcopy__(self, memo):
        """The values as a plain dict."""
        return self.copy()

    def __reduce__(self):
        """Pickle the values as a plain dict."""
        return dict, (self.copy(),)

    def __repr__(self):
        """Show what differs from zero."""
        shown = {n: v for n, v in self.items() if not isinstance(v, (int, float)) or v}
        parts = (f"{n}: {v:.4g}" if isinstance(v, float) else f"{n}: {v!r}" for n, v in shown.items())
        return f"<{self._what}: {', '.join(parts) or 'all zero'}>"

    def _ipython_key_completions_(self):
        return list(self)


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

    def __contains__(self, name):
        """Whether an agent is called that; asking makes no suggestion, which is slow."""
        return name in self._agents

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
