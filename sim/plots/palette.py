"""The colours, dashes and markers of factions, classes and chances: one look each, wherever it is drawn."""

from dataclasses import dataclass, replace

import matplotlib as mpl
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap

from sim._util import validation


@dataclass(frozen=True)
class Look:
    """How one faction, or one family of factions, is drawn."""

    label: str
    colour: str
    dash: object = "-"
    marker: str = "o"
    family: str = "other"


# Families fall on a ladder of lightness (luma 8, 27, 40, 53, 67, 80 %), so that they survive greyscale.
FAMILIES = {
    "isis": Look("ISIS", "#141414", "-", "s", "isis"),
    "government": Look("government", "#982218", (0, (1, 1)), "^", "government"),
    "jihadist": Look("Nusra, other jihadists", "#7a4fa8", (0, (6, 1.5)), "p", "jihadist"),
    "islamic_front": Look("Islamic Front", "#3aae86", "-", "o", "islamic_front"),
    "brigade": Look("FSA and SMC brigades", "#83b7e6", (0, (3, 1)), "o", "brigade"),
    "kurdish": Look("YPG", "#f2d43f", (0, (4, 1, 1, 1)), "D", "kurdish"),
    # of wars in which nobody is of the Islamic Front, of Nusra or of the SMC
    "jihadists": Look("other jihadists", "#7a4fa8", (0, (6, 1.5)), "p", "jihadists"),
    "islamists": Look("Islamists", "#3aae86", "-", "o", "islamists"),
    "brigades": Look("brigades", "#83b7e6", (0, (3, 1)), "o", "brigades"),
    "other": Look("others", "#9a9a9a", (0, (2, 2)), "o", "other"),
}
_KNOWN = {
    "isis": ("ISIS", "#141414", "-", "isis"),
    "syrian_government": ("government", "#982218", (0, (1, 1)), "government"),
    "jabhat_al_nusra": ("Nusra", "#7a4aa8", (0, (6, 1.5)), "jihadist"),
    "jund_al_aqsa": ("Jund al-Aqsa", "#b08fd0", (0, (1, 1.5)), "jihadist"),
    "jaysh_al_muhajirin_wal_ansar": ("Muhajirin wal-Ansar", "#5b2d82", (0, (2, 1)), "jihadist"),
    "ahrar_al_sham": ("Ahrar al-Sham", "#12805c", "-", "islamic_front"),
    "liwa_al_tawhid": ("Tawhid", "#3fae88", (0, (5, 1)), "islamic_front"),
    "suqour_al_sham": ("Suqour al-Sham", "#7cc9ac", (0, (3, 1, 1, 1)), "islamic_front"),
    "jaysh_al_islam": ("Jaysh al-Islam", "#0a4d38", (0, (1, 1)), "islamic_front"),
    "islamic_front_other": ("other Islamic Front", "#a9dcc8", (0, (2, 2)), "islamic_front"),
    "syrian_revolutionaries_front": ("SRF", "#1f5fa8", (0, (3, 1)), "brigade"),
    "army_of_mujahideen": ("Army of Mujahideen", "#4f92d2", "-", "brigade"),
    "nour_al_din_al_zenki": ("Zenki", "#83b7e6", (0, (5, 1, 1, 1)), "brigade"),
    "fsa_smc_north": ("FSA/SMC north", "#a5cdf0", (0, (4, 1.5)), "brigade"),
    "eastern_rebels": ("eastern rebels", "#173f73", (0, (2, 1)), "brigade"),
    "liwa_dawud": ("Liwa Dawud", "#6f8fb0", (0, (1, 2)), "brigade"),
    "ypg": ("YPG", "#f2d43f", (0, (4, 1, 1, 1)), "kurdish"),
    "hts": ("HTS", "#5b2d82", "-", "jihadist"),
    "turkistan_islamic_party": ("Turkistan Party", "#7a4aa8", (0, (6, 1.5)), "jihadist"),
    "hurras_al_din": ("Hurras al-Din", "#b08fd0", (0, (1, 1.5)), "jihadist"),
    "jaysh_al_ahrar": ("Jaysh al-Ahrar", "#0a4d38", (0, (1, 1)), "islamic_front"),
    "faylaq_al_sham": ("Faylaq al-Sham", "#1f5fa8", (0, (3, 1)), "brigade"),
    "free_idlib_army": ("Free Idlib Army", "#4f92d2", "-", "brigade"),
    "nlf_fsa": ("FSA of the National Front", "#4f92d2", "-", "brigade"),
    "fsa_hama": ("FSA of Hama", "#a5cdf0", (0, (4, 1.5)), "brigade"),
    "jaysh_al_izza": ("Jaysh al-Izza", "#a5cdf0", (0, (4, 1.5)), "brigade"),
    "syrian_national_army": ("National Army", "#173f73", (0, (2, 1)), "brigade"),
    "atareb_rebels": ("Atareb", "#6f8fb0", (0, (1, 2)), "brigade"),
    "saraqib_rebels": ("Saraqib", "#6f8fb0", (0, (1, 2)), "brigade"),
}
ELSEWHERE = {  # a family named after one faction, or after a bloc, is called otherwise where that is not
    "jihadist": ("jabhat_al_nusra", "jihadists"),
    "islamic_front": ("islamic_front", "islamists"),
    "brigade": ("fsa_smc_north", "brigades"),
}
FACTIONS = {
    id: Look(label, colour, dash, FAMILIES[family].marker, family)
    for id, (label, colour, dash, family) in _KNOWN.items()
}
_SPARE = ("#a32a20", "#2f9f78", "#83b7e6", "#8a5fb5", "#f2d43f", "#c2571a", "#4f6f8f", "#9a9a9a")
CONTESTED = Look("contested", "#ffffff", "-", "X", "contested")
NOBODY = Look("nobody", "#ffffff", "-", "o", "none")
CLASSES = {  # best to worst for the focal faction, by lightness; markers tell them apart without colour
    "resurgent": ("#141414", "s"),
    "unbroken": ("#6b3a7d", "D"),
    "regrouped": ("#c2571a", "o"),
    "contained": ("#74a9d8", "^"),
    "collapse": ("#cfcfcf", "v"),
}
STATES = {  # the states of a run in the colours of the classes that are nearest to them
    "back": CLASSES["regrouped"],
    "unbroken": CLASSES["unbroken"],
    "broken": CLASSES["contained"],
    "beaten": CLASSES["collapse"],
    "unknown": ("#ffffff", "X"),
}
LINES = (  # results that are compared, in their order
    ("#141414", "-"),
    ("#c2571a", (0, (5, 1.5))),
    ("#2f6fb5", (0, (2, 1))),
    ("#7a4aa8", (0, (6, 1, 1, 1))),
    ("#2f9f78", (0, (1, 1))),
    ("#8a6d1d", (0, (4, 1, 1, 1, 1, 1))),
    ("#8a8a8a", "-"),
)
CHANCE_EDGES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
CHANCE = ListedColormap(  # lightness falls evenly from paper to the focal black: greyscale keeps the order
    ["#ffffff", "#fee2a9", "#fdb06e", "#ec6a5e", "#a83a78", "#5a1d6b", "#0d0a12"], "chance"
)
CHANCE_WORDS = [f"{100 * edge:g} %" for edge in CHANCE_EDGES]
CHANCES = {"cmap": CHANCE, "norm": BoundaryNorm(CHANCE_EDGES, CHANCE.N)}
CHANGE = LinearSegmentedColormap.from_list("change", mpl.colormaps["PuOr"](range(20, 236)), N=256)


def looks(scenario):
    """How each faction of a scenario is drawn: the fixed palette, spare colours for unknown ids.

    Parameters
    ----------
    scenario : Scenario
        Its factions and its focal faction are read.

    Returns
    -------
    dict
        Faction id to ``Look``; ``contested`` and ``none`` are included.

    Raises
    ------
    TypeError
        It is no scenario.

    Examples
    --------
    >>> from sim.plots.palette import FACTIONS
    >>> FACTIONS["ypg"].label
    'YPG'
    """
    table = {"contested": CONTESTED, "none": NOBODY}
    if not hasattr(scenario, "faction_ids"):
        raise validation.invalid("scenario", scenario, "a Scenario, such as ensemble.scenario", TypeError)
    unknown, there = 0, {*scenario.faction_ids, *scenario.factions["bloc"]}
    for id in scenario.faction_ids:
        if id == scenario.focal and FAMILIES.get(id) is None:
            label = FACTIONS[id].label if id in FACTIONS else id.replace("_", " ")
            table[id] = Look(label, FAMILIES["isis"].colour, "-", "s", id)
        elif id in FACTIONS:
            family = FACTIONS[id].family
            namesake, other = ELSEWHERE.get(family, (None, family))
            table[id] = FACTIONS[id] if namesake in there else replace(FACTIONS[id], family=other)
        else:
            dash = list(FAMILIES.values())[1 + unknown % 5].dash
            table[id] = Look(id.replace("_", " "), _SPARE[unknown % len(_SPARE)], dash, "o", id)
            unknown += 1
    return table


def readable(colour):
    """The colour itself, or a darker shade of it where text in it would be too pale on paper."""
    red, green, blue = mpl.colors.to_rgb(colour)
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    scale = min(1.0, 0.5 / light) if light else 1.0
    return (red * scale, green * scale, blue * scale)
