"""The dashboard: one world in the browser, stepped by Mesa's SolaraViz (``make dashboard``).

Sliders are made from the declared parameters, whatever they are; a change holds from the next reset on,
because a run has one set of parameters. Every visitor has a world of their own.
"""

import math
import warnings
from dataclasses import fields
from html import escape
from pathlib import Path

import solara
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.model import RebelConflict, display
from sim.params import PROCESSES, declared
from sim.plots import palette, series, style
from sim.report.dashboard import town_map
from sim.scenario import Scenario, load_scenario, scenario_names

with warnings.catch_warnings():  # Mesa's page breaks a rule of solara's that nobody here can mend
    warnings.simplefilter("ignore")
    from mesa.visualization import SolaraViz
    from mesa.visualization.utils import update_counter

CSS = Path(__file__).with_name("dashboard.css").read_text(encoding="utf-8")
DAYS_TOLD = 7  # of a town's ledger
FIRST = {"scenario": "january_2014", "seed": 1}
LINES = 6  # factions whose lines are drawn


class Ours(Scenario):
    """A scenario that is false: from Mesa 3.5 on its page takes a true one for one of Mesa's own."""

    def __bool__(self):
        """False, whatever it says."""
        return False


class OnPage(RebelConflict):
    """The model as Mesa's page takes it."""

    def __init__(self, scenario="january_2014", **kwargs):  # the name that Mesa's check of arguments knows
        read = load_scenario(scenario)
        super().__init__(Ours(**{field.name: getattr(read, field.name) for field in fields(read)}), **kwargs)


# --- the map --------------------------------------------------------------------------------------------


@solara.component_vue("town_map.vue")
def TownMap(towns, ground, chosen, wide, high, event_pick=None):
    """Towns as circles that can be clicked; drawn by town_map.vue."""


# --- lines ----------------------------------------------------------------------------------------------


def leading(scenario):
    """The focal faction, and of each family the largest faction first, then the next: `LINES` of them."""
    looks, men = (
        palette.looks(scenario),
        dict(zip(scenario.faction_ids, scenario.factions["men"], strict=True)),
    )
    rank, count = {}, {}
    for name in sorted(men, key=lambda name: (name != scenario.focal, -men[name], name)):
        family = looks[name].family
        rank[name] = (name != scenario.focal, count.get(family, 0))
        count[family] = count.get(family, 0) + 1
    return sorted(rank, key=rank.get)[:LINES]


@style.styled
def lines(model, column, title):
    """A measure of the leading factions over the days so far, as a figure."""
    figure = Figure(figsize=(5.0, 2.2), layout="constrained")
    ax = style.dress(figure.add_subplot())
    looks = palette.looks(model.scenario)
    shown = leading(model.scenario)
    for name in shown:
        values = model.history("factions", column, name)
        ax.plot(values, color=looks[name].colour, ls=looks[name].dash, label=looks[name].label)
    ax.set_title(title)
    ax.set(xlabel="day", xlim=(0, max(10, model.day)), ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(series.thousands)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside right upper")
    return figure


# --- settings -------------------------------------------------------------------------------------------


def step_of(low, high, value):
    """A round step of a slider, about a hundredth of its bounds, on which the usual value lies."""
    step = 10.0 ** math.floor(math.log10((high - low) / 50.0))
    while abs((value - low) / step - round((value - low) / step)) > 1e-6 and step > (high - low) / 1e6:
        step /= 10.0
    return float(f"{step:.3g}")


def slider_of(name, label, value, low, high, kind, choose):
    """The slider of a parameter, or the box of a switch; ``choose(name, value)`` hears of changes."""
    if kind == "switch":
        solara.Checkbox(label=label, value=bool(value), on_value=lambda new: choose(name, new))
    elif kind == "integer":
        solara.SliderInt(label, value=value, min=low, max=high, on_value=lambda new: choose(name, new))
    else:
        step = step_of(low, high, value)
        solara.SliderFloat(
            label, value=value, min=low, max=high, step=step, on_value=lambda new: choose(name, new)
        )


@solara.component
def Settings(model, chosen):
    """Sliders of one rule's parameters, with bounds and units; ``chosen`` is what the next reset takes.

    model : reactive RebelConflict. chosen : dict, changed in place, since SolaraViz hands it on as it is.
    """
    group, set_group = solara.use_state(PROCESSES[0])
    changed, set_changed = solara.use_state({})

    def choose(name, value):
        usual = dict(usual_values)[name]
        rest = {k: v for k, v in changed.items() if k != name}
        new = rest if value == usual else {**rest, name: value}
        chosen.clear()
        chosen.update(new)
        set_changed(new)

    def forget():
        chosen.clear()
        set_changed({})

    story = model.value.scenario
    usual_values = [(name, story.params.get(name, p.value)) for name, p in declared().items()]
    with solara.Sidebar(), solara.Card("Rules", classes=["settings"]):
        solara.Markdown("A change holds from the next **Reset** on.")
        solara.Select("Rule", value=group, values=[*PROCESSES, "outcomes"], on_value=set_group)
        for name, p in declared().items():
            if name.split(".")[0] != group:
                continue
            value = changed.get(name, story.params.get(name, p.value))
            label = name.split(".")[1] + (f" [{p.unit}]" if p.unit else "")
            with solara.Column(gap="0px", classes=["parameter", f"parameter-{name.replace('.', '-')}"]):
                slider_of(name, label, value, p.low, p.high, p.kind, choose)
                limits = "" if p.kind == "switch" else f" {p.low:g} to {p.high:g}; {p.source}."
                solara.Text(p.meaning + limits, style={"font-size": "11px", "opacity": "0.7"})
        changes = ", ".join(f"{name} = {value:g}" for name, value in sorted(changed.items()))
        solara.Text(f"Changed: {changes or 'nothing'}", classes=["changed"])
        solara.Button("Usual values", on_click=forget, text=True, disabled=not changed)


# --- the page -------------------------------------------------------------------------------------------


def headline(model):
    """Which evening it is and how the focal faction stands, as HTML."""
    focal, when = model.focal, f"{model.date.day} {model.date:%B %Y}, day {model.day} of {model.days}"
    held = model.history("factions", "towns", focal.name)[-1]
    return (
        f"<b>{escape(model.scenario.title)}</b><br>"
        f"<span class='day'>{when}</span>: {escape(focal.label)} holds "
        f"<span class='focal-towns'>{held}</span> towns that nobody contests, and has "
        f"<span class='focal-men'>{focal.strength:,}</span> men. One possible course: not a forecast."
    )


@solara.component
def World(model, town, set_town):
    """What there is to see tonight: map, town, lines."""
    update_counter.get()
    story = model.scenario
    places = solara.use_memo(lambda: town_map.circles(story), [story.hash])
    paths = solara.use_memo(lambda: town_map.ground_paths(story), [story.hash])
    with solara.Column(gap="8px", style={"padding": "8px 0", "min-width": "0"}, classes=["world"]):
        solara.HTML(tag="div", unsafe_innerHTML=headline(model))
        with solara.ColumnsResponsive(default=[12, 12], large=[8, 4]):
            with solara.Column(gap="4px"):
                high, _ = town_map.projection(story)
                TownMap(
                    towns=town_map.towns_on_map(model, places),
                    ground=paths,
                    chosen=town,
                    wide=town_map.WIDE,
                    high=round(high, 1),
                    event_pick=set_town,
                )
                solara.HTML(tag="div", unsafe_innerHTML=town_map.key_of(model), style={"font-size": "12px"})
            TownPanel(model, town if town in model.towns else None)
        with solara.ColumnsResponsive(default=[12, 12], medium=[6, 6]):
            for column, title in (("towns", "Towns held"), ("men", "Fighters")):
                figure = lines(model, column, title)
                solara.FigureMatplotlib(figure, dependencies=[id(model), model.day], format="svg")


@solara.component
def TownPanel(model, town):
    """The chosen town: its state tonight, and what the ledger says of its last days."""
    with solara.Column(gap="4px", classes=["town-panel"], style={"font-size": "13px", "overflow-x": "auto"}):
        if town is None:
            solara.Text("Click a town to see its state and its latest days.")
            return
        solara.HTML(tag="div", unsafe_innerHTML=display.town(model.town(town)), classes=["town-state"])
        if model.day > 0:
            history = model.explain(town=town, day=(max(1, model.day - DAYS_TOLD + 1), model.day))
            rows = "".join(f"<li>{escape(line)}</li>" for line in history.lines)
            html = f"<b>The last {min(DAYS_TOLD, model.day)} days</b><ul>{rows}</ul>"
            solara.HTML(tag="div", unsafe_innerHTML=html, classes=["town-ledger"])


@solara.component
def Page():
    """The page that ``solara run`` serves."""
    first = solara.use_memo(lambda: OnPage(**FIRST), [])
    model = solara.use_reactive(first)
    chosen = solara.use_memo(dict, [])
    town, set_town = solara.use_state("")
    scenario = {"type": "Select", "label": "Scenario", "values": scenario_names()}
    seed = {"type": "SliderInt", "label": "Seed", "min": 0, "max": 100, "step": 1}
    inputs = {"scenario": scenario, "seed": seed, "params": chosen}
    for name, value in FIRST.items():
        inputs[name]["value"] = value
    solara.Style(CSS)
    SolaraViz(model, components=[], model_params=inputs, name="Infighting", play_interval=200)
    Settings(model, chosen)
    World(model.value, town, set_town)
