"""Parameters of sim/core/processes/risings.py: hidden men who come out against a hated ruler."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Risings(Bounded):
    """Hidden men who come out against a hated ruler."""

    on: bool = switch()
    """Enables risings; off leaves towns to whoever has men in them."""
    hidden: float = number(3.0, "men/1,000 persons", (1.0, 10.0), "assumed")
    """Hidden local men of those at home in a town; higher makes risings larger."""
    rate: float = number(0.2, "1/day", (0.0, 0.5), "assumed; Jarabulus rose on 5 January 2014")
    """Daily chance that a town that protests to the last man rises once war is near; higher brings more."""
