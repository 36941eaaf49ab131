"""Parameters of sim/core/processes/finance.py: income and pay."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Finance(Bounded):
    """Income and pay."""

    on: bool = switch("income and pay")
    tax: float = number(0.02, "kUSD/1,000 persons/day", (0.005, 0.06), "assumed")
    toll: float = number(5.0, "kUSD/day", (1.0, 15.0), "assumed: at one open border post")
    oil: float = number(15.0, "kUSD/day", (2.0, 40.0), "assumed: at one main field")
    wage: float = number(3.0, "USD/man/day", (1.0, 8.0), "assumed: 90 USD a month with board")
    arms_low: float = number(
        0.7, "1", (0.5, 0.9), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    arms_gain: float = number(
        0.5, "1", (0.0, 0.8), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    aid_coercion: float = number(0.3, "1", (0.0, 1.0), "assumed; sign from Salehyan, Siroky and Wood 2014")
