"""Names of everything in a folder of results, and which of its files are this program's own."""

import html
import os
import re
from pathlib import Path

from sim._util.errors import InfightingError

MANIFEST = "manifest.json"
DESIGN = "design.parquet"
SHARDS = "shards"
START = "start.world"  # the stepped world that the runs set out from, if they did, as saved by its model
TABLES = ("runs", "focal", "daily", "control", "alignment", "engagements")
SUMMARY = "summary.parquet"  # of a design: one row a point and outcome measure
POINTS = "points.csv"  # of a design: one row a point
POINTS_TYPED = "points.parquet"  # the same, with the types of its columns
REPORT = "report.html"
EXPLORE = "explore.html"  # the page to play with that stands beside it
# by this a report is known for one, and for whose it is
REPORT_SAYS = (
    '<meta name="generator" content="infighting {version}">\n<meta name="results" content="{results}">'
)
DRAWN = (
    "outcome_shares towns_over_time chance_maps regrouping trough_recovery infighting_network "
    "infighting_compared alignment people men deaths_over_time control_raster"
)
FIGURES = {name: f"figures/{name}.png" for name in DRAWN.split()}  # where each figure of a report goes


class ResultsError(InfightingError):
    """A folder of results that cannot be written, or cannot be trusted; the message names the file."""


def existing(folder):
    """Files in a folder that this program wrote, in this version or in 0.1.0; none of somebody else's."""
    folder = Path(folder)
    names = [MANIFEST, DESIGN, START, SUMMARY, POINTS, POINTS_TYPED, *FIGURES.values()]
    names += [f"{table}.parquet{end}" for table in TABLES for end in ("", ".partial")]
    names += [page for page in (REPORT, EXPLORE) if report_of(folder / page) is not None]
    found = [folder / name for name in names if (folder / name).is_file()]
    found += [file for table in TABLES for file in folder.glob(f"{table}/[0-9]*.parquet")]
    return found + [file for file in folder.glob(f"{SHARDS}/*.json") if file.stem.isdigit()]


def report_of(file):
    """Names of the results that a report of this program is of; None where there is no such report."""
    if not Path(file).is_file():
        return None
    try:
        with open(file, "rb") as stream:
            begins = stream.read(4096).decode("utf-8", "replace")
    except OSError:
        return None
    found = re.search(REPORT_SAYS.format(version='[^"]*', results='([^"]*)'), begins)
    return html.unescape(found[1]) if found else None


def check_report(file):
    """Raise ResultsError if a file that a report would replace is something else."""
    if Path(file).exists() and report_of(file) is None:
        raise ResultsError(
            f"{file} is there, and is no report of this program: move it away, or do without (report=false)"
        )


def why(error):
    """What the system said of an OSError, in its shortest form."""
    return os.strerror(error.errno) if error.errno else str(error)
