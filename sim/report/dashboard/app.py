"""The dashboard: one world in the browser, its scenario, luck and rules to change (``make dashboard``).

The world is the live view of notebooks (`sim.view`). Sliders are made from the declared parameters, whatever
they are; a change holds from tomorrow on, in the world that is shown, or from the start of a new one. Every
visitor has a world of their own.
"""

import math
from html import escape
from pathlib import Path

import solara

from sim.model import RebelConflict
from sim.params import PROCESSES, Params, declared
from sim.report.widget import View
from sim.scenario import load_scenario, scenario_names

CSS = Path(__file__).with_name("dashboard.css").read_text(encoding="utf-8")
FIRST = {"scenario": "january_2014", "seed": 1}
View(RebelConflict(**FIRST)).close()  # before the first visitor: rules compiled, map laid out


@solara.component
def Page():
    """The page that ``solara run`` serves."""
    asked, set_asked = solara.use_state(FIRST)
    changed, set_changed = solara.use_state({})  # parameters that are not the scenario's
    first = solara.use_memo(lambda: RebelConflict(**FIRST), [])
    model, set_model = solara.use_state(first)
    story = load_scenario(asked["scenario"])
    usual = {name: story.params.get(name, p.value) for name, p in declared().items()}

    solara.Style(CSS)
    solara.Title("Infighting")
    with solara.Column(classes=["board"], gap="0px"):
        with solara.Column(classes=["settings"], gap="12px"):
            Beginning(story, asked, set_asked, lambda: set_model(RebelConflict(**asked, params=changed)))
            same = model.scenario.name == story.name
            go_on = (lambda: set_model(model.fork(**usual | changed))) if same else None
            Rules(usual, changed, set_changed, go_on)
        with solara.Column(classes=["world"], gap="0px"):
            solara.HTML(tag="h1", unsafe_innerHTML=title_of(model.scenario))
            View.element(model=model)


def title_of(story):
    """The title of a scenario, as HTML."""
    return escape(story.title)


def about(story):
    """A scenario's title and, when asked, what it is about, as HTML."""
    return f"{title_of(story)}<details><summary>about it</summary>{escape(story.about)}</details>"


# --- settings -------------------------------------------------------------------------------------------


@solara.component
def Beginning(story, asked, set_asked, start):
    """Where a world begins: scenario and seed; ``start`` makes a new one."""
    with solara.Column(classes=["card", "beginning"], gap="4px"):
        solara.HTML(tag="h2", unsafe_innerHTML="1. Begin")
        solara.Select(
            "Scenario",
            value=asked["scenario"],
            values=scenario_names(),
            on_value=lambda name: set_asked(asked | {"scenario": name}),
        )
        solara.HTML(tag="div", classes=["about"], unsafe_innerHTML=about(story))
        solara.InputInt(
            "Seed: which throw of the dice",
            value=asked["seed"],
            on_value=lambda seed: set_asked(asked | {"seed": max(0, seed or 0)}),
        )
        solara.Button("Start a new world", on_click=start, color="#a8481a", dark=True, classes=["start"])


@solara.component
def Rules(usual, changed, set_changed, go_on):
    """Sliders of one rule's parameters, with meaning and bounds; ``go_on`` takes changes into the world."""
    group, set_group = solara.use_state(PROCESSES[0])

    def choose(name, value):
        rest = {k: v for k, v in changed.items() if k != name}
        set_changed(rest if value == usual[name] else {**rest, name: value})

    with solara.Column(classes=["card", "rules"], gap="4px"):
        solara.HTML(tag="h2", unsafe_innerHTML="2. Change a rule")
        solara.Select("Rule", value=group, values=[*PROCESSES, "outcomes"], on_value=set_group)
        solara.Text(getattr(Params(), group).__doc__.splitlines()[0], classes=["about"])
        changes = ", ".join(f"{name} = {value:g}" for name, value in sorted(changed.items()))
        solara.Text(f"Changed: {changes or 'nothing'}", classes=["changed"])
        solara.Button(
            "Hold from tomorrow on", on_click=go_on, disabled=go_on is None, outlined=True, classes=["go-on"]
        )
        solara.Text("Or start a new world, and they hold from the first day.", classes=["note"])
        solara.Button("Usual values", on_click=lambda: set_changed({}), text=True, disabled=not changed)
        for name, p in declared().items():
            if name.split(".")[0] == group:
                with solara.Column(gap="0px", classes=["parameter", f"parameter-{name.replace('.', '-')}"]):
                    slider_of(name, changed.get(name, usual[name]), p, choose)
                    limits = "" if p.kind == "switch" else f" {p.low:g} to {p.high:g}; {p.source}."
                    solara.Text(p.meaning + limits, classes=["note"])


def slider_of(name, value, p, choose):
    """The slider of a parameter, or the box of a switch; ``choose(name, value)`` hears of changes."""
    label = name.split(".")[1].replace("_", " ")
    if p.kind != "switch":
        label += f": {f'{value:g} {p.unit}'.removesuffix(' 1').rstrip()}"

    def change(new):
        choose(name, new)

    if p.kind == "switch":
        solara.Checkbox(label=label, value=bool(value), on_value=change)
    elif p.kind == "integer":
        solara.SliderInt(label, value=value, min=p.low, max=p.high, on_value=change)
    else:
        step = step_of(p.low, p.high, value)
        solara.SliderFloat(label, value=value, min=p.low, max=p.high, step=step, on_value=change)


def step_of(low, high, value):
    """A round step of a slider, about a hundredth of its bounds, on which the usual value lies."""
    step = 10.0 ** math.floor(math.log10((high - low) / 50.0))
    while abs((value - low) / step - round((value - low) / step)) > 1e-6 and step > (high - low) / 1e6:
        step /= 10.0
    return float(f"{step:.3g}")
