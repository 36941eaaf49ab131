"""The live view of a stepped world: map, play, step, a slider back over its days, the day in words, charts.

One widget for notebooks and for the dashboard, drawn in the browser from what `sim.report.world` says of
an evening; the world is stepped here, one day for each that the browser asks for, so that pausing waits for
nothing and a slow kernel is never flooded.
"""

import json
from pathlib import Path

import ipyvue
import traitlets

from sim._util import validation
from sim.report import world

PAGE = Path(__file__).with_name("page")
SCRIPT = """
<template><div class="world-view"></div></template>
<script>
{code}
const STYLE = {style};
module.exports = {{
  mounted() {{
    const ask = (what, value) => this[what](value ?? null);
    const view = openView(this.$el, STYLE, ask);
    for (const name of ["stage", "frame", "card"]) {{
      view[name](this[name]);
      this.$watch(name, (text) => view[name](text));
    }}
  }},
}};
</script>
"""


def _template():
    """The page's own drawing as a template of ipyvue."""
    code = "".join((PAGE / name).read_text(encoding="utf-8") for name in ("map.js", "view.js"))
    style = "".join((PAGE / name).read_text(encoding="utf-8") for name in ("map.css", "view.css"))
    return SCRIPT.format(code=code, style=json.dumps(style))


class View(ipyvue.VueTemplate):
    """A stepped world, live in a notebook: `sim.view`.

    Attributes
    ----------
    model : RebelConflict
        The world that is shown. It may be stepped from elsewhere too: the view follows.
    town : str
        Id of the town that is chosen; empty for none.
    """

    template = traitlets.Unicode(_template()).tag(sync=True)
    stage = traitlets.Unicode("").tag(sync=True)
    frame = traitlets.Unicode("").tag(sync=True)
    card = traitlets.Unicode("").tag(sync=True)
    town = traitlets.Unicode("")
    model = traitlets.Any()

    def __init__(self, model, **kwargs):
        super().__init__(model=model, **kwargs)

    @traitlets.observe("model")
    def _open(self, change):
        """Show another world; leave the one before."""
        if change["old"] not in (None, traitlets.Undefined):
            change["old"].unwatch(self._tonight)
        self._marches = world.Marches(self.model.scenario)
        self._on_road = {}
        with self.hold_sync():
            self.stage = json.dumps(world.stage(self.model.scenario, self.model.days))
            self._tonight()
        self.model.watch(self._tonight)

    def _tonight(self):
        """Show the evening just reached."""
        self._on_road[self.model.day] = self._marches.tonight(self.model)
        self.show(self.model.day)
        self._describe()

    def show(self, day):
        """Show an evening that has been played.

        Parameters
        ----------
        day : int
            From 0, the evening before the first step, to ``model.day``.
        """
        day = validation.whole("day", day, 0, self.model.day)
        self.frame = json.dumps(world.frame(self.model, day, self._on_road.get(day)))

    @traitlets.observe("town")
    def _describe(self, _=None):
        known = self.town in self.model.towns
        self.card = json.dumps(world.card(self.model, self.town)) if known else ""

    def vue_step(self, _=None):
        """Play a day, if there is one left: the button, or playing."""
        if self.model.running:
            self.model.step()
        else:
            self.show(self.model.day)

    def vue_show(self, day):
        """Go to an evening: the slider."""
        self.show(day)

    def vue_pick(self, town):
        """Choose a town, or none: a click on the map."""
        self.town = town or ""

    def __repr__(self):
        """Show which world it shows."""
        return f"<View of {self.model!r}>"

    def close(self):
        """Show no more, and follow the world no more."""
        self.model.unwatch(self._tonight)
        super().close()
