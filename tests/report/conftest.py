"""What tests of pages in a real browser share; each file has ``pages`` of its own, by name."""

import pytest
from browser import Browser


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def opened(window, pages, request):
    """A page, opened afresh, with nothing left in the logs from before."""
    window.resize(1280, 900)
    window.open("about:blank")
    window.log("browser")
    window.requests()
    window.open(pages[request.param].as_uri())
    return window
