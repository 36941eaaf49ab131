"""Parameters of sim/core/processes/finance.py: income and pay."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Finance(Bounded):
    """Income and pay."""

    on: bool = switch()
    """Enables income and pay; off stops taxes, tolls, oil, pay and the trade in weapons."""
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
    """Fighting value of men without weapons to speak of; higher strengthens poor factions."""
    arms_high: float = number(
        1.2, "", (1.05, 1.6), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    """Fighting value of men with weapons without end; higher widens the gap between rich and poor."""
    price: float = number(1.0, "kUSD/man", (0.5, 2.5), "assumed: a rifle with ammunition")
    """Price of weapons for one man; higher makes money count for less."""
    wear: float = number(270.0, "days", (180.0, 365.0), "assumed: six to twelve months")
    """Days in which weapons fall to 37 per cent if none are added; longer lets captured arms last."""
    aid_coercion: float = number(0.3, "", (0.0, 1.0), "assumed; sign from Salehyan, Siroky and Wood 2014")
    """Relative rise in coerciveness when all income is aid; higher makes funded factions harsher."""
