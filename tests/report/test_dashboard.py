"""The dashboard as a visitor meets it: served, in a real Chromium, and held against the model itself."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from browser import Browser, why_not

from sim.model import RebelConflict
from sim.params import declared
from sim.plots import palette
from sim.report.today import shortened, told
from sim.report.world import Marches

pytest.importorskip("solara", reason="pip install '.[dashboard]'")
REPO = Path(__file__).parents[2]
in_browser = pytest.mark.skipif(bool(why_not()), reason=why_not() or "Chromium is here")
BUTTON = (
    "return Array.from(document.querySelectorAll('button')).find((b) => b.innerText.trim() === arguments[0])"
)
ROOT = "const root = document.querySelector('.world-view')?.shadowRoot; "  # of the live view
HOLDERS = ROOT + (
    "return Object.fromEntries(Array.from(root?.querySelectorAll('.whole .dot') ?? [], "
    "(dot) => [dot.dataset.id, dot.dataset.holder]))"
)
INSIDE = ROOT + (
    "const all = [...root.querySelectorAll('.whole .dot, select, .card, .told, .charts, button')];"
    "all.push(...document.querySelectorAll('button'));"
    "return all.map((e) => e.getBoundingClientRect()).every((b) => b.right <= innerWidth && b.left >= 0)"
)
EDGES = ROOT + (
    "const edges = (node) => node.getBoundingClientRect();"
    "const settings = edges(document.querySelector('.settings'));"
    "const [map, card] = ['.whole svg', '.card'].map((name) => edges(root.querySelector(name)));"
    "return [map.left, map.width, map.bottom, card.left, card.top, settings.right]"
)
FIRST_MAP, STEP = 3.0, 0.5  # seconds, on a quiet machine
PATIENCE = 4  # times as long on a busy one


def until(true, what, seconds=60):
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"no {what} after {seconds} seconds"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the dashboard is served, as `make dashboard` serves it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where, log = f"http://127.0.0.1:{port}/", tmp_path_factory.mktemp("served") / "log"
    words = [
        Path(sys.executable).with_name("solara"),
        "run",
        REPO / "sim" / "report" / "dashboard" / "app.py",
        "--production",
    ]
    words += ["--no-open", "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "SOLARA_THEME_SHOW_BANNER": "false"}
    with log.open("w") as told:
        served = subprocess.Popen(words, stdout=told, stderr=told, env=os.environ | quiet)

        def answers():
            assert served.poll() is None, log.read_text()
            try:
                return urllib.request.urlopen(where, timeout=30).status == 200
            except OSError:
                return False

        try:
            until(answers, "answer of the server", 120)
            yield where
        finally:
            served.terminate()
            served.wait(timeout=20)


class Page:
    """What a visitor does and sees."""

    def __init__(self, browser, address):
        self.browser = browser
        begun = time.monotonic()
        browser.open(address)
        until(lambda: len(self.holders()) == 60 and self.seen(".date") != "", "map", 400)
        self.first_map = time.monotonic() - begun

    def holders(self):
        """Holder of each town as the map shows it, by its short name."""
        return self.browser.run(HOLDERS)

    def seen(self, selector):
        """Words of a part of the live view; empty if there is none."""
        return self.browser.run(
            ROOT + "return root?.querySelector(arguments[0])?.innerText ?? ''", selector
        ).strip()

    def text(self, selector):
        """Words of a part of the settings; empty if there is none."""
        return self.browser.run(
            "return document.querySelector(arguments[0])?.innerText ?? ''", selector
        ).strip()

    def click_on(self, find, *arguments, across=0.5):
        """Press the mouse on what a script finds, so far across it from the left."""
        box = self.browser.run(
            f"{ROOT} const e = (() => {{ {find} }})(...arguments); e.scrollIntoView({{block: 'center'}});"
            "const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]",
            *arguments,
        )
        at = {"x": box[0] + across * box[2], "y": box[1] + box[3] / 2, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.tools("Input.dispatchMouseEvent", type=kind, **at)

    def click(self, selector, across=0.5):
        """Press the mouse on an element of the settings."""
        self.click_on(f"return document.querySelector({selector!r})", across=across)

    def press(self, label):
        """Press the button of this name, of the live view or of the settings."""
        self.click_on(
            f"return [...root.querySelectorAll('button'), ...document.querySelectorAll('button')]"
            f".find((b) => b.innerText.trim() === {label!r})"
        )

    def choose_town(self, name):
        """Click a town on the map."""
        self.click_on(f"return root.querySelector('.whole .dot[data-id={name}]')")

    def pick_town(self, name):
        """Choose a town from the list, as one does without a mouse."""
        self.browser.run(
            ROOT + "const s = root.querySelector('select.town'); s.value = arguments[0];"
            "s.dispatchEvent(new Event('change'))",
            name,
        )

    def is_day(self, number):
        """Wait for an evening to be shown."""
        until(lambda: f"day {number} of" in self.seen(".date"), f"day {number}")

    def is_still(self):
        """Wait until nothing changes any more: a day may have been asked for before the world was stopped."""
        seen, since = None, time.monotonic()
        while time.monotonic() - since < 3:
            now = (self.seen(".date"), self.holders())
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(0.1)

    def slide_to(self, day):
        """Move the slider of days."""
        self.browser.run(
            ROOT + "const s = root.querySelector('input[type=range]'); s.value = arguments[0];"
            "s.dispatchEvent(new Event('input'))",
            day,
        )

    def choose(self, field, option):
        """Choose an option of a list that is named so."""
        mark = (
            "const all = Array.from(document.querySelectorAll('.v-select'));"
            "all.find((s) => s.querySelector('label')?.innerText === arguments[0]).id = 'asked'"
        )
        self.browser.run(mark, field)
        self.click("#asked .v-select__slot")
        listed = (
            "const all = Array.from(document.querySelectorAll('.menuable__content__active .v-list-item'));"
            "const found = all.find((item) => item.innerText.trim() === arguments[0]);"
            "if (found) found.id = 'option'; return Boolean(found)"
        )
        until(lambda: self.browser.run(listed, option), f"option {option}")
        time.sleep(0.3)  # the list opens with a movement
        self.click("#option")
        self.browser.run(
            "for (const id of ['asked', 'option']) document.getElementById(id)?.removeAttribute('id')"
        )


def agrees(page, model):
    """Assert that map, date, numbers and words are the model's."""
    looks = palette.looks(model.scenario)
    shown = ["contested" if t.contested else t.holder or "none" for t in model.towns.values()]
    assert page.holders() == dict(zip(model.town_ids, (looks[name].label for name in shown), strict=True))
    assert page.seen(".date") == f"{model.date.day} {model.date:%B %Y}, day {model.day} of {model.days}"
    towns = model.history("factions", "towns", model.focal.name)[-1]
    head = page.seen(".headline")
    assert head.startswith(f"{looks[model.focal.name].label} holds {towns} towns and ")
    assert f" has {model.focal.strength:,} men." in head
    said = page.seen(".told").splitlines()
    for heading, lines in told(model, model.day):
        assert {heading, *lines} <= set(said)


@in_browser
def test_a_visitor_steps_looks_changes_and_starts_again(address, tmp_path):
    with Browser(tmp_path) as browser:
        page = Page(browser, address)
        model = RebelConflict(seed=1)
        agrees(page, model)
        assert page.text(".changed") == "Changed: nothing"

        taken = []
        for day in range(1, 11):
            begun = time.monotonic()
            page.press("Step")
            page.is_day(day)
            taken.append(time.monotonic() - begun)
        agrees(page, model.run(10))
        assert sorted(taken)[5] < PATIENCE * STEP
        drawn = browser.run(ROOT + "return root.querySelectorAll('.whole .march').length")
        assert drawn == len(Marches(model.scenario).tonight(model)[0]) > 0

        page.choose_town("raqqa")
        until(lambda: page.seen(".card h3").startswith("Raqqa (Raqqa)"), "state of the town")
        raqqa = model.town("raqqa")
        assert f"{raqqa.strength:,} armed men" in page.seen(".card .facts")
        assert f"ISIS\t{raqqa.local['isis']:,}\t{raqqa.mobile['isis']:,}" in page.seen(".card table")
        lines = model.explain(town="raqqa", day=(4, 10)).lines
        listed = browser.run(
            ROOT + "return Array.from(root.querySelectorAll('.card li'), (li) => li.textContent)"
        )
        assert listed == [shortened(model, line) for line in lines]

        page.pick_town("azaz")
        until(lambda: page.seen(".card h3").startswith("Azaz"), "another town")

        page.slide_to(3)
        page.is_day(3)
        agrees(page, RebelConflict(seed=1).run(3))
        page.slide_to(10)
        page.is_day(10)

        page.choose("Rule", "battle")
        until(lambda: page.text(".parameter-battle-attrition") != "", "sliders of battle")
        page.click(".parameter-battle-attrition .v-slider", across=0.9)
        until(lambda: "battle.attrition = " in page.text(".changed"), "change")
        value = float(page.text(".changed").split(" = ")[1])
        assert 0.02 < value <= 0.03
        agrees(page, model)
        page.press("Hold from tomorrow on")
        page.press("Step")
        page.is_day(11)
        agrees(page, model.fork(**{"battle.attrition": value}).run(1))

        page.press("Start a new world")
        page.is_day(0)
        other = RebelConflict(seed=1, params={"battle.attrition": value})
        agrees(page, other)
        for day in range(1, 4):
            page.press("Step")
            page.is_day(day)
        agrees(page, other.run(3))
        assert other.focal.strength != model.history("factions", "men", "isis")[3]

        page.choose("Scenario", "no_retreat")
        until(lambda: browser.run(BUTTON + ".disabled", "Hold from tomorrow on"), "another scenario to begin")
        page.press("Start a new world")
        page.is_day(0)
        page.press("Play")
        until(lambda: "day 0" not in page.seen(".date"), "day that played by itself")
        page.press("Pause")
        page.is_still()
        day = int(page.seen(".date").split("day ")[1].split()[0])
        agrees(page, RebelConflict("no_retreat", seed=1, params={"battle.attrition": value}).run(day))
        asked = [where.split("/")[2] for where in browser.requests() if where.startswith("http")]
        assert set(asked) == {address.split("/")[2]}


@in_browser
def test_settings_never_hide_the_map(address, tmp_path):
    with Browser(tmp_path) as browser:
        page = Page(browser, address)
        assert page.first_map < PATIENCE * FIRST_MAP
        page.choose_town("aleppo_east")
        until(lambda: "Aleppo" in page.seen(".card h3"), "state of the town")
        for width in (1280, 800):
            browser.resize(width, 900)
            until(lambda: browser.run(INSIDE), f"everything within {width} pixels")
            left, map_width, bottom, card_left, card_top, settings = browser.run(EDGES)
            assert left >= settings
            assert map_width >= 440
            if width == 1280:  # the town that is chosen stands beside the map
                assert card_left >= left + map_width
                assert card_top < bottom
            for label in ("Play", "Step"):
                find = (
                    ROOT
                    + "return [...root.querySelectorAll('button')].find((b) => b.innerText === arguments[0])"
                )
                assert browser.run(find + ".getBoundingClientRect().bottom", label) < 900
            assert browser.run(BUTTON + ".getBoundingClientRect().bottom", "Start a new world") < 900


def test_every_parameter_has_a_slider_on_whose_steps_its_usual_value_lies():
    from sim.report.dashboard.app import step_of

    for name, p in declared().items():
        if p.kind == "real":
            step = step_of(p.low, p.high, p.value)
            assert abs((p.value - p.low) / step - round((p.value - p.low) / step)) < 1e-6, name
            assert (p.high - p.low) / step + 1e-9 >= 50, name
