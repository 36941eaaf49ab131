"""One world, one record: named tables side by side in a single block of memory.

The rules take a whole world as an argument. As a tuple of thirty arrays that costs more than the rules
themselves, compiled and compiling; as a record of tables it is one pointer (measured: 3,300 ms against
20 ms a world). Python sees the same memory as recarrays: ``state.towns[3].holder``,
``state.towns.holder``.

How long the tables are is written at the head of the block, as numbers: compiled rules read it there, so that
one compilation serves worlds of every size.
"""

from itertools import chain

import numpy as np

HEAD = "head"  # of a block: how long each dimension is, then where each table begins, in bytes
WORD = 8  # bytes of a number in the head, and of a number that stands beside the tables
FORMS = {}  # kind of block: its Form


def row_type(columns):
    """Type of one row with these columns.

    Parameters
    ----------
    columns : dict
        ``name: (type, unit, meaning)``, such as ``sim.core.state.TOWN``.
    """
    return np.dtype((np.record, [(name, kind) for name, (kind, _, _) in columns.items()]))


class Form:
    """What a kind of block is made of, whatever the size of a world.

    Parameters
    ----------
    kind : str
        Name of the kind.
    fields : dict
        ``name: (columns or type, shape)``. A shape is a tuple of names of dimensions, whose sizes differ from
        world to world, and of numbers; that of a single whole number is ().
    """

    def __init__(self, kind, fields):
        self.kind = kind
        self.numbers = [name for name, (_, shape) in fields.items() if not shape]
        self.tables = {
            name: (row_type(what) if isinstance(what, dict) else np.dtype(what), shape)
            for name, (what, shape) in fields.items()
            if shape
        }
        named = chain.from_iterable(shape for _, shape in self.tables.values())
        self.dimensions = list(dict.fromkeys(d for d in named if isinstance(d, str)))
        self.words = len(self.dimensions) + len(self.tables)
        # bytes from the start of a block to the size of a dimension; to where a table begins, or to a number
        self.size = {name: WORD * k for k, name in enumerate(self.dimensions)}
        after = enumerate([*self.tables, *self.numbers], len(self.dimensions))
        self.place = {name: WORD * k for k, name in after}

    def dtype(self, record, sizes):
        """Type of a block of this form, as a record class, with dimensions of these sizes."""
        parts = [(HEAD, np.int64, (self.words,)), *((name, np.int64) for name in self.numbers)]
        for name, (row, shape) in self.tables.items():
            parts.append((name, row, tuple(sizes.get(d, d) for d in shape)))
        return np.dtype((record, parts))

    def head(self, dtype):
        """Numbers at the head of a block of this type."""
        sizes = {}
        for name, (_, shape) in self.tables.items():
            sizes |= zip(shape, dtype[name].shape, strict=True)
        return [sizes[d] for d in self.dimensions] + [dtype.fields[name][1] for name in self.tables]


class Tables(np.record):
    """A record whose tables are seen as recarrays; its own columns as plain numbers.

    Each kind of block is a subclass: ``class State(Tables, fields=...)``, with fields as for `Form`.
    """

    def __init_subclass__(cls, fields):
        """Declare a kind of block."""
        FORMS[cls.__name__] = cls._form = Form(cls.__name__, fields)

    def __getattribute__(self, name):
        """Show a table as a recarray; all else as numpy does."""
        value = super().__getattribute__(name)
        if type(value) is np.ndarray and value.dtype.names is not None:
            return value.view(np.recarray)
        return value

    @classmethod
    def empty(cls, **sizes):
        """A block of this kind, all zero, with dimensions of these sizes."""
        dtype = cls._form.dtype(cls, sizes)
        block = np.zeros(1, dtype)[0].copy()
        block[HEAD] = cls._form.head(dtype)
        return block

    def resized(self, **sizes):
        """A copy in which some dimensions are longer; what is new is zero."""
        form = self._form
        own = dict(zip(form.dimensions, self[HEAD].tolist(), strict=False))
        new = type(self).empty(**own | sizes)
        for name in form.numbers:
            new[name] = self[name]
        for name in form.tables:
            new[name][tuple(map(slice, self[name].shape))] = self[name]
        return new

    def repeated(self, count):
        """So many copies, in one array."""
        out = np.empty(count, self.dtype)
        out[:] = self
        return out
