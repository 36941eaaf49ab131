"""Parameters of sim/core/processes/plans/: hold, reinforce, attack, leave."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Plans(Bounded):
    """Hold, reinforce, attack, leave."""

    on: bool = switch()
    """Enables planning; off means no attacks, reinforcement, withdrawal, truce offers or regime advances."""
    withdrawal: bool = switch()
    """Enables ordered withdrawal by columns; off makes hopeless garrisons stay."""
    pinning: float = fitted("", (0.0, 0.6), "assumed")
    """Rebels tied to the front per regime man within reach; higher leaves fewer free to fight elsewhere."""
    pinning_reach: float = fitted("km", (20.0, 80.0), "assumed")
    """Distance over which regime pressure fades; longer ties down rebels farther from the front."""
    advance: float = number(0.02, "1/day", (0.0, 0.1), "assumed")
    """Daily chance that the regime attacks in a province where it can; higher costs its enemies towns."""
    days_to_help: float = fitted("days", (1.0, 5.0), "assumed")
    """Days of march within which own men can help; longer brings in more distant reinforcements."""
    ideological_cost: float = number(1.3, "", (0.0, 3.0), "joint operations, Gade, Hafez and Gabbay 2019")
    """How fast readiness to follow another's lead falls with ideological distance; higher divides rooms."""
    threat_weight: float = fitted("", (0.2, 1.5), "assumed")
    """Weight of what enemies could bring, beside those in sight; higher makes factions more defensive."""
    withdrawal_odds: float = fitted("", (0.4, 0.7), "judgement")
    """Odds below which a garrison is hopeless and not worth reinforcing; higher brings earlier withdrawal."""
    days_hopeless: float = fitted(
        "days",
        (1.0, 14.0),
        "judgement: ISIS men held out besieged for 5 (Aleppo) to 16 days (Binnish) in January 2014",
    )
    """Consecutive hopeless days before a garrison withdraws; longer makes it hold out more."""
    endurance: float = fitted("days", (10.0, 120.0), "assumed")
    """Days for stores of a garrison cut off from its core to fall to 37 per cent; longer lets it hold out."""
    columns: float = number(3.0, "columns", (1.0, 6.0), "assumed")
    """Number of daily columns in a withdrawal; more spread it over more days."""
    share_leaving: float = fitted("", (0.5, 1.0), "judgement")
    """Share of departing men each column takes, the last remainder hiding; higher gets more out in order."""
    attack_odds: float = fitted("", (1.3, 2.0), "judgement, set by hand on January 2014")
    """Odds needed to attack a town or storm it from within; higher makes factions more cautious."""
    patience: float = number(14.0, "days", (4.0, 60.0), "assumed")
    """Days after which a campaign is given up; longer keeps factions at one target."""
    pause: float = number(5.0, "days", (0.0, 30.0), "assumed")
    """Days of rest in a province after striking there or giving up; longer makes attacks rarer."""
    core_value: float = number(1.0, "", (0.0, 3.0), "assumed")
    """Worth of a core town beside its people, in cities of 100,000; higher makes the core come first."""
    pursuit: float = number(0.2, "", (0.0, 1.0), "assumed")
    """Share of spare strength that rebels send beyond their home provinces; higher widens offensives."""
    truce_offer: float = number(0.1, "1/day", (0.0, 0.4), "assumed")
    """Daily chance of offering each enemy a truce once pressed; higher brings more truces."""
    truce_acceptance: float = number(0.2, "", (0.0, 0.6), "assumed")
    """Chance that an enemy without hostility accepts an offered truce; higher brings more truces."""
