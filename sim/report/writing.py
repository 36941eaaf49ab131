"""From results to the HTML file: what goes on the page, where the file goes, and what it must not replace."""

import base64
import hashlib
import html
import warnings
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import sim
from sim._util.errors import InfightingError
from sim._util.files import write_text
from sim.ensemble import load_results
from sim.ensemble.store.layout import EXPLORE, REPORT, REPORT_SAYS, report_of
from sim.plots import frames
from sim.report import comparison, explore, figures, numbers, provenance
from sim.report.headline import headline_table

DETAILS = ("summary", "daily", "full")  # from least to most
PAGE = Path(__file__).parent / "page"
PAIR = 2  # results that can be played with side by side
NAMED = 4  # results that the name of a comparison's file lists


class ReportError(InfightingError):
    """A report that cannot be written; the message says why and what to do."""


def write(folders, out=None, *, overwrite=False):
    """Write a report of one result, or a comparison of several; of one or two, beside it a page to play with.

    Parameters
    ----------
    folders : path or sequence of path
        Folders written by ``python -m sim`` or `sim.run_ensemble`. Of several, the first is what the others
        are compared with.
    out : path, optional
        The file; by default ``report.html`` in the folder, or ``comparison_….html`` beside the folders.
    overwrite : bool
        Replace the file whatever it is. A report of the same results is replaced without asking.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ReportError
        The file is something else, or the results were made by another version of the program.
    ResultsError
        A folder holds no results, or damaged ones; the message names the file.
    """
    folders = [Path(folder) for folder in ([folders] if isinstance(folders, str | Path) else folders)]
    _check(folders)
    ensembles = [opened(folder) for folder in folders]
    if len(folders) == 1:
        return write_result(ensembles[0], folders[0], out, overwrite=overwrite)
    named = dict(zip(comparison.names_of(ensembles, folders), ensembles, strict=True))
    file = Path(out) if out else _beside(folders, named)
    pages = [file, explore_beside(file)][: 2 if len(folders) == PAIR else 1]
    for page in pages:
        refuse(page, folders, overwrite)
    for page in pages[1:]:
        write_text(page, explore_page(named, folders))
    return write_text(file, _comparison(named, folders, [page.name for page in pages[1:]]))


def write_result(ensemble, folder, out=None, *, overwrite=False, drawn=None):
    """Write the report of one open result, with the figures if `figures.draw` has drawn them."""
    file = Path(out) if out else Path(folder) / REPORT
    for page in (file, explore_beside(file)):
        refuse(page, [folder], overwrite)
    name = comparison.names_of([ensemble], [Path(folder)])[0]
    write_text(explore_beside(file), explore_page({name: ensemble}, [Path(folder)]))
    return write_text(file, _result(ensemble, Path(folder), drawn, explore_beside(file).name))


def explore_beside(report):
    """Where the page to play with goes that belongs to a report.

    >>> explore_beside("results/a/report.html").name, explore_beside("mine.html").name
    ('explore.html', 'explore_mine.html')
    """
    report = Path(report)
    if report.name == REPORT:
        return report.with_name(EXPLORE)
    return report.with_name(f"explore_{report.name.removeprefix('comparison_')}")


def _check(folders):
    """Refuse a request that makes no sense."""
    if not folders:
        raise ReportError("name at least one folder of results")
    for k, folder in enumerate(folders):
        if folder.resolve() in [other.resolve() for other in folders[:k]]:
            raise ReportError(f"{folder} is named twice")


def opened(folder):
    """The results of a folder, open (its manifest is ``.tables.manifest``), or one line on why not."""
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # the report says it itself
        ensemble = load_results(folder)
    if ensemble.points is not None:
        raise ReportError(
            f"{folder} is a design: a report is of runs of one world; save one of its points "
            "(sim.ensemble.save_results(sim.load_results(FOLDER).at(POINT), NEW_FOLDER)), or compare "
            "designs (infighting compare)"
        )
    return ensemble


def _beside(folders, named):
    """Where a comparison goes if nobody says: into the folder that holds the first result."""
    names = list(named)
    words = "_".join(names) if len(names) <= NAMED else f"{names[0]}_and_{len(names) - 1}_others"
    return folders[0].parent / f"comparison_{words}.html"


def refuse(file, folders, overwrite):
    """Raise where a file must not be replaced or cannot be written."""
    if file.is_dir():
        raise ReportError(f"{file} is a folder: name a file (--out)")
    if not file.parent.is_dir():
        raise ReportError(f"{file} cannot be written: there is no folder {file.parent}")
    if overwrite or not file.exists():
        return
    theirs = report_of(file)
    if theirs != _of(folders):
        what = "no report of this program" if theirs is None else f"a report of {theirs}"
        raise ReportError(
            f"{file} is there, and is {what}: name another file (--out), or replace it (--overwrite)"
        )


def _of(folders):
    """Which results a report is of, for the page's head."""
    return ", ".join(Path(folder).resolve().name for folder in folders)


def _result(ensemble, folder, drawn, beside):
    """The page on one result."""
    manifest = ensemble.tables.manifest
    kinds = figures.draw(ensemble) if drawn is None else drawn
    embedded = [figures.embedded(kind.name, kind.reading, kind.size, axes, manifest) for kind, axes in kinds]
    return _render(
        "result.html",
        [folder],
        title=ensemble.scenario.title,
        about=ensemble.scenario.about,
        parents=ensemble.scenario.parents,
        who=numbers.focal(ensemble),
        beside=beside,
        warnings=provenance.warnings_of(ensemble, manifest),
        answer=numbers.answer(ensemble),
        provenance=frames.provenance(ensemble),
        headline=headline_table(ensemble),
        outcomes=numbers.outcome_table(ensemble),
        course=numbers.course_table(ensemble),
        sides=numbers.side_table(ensemble),
        figures=embedded,
        left_out=len(figures.KINDS) - len(figures.kinds_for(ensemble.detail)),
        detail=ensemble.detail,
        record=numbers.record_table(ensemble),
        towns=numbers.town_table(ensemble),
        **provenance.doubts(ensemble),
        configuration=provenance.configuration(ensemble, manifest),
        parameters=provenance.parameter_table(ensemble),
        origin=provenance.origin(manifest),
        files=provenance.files(manifest),
        again=provenance.again(ensemble, manifest),
        place=str(folder),
    )


def _comparison(named, folders, beside):
    """The page on several results."""
    manifests = [ensemble.tables.manifest for ensemble in named.values()]
    embedded = [figures.embedded(*drawn, manifests) for drawn in comparison.draw(named)]
    first = next(iter(named.values()))
    return _render(
        "comparison.html",
        folders,
        title=" against ".join([", ".join(list(named)[1:]), next(iter(named))]),
        who=numbers.focal(first),
        names=list(named),
        beside="".join(beside),
        abouts=[(name, each.scenario.title, each.scenario.about) for name, each in named.items()],
        warnings=comparison.cautions(named, manifests),
        differs=comparison.what_differs(named, manifests),
        figures=embedded,
        shares=comparison.share_table(named),
        differences=comparison.difference_table(named),
        meanings=numbers.meanings_of_classes(first.params.outcomes),
        origins=[
            (name, provenance.origin(manifest), provenance.again(each, manifest))
            for (name, each), manifest in zip(named.items(), manifests, strict=True)
        ],
    )


def explore_page(named, folders):
    """The page to play with: one result, or two side by side."""
    data, shown = explore.page_data(named)
    manifests = [ensemble.tables.manifest for ensemble in named.values()]
    both = [(name, each, manifest) for (name, each), manifest in zip(named.items(), manifests, strict=True)]
    first = both[0][1]
    return _render(
        "explore.html",
        folders,
        looks=("style.css", "map.css", "explore.css"),
        scripts=("map.js", "explore.js"),
        data=data,
        title=" beside ".join(each.scenario.title for each in named.values()),
        who=numbers.focal(first),
        names=list(named),
        results=[
            {
                "name": name,
                "about": each.scenario.about,
                "provenance": frames.provenance(each),
                "origin": provenance.origin(manifest),
                "again": provenance.again(each, manifest),
            }
            for name, each, manifest in both
        ],
        paired=not explore.unpaired(named),
        warnings=[
            *explore.notes(named, shown),
            *(word for _, each, manifest in both for word in provenance.warnings_of(each, manifest)),
            *(comparison.cautions(named, manifests) if len(both) > 1 else ()),
        ],
        chance=frames.chance_note(*named.values()),
        detail=min((each.detail for _, each, _ in both), key=DETAILS.index),
        **provenance.doubts(first),
    )


def _render(template, folders, looks=("style.css",), scripts=("sort.js",), **values):
    """A page from its template; what the page may load and run is fixed by fingerprints."""
    tidy = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    place = Environment(loader=FileSystemLoader(PAGE), autoescape=True, **tidy)
    look, script = (
        "".join((PAGE / name).read_text(encoding="utf-8") for name in files) for files in (looks, scripts)
    )
    allowed = f"default-src 'none'; img-src data:; style-src {_finger(look)}; script-src {_finger(script)}"
    return place.get_template(template).render(
        known_by=REPORT_SAYS.format(version=sim.__version__, results=html.escape(_of(folders))),
        version=sim.__version__,
        allowed=allowed,
        look=look,
        script=script,
        **values,
    )


def _finger(text):
    """What a content security policy calls one inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
