"""The report as a reader meets it: in a real Chromium, without a window and without a network."""

import http.server
import re
import shutil
import subprocess
import threading

import numpy as np
import pytest
from browser import why_not
from fake_ensemble import fake_ensemble, keep
from PIL import Image

from sim.report import write
from sim.scenario import load_scenario

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "Chromium is here")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A report on one result and one on two."""
    place = tmp_path_factory.mktemp("pages")
    folders = [
        keep(fake_ensemble(25, 120, scenario=load_scenario(name)), place / name)
        for name in ("january_2014", "truce")
    ]
    return {"one result": write(folders[0]), "two results": write(folders)}


both = pytest.mark.parametrize("opened", ["one result", "two results"], indirect=True)
one = pytest.mark.parametrize("opened", ["one result"], indirect=True)


@both
def test_no_error_and_no_request_to_anywhere(opened):
    asked = opened.requests()
    assert opened.log("browser") == []
    assert [address for address in asked if address.startswith("file:")] == [
        opened.run("return location.href")
    ]
    assert {address.split(":")[0] for address in asked} <= {"file", "data"}


@both
def test_every_figure_is_there_and_nothing_is_wider_than_the_page(opened, tmp_path):
    images = opened.run(
        "return Array.from(document.images, (i) => [i.naturalWidth, i.complete, i.alt.length])"
    )
    assert len(images) in (12, 3)
    assert all(wide > 300 and done and says > 40 for wide, done, says in images)
    for width in (1280, 800, 400):
        opened.resize(width, 900)
        assert opened.run("return document.documentElement.scrollWidth") <= width
    opened.resize(1280, 900)
    opened.picture(tmp_path / "page.png")
    picture = np.asarray(Image.open(tmp_path / "page.png").convert("L"))
    assert picture.shape[1] == 1280
    assert picture.shape[0] > 3000
    assert 0.02 < (picture < 128).mean() < 0.4


CELLS = "return Array.from(document.querySelectorAll(arguments[0]), (cell) => cell.textContent.trim())"
CLICK = "document.querySelectorAll(arguments[0])[arguments[1]].click()"


@one
def test_a_click_sorts_a_table_by_numbers_or_words(opened):
    table = "table[aria-label='The record and the runs by town']"
    people = f"{table} tbody tr :nth-child(3)"
    before = opened.run(CELLS, people)
    opened.run(CLICK, f"{table} thead button", 2)
    up = [int(text.replace(",", "")) for text in opened.run(CELLS, people)]
    assert up == sorted(up)
    assert len(up) == len(before) == 60
    opened.run(CLICK, f"{table} thead button", 2)
    assert [int(text.replace(",", "")) for text in opened.run(CELLS, people)] == up[::-1] or up[0] == up[1]
    assert opened.run(f'return document.querySelectorAll("{table} th")[2].ariaSort') == "descending"
    opened.run(CLICK, f"{table} thead button", 1)
    provinces = opened.run(CELLS, f"{table} tbody tr :nth-child(2)")
    assert provinces == sorted(provinces)


@one
def test_empty_cells_stay_last_whichever_way_a_table_is_sorted(opened):
    table = "table[aria-label='The record and the runs by town']"
    for _ in range(2):
        opened.run(CLICK, f"{table} thead button", 6)
        off = opened.run(CELLS, f"{table} tbody tr :nth-child(7)")
        empty = off.count("")
        assert empty == 8
        assert "" not in off[:-empty]


@one
def test_nothing_in_it_can_reach_a_server(opened):
    reached = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            reached.append(self.path)
            self.send_response(204)
            self.end_headers()

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        script = "return fetch(arguments[0]).then(() => 'reached', () => 'refused')"
        assert opened.run(script, address) == "refused"
        server.shutdown()
    assert reached == []
    assert any("Content Security Policy" in entry["message"] for entry in opened.log("browser"))


@both
def test_it_prints_on_pages_of_paper(opened, tmp_path):
    opened.print(tmp_path / "page.pdf")
    content = (tmp_path / "page.pdf").read_bytes()
    sizes = {
        tuple(round(float(x)) for x in box.split()[2:])
        for box in re.findall(rb"/MediaBox \[([^\]]*)\]", content)
    }
    assert sizes == {(595, 842)}
    assert 4 <= len(re.findall(rb"/Type /Page\b", content)) <= 16


@one
@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext not installed (Debian: poppler-utils)"
)
def test_a_long_table_says_its_heads_on_every_sheet(opened, tmp_path):
    opened.print(tmp_path / "page.pdf")
    words = ["pdftotext", "-layout", tmp_path / "page.pdf", "-"]
    sheets = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split("\f")
    towns = load_scenario("january_2014").towns["name"]
    with_rows = [k for k, sheet in enumerate(sheets) if sum(name in sheet for name in towns) > 5]
    heads = [
        k
        for k, sheet in enumerate(sheets)
        if any("people" in line and "confidence" in line for line in sheet.splitlines())
    ]
    assert len(with_rows) > 1
    assert set(with_rows) <= set(heads)
