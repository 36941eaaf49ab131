"""A real Chromium without a window, driven through chromedriver's plain HTTP (the WebDriver standard).

Debian's packages chromium and chromium-driver; .ci/run installs them where it can. `why_not` says what is
missing, for a test to be skipped with its reason.
"""

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

PROGRAMS = {"chromium": ("chromium", "chromium-browser"), "chromedriver": ("chromedriver",)}
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
)


def program(name):
    """Path of an installed program, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS[name])), None)


def why_not():
    """Why no browser can be driven here; empty where one can."""
    missing = [name for name in PROGRAMS if program(name) is None]
    return f"{' and '.join(missing)} not installed (Debian: chromium, chromium-driver)" if missing else ""


class Browser:
    """One window of Chromium.

    Parameters
    ----------
    folder : path
        Where its profile and its driver's log go.
    width, height : int
        Size of the window in pixels.
    """

    def __init__(self, folder, width=1280, height=900):
        folder = Path(folder)
        self._log = open(folder / "chromedriver.log", "w+")  # noqa: SIM115 (closed on leaving)
        words = [program("chromedriver"), "--port=0", "--allowed-ips=127.0.0.1"]
        self._driver = subprocess.Popen(words, stdout=self._log, stderr=subprocess.STDOUT)
        self._address = f"http://127.0.0.1:{self._port()}"
        arguments = [*QUIET, f"--window-size={width},{height}", f"--user-data-dir={folder / 'profile'}"]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": program("chromium"), "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        try:
            session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            self._driver.kill()
            raise
        self._session = f"/session/{session['sessionId']}"

    def _port(self):
        """The port that the driver chose, which it prints once it listens."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            said = Path(self._log.name).read_text()
            if "on port " in said and "started successfully" in said:
                return int(said.rsplit("on port ", 1)[1].split()[0].rstrip("."))
            time.sleep(0.05)
        raise TimeoutError(f"chromedriver did not start: {Path(self._log.name).read_text()}")

    def _ask(self, method, path, body=None):
        """One command of the WebDriver standard; what it answers."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, content, {"Content-Type": "application/json"})
        request.method = method
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def open(self, address):
        """Go to an address and wait until it is loaded."""
        self._ask("POST", f"{self._session}/url", {"url": address})

    def run(self, script, *arguments):
        """What a script returns that runs in the page."""
        body = {"script": script, "args": list(arguments)}
        return self._ask("POST", f"{self._session}/execute/sync", body)

    def tools(self, command, **params):
        """One command of Chromium's own developer tools."""
        return self._ask("POST", f"{self._session}/goog/cdp/execute", {"cmd": command, "params": params})

    def log(self, kind):
        """Entries of a log since the last look: "browser" (the console) or "performance"."""
        return self._ask("POST", f"{self._session}/se/log", {"type": kind})

    def requests(self):
        """Addresses asked for since the last look, those of Chromium's own pages apart."""
        said = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        asked = [m["params"]["request"]["url"] for m in said if m["method"] == "Network.requestWillBeSent"]
        return [address for address in asked if not address.startswith("chrome")]

    def picture(self, file, whole=True):
        """Keep what is seen, or the whole page, as PNG."""
        shot = self.tools(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole, **self._clip(whole)
        )
        Path(file).write_bytes(base64.b64decode(shot["data"]))

    def _clip(self, whole):
        if not whole:
            return {}
        size = self.tools("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}

    def print(self, file):
        """Keep the page as it prints, as PDF."""
        done = self.tools("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        Path(file).write_bytes(base64.b64decode(done["data"]))

    def resize(self, width, height):
        """Give the window another size in pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.tools("Emulation.setDeviceMetricsOverride", **size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """End the window and its driver."""
        try:
            self._ask("DELETE", self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(timeout=20)
            self._log.close()
