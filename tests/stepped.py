"""What tests of the stepped model share: how long it was run, and what must be the same in the same run."""

DAYS = 12
OF_TODAY = ("head", "entries", "used", "room")


def sums(model):
    """The ledger without today's entries."""
    return [model.ledger[name].tobytes() for name in model.ledger.dtype.names if name not in OF_TODAY]


def bits(model):
    """Everything that must be the same in the same run."""
    return [model.state.tobytes(), *sums(model), model._history.entries.tobytes()]
