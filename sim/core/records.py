"""One world, one record: named tables side by side in a single block of memory.

The rules take a whole world as an argument. As a tuple of thirty arrays that costs more than the rules
themselves, compiled and compiling; as a record of tables it is one pointer (measured: 3,300 ms against
20 ms a world). Python sees the same memory as recarrays: ``state.towns[3].holder``,
``state.towns.holder``.
"""

import numpy as np


class Tables(np.record):
    """A record whose tables are seen as recarrays; its own columns as plain numbers."""

    def __getattribute__(self, name):
        """Show a table as a recarray; all else as numpy does."""
        value = super().__getattribute__(name)
        if type(value) is np.ndarray and value.dtype.names is not None:
            return value.view(np.recarray)
        return value


def row_type(columns):
    """Type of one row with these columns.

    Parameters
    ----------
    columns : dict
        ``name: (type, unit, meaning)``, such as ``sim.core.state.TOWN``.
    """
    return np.dtype((np.record, [(name, kind) for name, (kind, _, _) in columns.items()]))


def block_type(fields):
    """Type of a block of tables.

    Parameters
    ----------
    fields : dict
        ``name: (columns or type, shape)``; a shape of () is a single number.
    """
    parts = []
    for name, (what, shape) in fields.items():
        kind = row_type(what) if isinstance(what, dict) else np.dtype(what)
        parts.append((name, kind, shape))
    return np.dtype((Tables, parts))


def block(fields):
    """A block of tables, all zero.

    Parameters
    ----------
    fields : dict
        As for `block_type`.

    Returns
    -------
    Tables

    Examples
    --------
    >>> from sim.core.state import TOWN
    >>> block({"towns": (TOWN, (2,))}).towns.holder
    array([0, 0])
    """
    return np.zeros(1, block_type(fields))[0].copy()
