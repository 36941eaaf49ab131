"""Results on disk: a folder of Parquet files and a manifest that says what made them.

``runs.parquet`` (one row a run), and as far as the detail asked for goes ``focal.parquet``,
``daily.parquet``, ``control.parquet``, ``alignment.parquet`` and ``engagements.parquet``; then
``manifest.json``. Columns are documented in ``sim.ensemble.frames`` and ``sim.core.measures``. Files grow
under the
name ``*.partial`` and are renamed when they are whole; the manifest is written last. So a folder with a
manifest holds what the manifest says, and anything else is a run that was killed.
"""

import contextlib
import html
import re
import time
import warnings
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim._util import validation
from sim._util.locks import lock
from sim.ensemble.store.manifest import (
    MANIFEST,
    ResultsError,
    differences,
    manifest,
    read_manifest,
    sha256,
    write_json,
)
from sim.params import ParameterError, Params, with_values
from sim.scenario import ScenarioError, load_scenario

TABLES = ("runs", "focal", "daily", "control", "alignment", "engagements")
START = "start.world"  # the stepped world that the runs set out from, if they did, as saved by its model
REPORT = "report.html"
# by this a report is known for one, and for whose it is
REPORT_SAYS = (
    '<meta name="generator" content="infighting {version}">\n<meta name="results" content="{results}">'
)
FIGURES = {  # what python -m sim draws, and where it puts them
    name: f"figures/{name}.png"
    for name in (
        "outcome_shares", "towns_over_time", "chance_maps", "regrouping", "trough_recovery",
        "infighting_network", "infighting_compared", "alignment", "people", "men", "deaths_over_time",
        "control_raster",
    )
}  # fmt: skip


def prepare(folder, overwrite=False):
    """Make a folder ready for results, or say in one sentence why not.

    Parameters
    ----------
    folder : path
        Where the results are to go. Other files in it are left alone.
    overwrite : bool
        Remove the results that are there.

    Raises
    ------
    ResultsError
        It holds results already, another process is writing some, or it cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = existing(folder)
        if old and not overwrite:
            raise ResultsError(
                f"{folder} holds results already: give this run another name (name=...), or ask for them "
                "to be replaced (overwrite=true)"
            )
        with _only_writer(folder):
            for file in old:
                file.unlink()
    except OSError as error:
        raise ResultsError(f"cannot write results to {folder}: {error.strerror}") from error


@contextlib.contextmanager
def _only_writer(folder):
    """Be the only process that writes results into a folder, or raise ResultsError."""
    file = folder / ".writing.lock"
    with lock(file) as mine:
        if not mine:
            raise ResultsError(f"{folder} is being written by another process: wait for it, or stop it")
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def existing(folder):
    """List the files that this program wrote into a folder."""
    folder = Path(folder)
    names = [MANIFEST, *(f"{table}.parquet" for table in TABLES)]
    names += [f"{name}.partial" for name in (*names, REPORT)]
    names += [REPORT] if report_of(folder / REPORT) is not None else []
    whole = [folder / name for name in (*names, *FIGURES.values()) if (folder / name).exists()]
    if not (folder / "design.parquet").exists():
        return whole
    of_a_sweep = (*(f"{table}/*.parquet" for table in TABLES), "shards/*.json", "design.parquet")
    return whole + [file for pattern in of_a_sweep for file in folder.glob(pattern)]


def is_begun(folder):
    """Whether runs are in a folder, or were on their way there when they were stopped or killed."""
    pictures = {Path(folder) / name for name in (REPORT, *FIGURES.values())}
    return not pictures.issuperset(existing(folder))


def is_finished(folder, decides):
    """Whether a folder holds all runs that are asked for; False if they have still to be played, or again.

    Parameters
    ----------
    folder : path
        New, empty, or with results of one world in it.
    decides : dict
        What decides the numbers, as from `sim.ensemble.store.manifest.what_decides`.

    Returns
    -------
    bool
        False also of runs that were stopped or killed, and of those of which a file has gone.

    Raises
    ------
    ResultsError
        It holds other results, which are not to be replaced, or a file in it was changed.
    """
    folder = Path(folder)
    if not (folder / MANIFEST).exists():
        return False
    said = read_manifest(folder)
    other = differences({key: said.get(key) for key in decides}, decides)
    if "identity" in said or other:
        what = "a design" if "identity" in said else f"other runs ({other})"
        raise ResultsError(
            f"{folder} holds {what}: give this sweep another folder (hydra.sweep.dir=results/NAME), or ask "
            "for them to be replaced (overwrite=true)"
        )
    tables = Tables(folder)
    if not said["complete"] or not all((folder / name).exists() for name in said["files"]):
        return False
    for name in tables:
        tables.check(name)
    return True


def report_of(file):
    """Names of the results that a report of this program is of; None where there is no such report."""
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


def warn_of_posterior(sha256, scenario):
    """Warn where runs were drawn from another posterior than a scenario has now."""
    from sim.ensemble.posterior import shipped_sha256

    if shipped_sha256(scenario) != sha256:
        warnings.warn(
            f"the runs were drawn from another posterior than scenario {scenario.name} has now: "
            "their numbers stand, but their draws and replays cannot be had",
            stacklevel=4,
        )


class Writer:
    """Writes the tables of an ensemble block by block, in memory that does not grow with the runs.

    Use it in a ``with`` statement: however the block ends (also by Ctrl-C), what was written so far is
    closed, renamed and described by a manifest whose ``complete`` says whether it is all.

    Parameters
    ----------
    folder : path
        New or empty; see `prepare`.
    about : dict
        What the manifest is to say, as from `manifest`.
    """

    def __init__(self, folder, about):
        prepare(folder)
        self.folder = Path(folder)
        self._alone = contextlib.ExitStack()
        self._alone.enter_context(_only_writer(self.folder))
        self.about = dict(about)
        self._writers = {}
        self._rows = {}
        self._whole = True
        self.closed = False
        self._started = time.perf_counter()

    def __enter__(self):
        """Begin."""
        return self

    def __exit__(self, kind, error, trace):
        """Close whatever happened; an error goes on its way, and hides one of closing."""
        try:
            self.close()
        except ResultsError:
            if error is None:
                raise

    def write(self, tables):
        """Append one block of runs.

        Parameters
        ----------
        tables : dict of pandas.DataFrame
            By name of table; the same tables and columns in every block.
        """
        # "runs" last: a run counts as done only when everything else about it is written
        for name in sorted(tables, key=lambda name: name == "runs"):
            try:
                self._append(name, tables[name])
            except OSError as error:
                self._whole = False
                raise ResultsError(f"cannot write {self._partial(name)}: {error.strerror}") from error

    def _partial(self, name):
        return self.folder / f"{name}.parquet.partial"

    def _append(self, name, frame):
        if name not in self._writers:
            schema = pa.Schema.from_pandas(frame, preserve_index=False)
            self._writers[name] = pq.ParquetWriter(self._partial(name), schema, compression="zstd")
            self._rows[name] = 0
        writer = self._writers[name]
        writer.write_table(pa.Table.from_pandas(frame, schema=writer.schema, preserve_index=False))
        self._rows[name] += len(frame)

    def close(self):
        """Finish the files and write the manifest; no manifest if a write has failed. Again does nothing."""
        writers, self._writers = self._writers, {}
        if self.closed:
            return
        self.closed = True
        try:
            files = {f"{name}.parquet": self._finish(name, writer) for name, writer in writers.items()}
            if self._whole:
                write_json(self.folder / MANIFEST, self.about | self._ending(files))
        except OSError as error:
            raise ResultsError(f"cannot finish the results in {self.folder}: {error.strerror}") from error
        finally:
            self._alone.close()

    def _finish(self, name, writer):
        """Close one file, give it its name; what the manifest says of it."""
        writer.close()
        file = self.folder / f"{name}.parquet"
        self._partial(name).replace(file)
        return {"rows": self._rows[name], "sha256": sha256(file)}

    def _ending(self, files):
        """What the manifest says at the end."""
        done = self._rows.get("runs", 0)
        return {
            "complete": done == self.about["runs"],
            "runs_done": done,
            "wall_seconds": round(time.perf_counter() - self._started, 3),
            "files": files,
        }


def save(ensemble, folder, overwrite=False):
    """Write an ensemble that is in memory to a folder.

    Parameters
    ----------
    ensemble : Ensemble
        As from `sim.run_ensemble`.
    folder : path
        Where to.
    overwrite : bool
        Replace results that are there.
    """
    prepare(folder, overwrite)
    about = manifest(
        ensemble.scenario,
        ensemble.params,
        seed=ensemble.seed,
        runs=len(ensemble.runs),
        days=ensemble.days,
        detail=ensemble.detail,
        draw=ensemble.posterior,
        asked=ensemble.asked,
    )
    with Writer(folder, about) as writer:
        writer.write(dict(ensemble.tables))


class Tables(Mapping):
    """The tables of a folder of results, each read and checked when it is first asked for.

    Parameters
    ----------
    folder : path
        A folder with a manifest.

    Attributes
    ----------
    manifest : dict
        What made them.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.manifest = read_manifest(folder)
        self._frames = {}
        self._sound = set()

    def __iter__(self):
        """Names of the tables."""
        return (file.removesuffix(".parquet") for file in self.manifest["files"])

    def __contains__(self, name):
        """Whether there is such a table, without reading it."""
        return f"{name}.parquet" in self.manifest["files"]

    def __len__(self):
        """Number of tables."""
        return len(self.manifest["files"])

    def __getitem__(self, name):
        """One table as a DataFrame."""
        if name not in self._frames:
            self._frames[name] = self._read(name)
        return self._frames[name]

    def some(self, name, columns):
        """Some columns of one table, without reading the others.

        Parameters
        ----------
        name : str
            Name of the table.
        columns : sequence of str
            Which columns, ``run`` among them.

        Returns
        -------
        pandas.DataFrame
            Only these.
        """
        columns = tuple(columns)
        if name in self._frames:
            return self._frames[name][list(columns)]
        if (name, columns) not in self._frames:
            self._frames[name, columns] = self._read(name, list(columns))
        return self._frames[name, columns]

    def _read(self, name, columns=None):
        """Read a file that is what the manifest says, less the runs that were not finished."""
        frame = pd.read_parquet(self.check(name), columns=columns)
        if self.manifest["complete"] or name == "runs":
            return frame
        return frame[frame["run"].isin(self["runs"]["run"])].reset_index(drop=True)

    def check(self, name):
        """The file of a table, looked at once; ResultsError if it is not what the manifest says."""
        said, file = self.manifest["files"][f"{name}.parquet"], self.folder / f"{name}.parquet"
        if file in self._sound:
            return file
        if not file.exists():
            raise ResultsError(f"{file} is missing: {MANIFEST} says it holds {said['rows']} rows")
        if sha256(file) != said["sha256"]:
            raise ResultsError(f"{file} is damaged or was changed: its sha256 is not the one in {MANIFEST}")
        self._sound.add(file)
        return file


def load_results(folder, points=None):
    """Open a folder of results.

    Parameters
    ----------
    folder : path
        A folder written by `save`, `sim.run_ensemble`, `sim.run_design` or ``python -m sim``.
    points : int or array_like, optional
        Of a sweep, only these points, as in `Ensemble.at`: only the shards they are in are read.

    Returns
    -------
    Ensemble
        Its tables are read when they are first asked for.

    Raises
    ------
    ResultsError
        There are no results, they are half-written or damaged, or their scenario or parameters are not of
        this version; the message names the file.

    Examples
    --------
    >>> import tempfile, sim
    >>> folder = tempfile.mkdtemp() + "/few"
    >>> ensemble = sim.run_ensemble(runs=2, days=3, out=folder, progress=False)
    >>> len(load_results(folder).runs)
    2
    """
    validation.path("folder", folder)
    try:
        return _opened(folder, points)
    except (ParameterError, ScenarioError) as error:
        why = " ".join(str(error).split())
        raise ResultsError(f"{folder} cannot be opened by this version: {why}") from error


def _opened(folder, points):
    """Results as `load_results` gives them."""
    from sim.ensemble.ensemble import (
        Ensemble,  # here, because an ensemble streams its results through this file
    )

    said = read_manifest(folder)
    if "identity" in said:
        from sim.ensemble.sweep import load_sweep  # as above: a sweep writes through this file

        swept = load_sweep(folder)
        return swept if points is None else swept.at(points)
    if points is not None:
        raise ResultsError(f"{folder} holds runs of one world: it has no points")
    tables = Tables(folder)
    scenario = load_scenario(said["scenario"]["name"])
    if said["start"]:
        scenario = scenario.seen_from(said["start"]["day"])
    if scenario.hash != said["scenario"]["hash"]:
        warnings.warn(
            f"{folder} was made from another version of scenario {scenario.name}: "
            "its numbers stand, but a replay will differ",
            stacklevel=3,
        )
    drawn = said.get("draw")
    if drawn is not None:
        warn_of_posterior(drawn, scenario)
    return Ensemble(
        scenario=scenario,
        params=with_values(Params(), said["params"]),
        seed=said["seed"],
        days=said["days"],
        detail=said["detail"],
        tables=tables,
        start=said["start"],
        world=Path(folder) / START if said["start"] else None,
        draw="defaults" if drawn is None else "posterior",
        posterior=drawn,
        asked=said.get("asked", ()),
    )
