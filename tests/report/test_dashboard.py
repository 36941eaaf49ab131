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

pytest.importorskip("solara", reason="pip install '.[dashboard]'")
REPO = Path(__file__).parents[2]
in_browser = pytest.mark.skipif(bool(why_not()), reason=why_not() or "Chromium is here")
BUTTON = (
    "return Array.from(document.querySelectorAll('button')).find((b) => b.innerText.trim() === arguments[0])"
)
TOWNS = (
    "return Object.fromEntries(Array.from(document.querySelectorAll('circle.town'), "
    "(c) => [c.dataset.town, [c.dataset.holder, c.dataset.contested]]))"
)

INSIDE = (
    "return Array.from(document.querySelectorAll('circle.town, .town-state, img, button'), "
    "(e) => e.getBoundingClientRect()).every((b) => b.right <= window.innerWidth && b.left >= 0)"
)


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
        browser.open(address)
        until(lambda: len(self.towns()) == 60, "map", 400)  # the first visit compiles the rules

    def towns(self):
        """Holder of each town, and whether it is contested, as the map shows them."""
        return self.browser.run(TOWNS)

    def text(self, selector):
        """Words of an element; empty if there is none."""
        return self.browser.run(
            "return document.querySelector(arguments[0])?.innerText ?? ''", selector
        ).strip()

    def click(self, selector, across=0.5):
        """Press the mouse on an element, so far across it from the left."""
        box = self.browser.run(
            "const e = document.querySelector(arguments[0]); e.scrollIntoView({block: 'center'});"
            "const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]",
            selector,
        )
        at = {"x": box[0] + across * box[2], "y": box[1] + box[3] / 2, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.tools("Input.dispatchMouseEvent", type=kind, **at)

    def press(self, label):
        """Press the button of this name."""
        self.browser.run(
            BUTTON.replace("return ", "const b = ", 1) + "; b.id = 'pressed-' + arguments[0]", label
        )
        self.click(f"[id='pressed-{label}']")

    def is_day(self, number):
        """Wait for an evening to be shown."""
        until(lambda: f"day {number} of" in self.text(".day"), f"day {number}")

    def is_still(self):
        """Wait until the world has stopped: it could be played again, and nothing changes any more."""
        until(lambda: self.browser.run(BUTTON, "▶") is not None, "button to play")
        seen, since = None, time.monotonic()
        while time.monotonic() - since < 3:
            now = (self.text(".day"), self.towns())
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(0.1)

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
        self.browser.run("document.querySelector('#asked').id = ''")


def agrees(page, model):
    """Assert that map, date and numbers are the model's."""
    assert page.towns() == {
        name: [town.holder or "nobody", "true" if town.contested else "false"]
        for name, town in model.towns.items()
    }
    assert page.text(".day").startswith(
        f"{model.date.day} {model.date:%B %Y}, day {model.day} of {model.days}"
    )
    assert page.text(".focal-men") == f"{model.focal.strength:,}"
    assert page.text(".focal-towns") == str(model.history("factions", "towns", model.focal.name)[-1])


@in_browser
def test_a_visitor_steps_looks_changes_and_starts_again(address, tmp_path):
    with Browser(tmp_path) as browser:
        page = Page(browser, address)
        model = RebelConflict(seed=1)
        agrees(page, model)
        assert page.text(".changed") == "Changed: nothing"

        for day in range(1, 11):
            page.press("STEP")
            page.is_day(day)
        agrees(page, model.run(10))

        page.click("circle[data-town=raqqa]")
        until(lambda: page.text(".town-state").startswith("Raqqa"), "state of the town")
        raqqa = model.town("raqqa")
        assert f"armed men {raqqa.strength:,}" in page.text(".town-state")
        assert f"{raqqa.local['isis']:,}\t{raqqa.mobile['isis']:,}" in page.text(".town-state")
        told = model.explain(town="raqqa", day=(4, 10)).lines
        assert page.text(".town-ledger").splitlines()[1:] == [line.strip() for line in told]

        page.choose("Rule", "battle")
        until(lambda: page.text(".parameter-battle-attrition") != "", "sliders of battle")
        page.click(".parameter-battle-attrition .v-slider", across=0.9)
        until(lambda: "battle.attrition = " in page.text(".changed"), "change")
        value = float(page.text(".changed").split(" = ")[1])
        assert 0.02 < value <= 0.03
        agrees(page, model)
        page.press("RESET")
        page.is_day(0)
        other = RebelConflict(seed=1, params={"battle.attrition": value})
        agrees(page, other)
        for day in range(1, 4):
            page.press("STEP")
            page.is_day(day)
        agrees(page, other.run(3))
        assert other.focal.strength != model.history("factions", "men", "isis")[3]

        page.choose("Scenario", "no_retreat")
        page.press("RESET")
        page.is_day(0)
        page.press("▶")
        until(lambda: "day 0" not in page.text(".day"), "day that played by itself")
        page.press("❚❚")
        page.is_still()
        day = int(page.text(".day").split("day ")[1].split()[0])
        agrees(page, RebelConflict("no_retreat", seed=1, params={"battle.attrition": value}).run(day))
        asked = [where.split("/")[2] for where in browser.requests() if where.startswith("http")]
        assert set(asked) == {address.split("/")[2]}


@in_browser
def test_settings_never_hide_the_map(address, tmp_path):
    with Browser(tmp_path) as browser:
        page = Page(browser, address)
        page.click("circle[data-town=aleppo_east]")
        until(lambda: page.text(".town-state") != "", "state of the town")
        for width in (1280, 800):
            browser.resize(width, 900)
            until(
                lambda: browser.run(
                    "return document.querySelector('svg.town-map').getBoundingClientRect().left >= "
                    "document.querySelector('.v-navigation-drawer').getBoundingClientRect().right"
                ),
                f"map beside the settings at {width} pixels",
            )
            until(lambda: browser.run(INSIDE), f"everything within {width} pixels")
            map_width = browser.run(
                "return document.querySelector('svg.town-map').getBoundingClientRect().width"
            )
            assert map_width >= 440
            for label in ("RESET", "▶", "STEP"):
                assert browser.run(
                    BUTTON.replace("return ", "const b = ", 1)
                    + ".getBoundingClientRect(); return b.bottom < 900",
                    label,
                )


def test_every_parameter_has_a_slider_on_whose_steps_its_usual_value_lies():
    from sim.report.dashboard.app import step_of

    for name, p in declared().items():
        if p.kind == "real":
            step = step_of(p.low, p.high, p.value)
            assert abs((p.value - p.low) / step - round((p.value - p.low) / step)) < 1e-6, name
            assert (p.high - p.low) / step + 1e-9 >= 50, name
