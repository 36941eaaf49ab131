"""`sim.view`: the live view of a stepped world, in a notebook."""

import importlib.util

from sim._util import validation


def view(model):
    """Show a stepped world live: a map to play, step and go back on, redrawn whenever the world is stepped.

    In a notebook, as the last line of a cell. Whatever steps the world moves the view: its own buttons,
    ``model.step()`` in another cell, a loop.

    Parameters
    ----------
    model : RebelConflict
        The world; it is stepped itself, not a copy. ``model.fork()`` gives a copy.

    Returns
    -------
    View
        A widget: ``.show(day)`` goes to an evening that was played, ``.town = "azaz"`` chooses a town.

    Raises
    ------
    TypeError
        It is no stepped world.
    ModuleNotFoundError
        The extra ``notebook`` is not installed.

    Examples
    --------
    >>> import sim
    >>> model = sim.RebelConflict(seed=1)
    >>> shown = sim.view(model)
    >>> model.step()
    >>> "day 1 of 271" in repr(shown)
    True
    """
    if not hasattr(model, "watch"):
        raise validation.invalid(
            "model", model, "a stepped world, such as sim.RebelConflict(seed=1)", TypeError
        )
    if importlib.util.find_spec("ipyvue") is None:
        raise ModuleNotFoundError("view needs ipyvue: pip install 'infighting[notebook]'", name="ipyvue")
    from sim.report.widget import View  # here: a notebook's extra, which nothing else needs

    return View(model)
