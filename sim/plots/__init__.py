"""Figures: one function each, from an ensemble (or plain frames) to Axes ready for publication.

Each takes results and, where it draws a single picture, the Axes to draw on; without any it makes its own
figure, which a notebook shows and a script does not: no window ever opens. `save` writes it with its origin.
"""

from sim.plots.analysis import discovery_boxes, phase_diagram
from sim.plots.animation import animate
from sim.plots.bars import sensitivity, shapley
from sim.plots.columns import columns_map
from sim.plots.daily import over_time, towns_over_time
from sim.plots.deaths import deaths_over_time
from sim.plots.difference import difference_map
from sim.plots.drawn import data
from sim.plots.family_network import infighting_compared
from sim.plots.holder_maps import holders_map, holders_maps
from sim.plots.incidence import regrouping
from sim.plots.maps import chance_map, chance_maps
from sim.plots.network import infighting_network
from sim.plots.outcomes import outcome_shares, trough_recovery
from sim.plots.pairs import paired_differences, paired_over_time
from sim.plots.palette import looks
from sim.plots.raster import control_raster
from sim.plots.saving import save
from sim.plots.style import caption_of
from sim.plots.wars import alignment

__all__ = [
    "alignment",
    "animate",
    "caption_of",
    "chance_map",
    "chance_maps",
    "columns_map",
    "control_raster",
    "data",
    "deaths_over_time",
    "difference_map",
    "discovery_boxes",
    "holders_map",
    "holders_maps",
    "infighting_compared",
    "infighting_network",
    "looks",
    "outcome_shares",
    "over_time",
    "paired_differences",
    "paired_over_time",
    "phase_diagram",
    "regrouping",
    "save",
    "sensitivity",
    "shapley",
    "towns_over_time",
    "trough_recovery",
]
