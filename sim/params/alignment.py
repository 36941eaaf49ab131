"""Parameters of sim/core/processes/alignment.py: who joins the war on whom."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Alignment(Bounded):
    """Who joins the war on whom."""

    on: bool = switch()
    """Enables decisions to join or leave wars; off freezes the wars as they stand at the start."""
    hostility: float = fitted("", (0.0, 1.0), "assumed")
    """Weight of a faction's own hostility in joining; higher makes aggrieved factions go to war sooner."""
    mood: float = fitted("", (0.0, 0.6), "assumed")
    """Weight of grievance and protest against the target; higher lets popular anger bring wars."""
    distance: float = fitted("", (0.0, 0.4), "assumed; sign from Gade, Hafez and Gabbay 2019")
    """Weight of ideological distance in joining; higher sets unlike factions against each other."""
    rivalry: float = fitted("", (0.0, 0.2), "assumed; sign from Pischedda 2018, Hafez 2020")
    """Weight of a declared rivalry in joining; higher makes rivals fight each other sooner."""
    quarrel: float = number(0.6, "", (0.3, 0.9), "assumed")
    """Own hostility needed for war on others than the focal faction; higher keeps rebels from it."""
    oversized_coalition: float = fitted("", (0.0, 1.5), "assumed; Christia 2012")
    """Weight of not being needed to win; higher keeps ideological kin out of strong coalitions."""
    common_enemy: float = fitted("", (0.0, 0.8), "assumed; Axelrod and Bennett 1993")
    """Restraint between two factions with a common enemy; higher keeps them from fighting each other."""
    ideology_scale: float = fitted("", (0.1, 2.0), "assumed; Gade, Hafez and Gabbay 2019")
    """Ideological distance over which examples lose weight; higher has factions follow less similar ones."""
    loyalty: float = number(3.0, "", (1.0, 5.0), "assumed")
    """Weight of the example of one's own bloc (at most 1 for others); higher makes blocs join together."""
    reach: float = fitted("km", (30.0, 120.0), "assumed")
    """Radius around its main town in which a faction counts strength; higher widens whom it follows."""
    threshold_mean: float = fitted("", (0.2, 0.5), "judgement; Granovetter 1978 for the form")
    """Mean of the joining thresholds; higher makes factions join later or never."""
    threshold_sd: float = fitted("", (0.05, 0.22), "judgement; Granovetter 1978 for the form")
    """Spread of the joining thresholds; higher gives more early joiners and more holdouts."""
