"""Public names of a package, imported when they are first used: start-up waits for none of them."""

import importlib


def lazy(package, homes):
    """The ``__getattr__`` of a package: public names (and the modules they are in), imported when first used.

    >>> lazy("sim.scenario", {"scenario_names": "folder"})("scenario_names").__module__
    'sim.scenario.folder'
    """

    def lookup(name):
        if name in homes.values():
            return importlib.import_module(f"{package}.{name}")
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return lookup
