"""Parameters of sim/core/processes/finance.py: income and pay."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Finance(Bounded):
    """Income and pay."""

    on: bool = switch()
    """Enables income and pay; off stops taxes, tolls, oil, pay and rearmament."""
    tax: float = number(0.02, "kUSD/1,000 persons/day", (0.005, 0.06), "assumed")
    """Daily tax from each 1,000 residents who do not protest; higher enriches whoever holds large towns."""
    toll: float = number(5.0, "kUSD/day", (1.0, 15.0), "assumed")
    """Daily toll income from one open border post; higher enriches whoever holds the crossings."""
    oil: float = number(15.0, "kUSD/day", (2.0, 40.0), "assumed")
    """Daily income from one main oil field; higher enriches whoever holds the oil towns."""
    wage: float = number(3.0, "USD/man/day", (1.0, 8.0), "assumed; 90 USD a month with board")
    """Daily pay of a fighter; higher leaves more men unpaid and less for arms."""
    arms_low: float = number(
        0.7, "", (0.5, 0.9), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    """Arms level that a faction without income drifts to; higher strengthens poor factions."""
    arms_gain: float = number(
        0.5, "", (0.0, 0.8), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    """Most that income can add to the arms level; higher widens the gap between rich and poor factions."""
    aid_coercion: float = number(0.3, "", (0.0, 1.0), "assumed; sign from Salehyan, Siroky and Wood 2014")
    """Relative rise in coerciveness when all income is aid; higher makes funded factions harsher."""
