"""Figures to files that say what made them, the same to the byte each time."""

import hashlib
import io
import json
from pathlib import Path

import matplotlib as mpl
import numpy as np

import sim
from sim._util import validation
from sim.plots import style
from sim.plots.drawn import data

FORMATS = ("png", "svg", "pdf")


def save(ax_or_figure, path, manifest=None, *, dpi=300):
    """Write a figure as PNG, SVG or PDF, with its origin inside and no date.

    Parameters
    ----------
    ax_or_figure : matplotlib.axes.Axes, sequence of Axes, or matplotlib.figure.Figure
        What a plot function returned.
    path : path
        Where to; its suffix names the format. Without a suffix all three are written. ``.csv`` writes the
        numbers that are drawn (`sim.plots.data`).
    manifest : dict or path, or list of such, optional
        What made the results: a manifest, its file, or the folder that holds it. Commit, scenario,
        configuration and command go into the file's metadata.
    dpi : int, default 300
        Dots per inch of a PNG.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    ValueError
        The suffix names no such format.

    Examples
    --------
    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> folder = tempfile.mkdtemp()
    >>> [file.name for file in save(Figure(), folder + "/empty")]
    ['empty.png', 'empty.svg', 'empty.pdf']
    """
    figure = figure_of(ax_or_figure)
    path = Path(validation.path("path", path))
    validation.positive("dpi", dpi)
    if path.suffix.lower() == ".csv":
        path.parent.mkdir(parents=True, exist_ok=True)
        data(ax_or_figure).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        return [path]
    wanted = [path.suffix[1:].lower()] if path.suffix else FORMATS
    if not set(wanted) <= set(FORMATS):
        raise ValueError(f"{path.name}: figures are written as {', '.join(FORMATS)}, not {path.suffix}")
    path.parent.mkdir(parents=True, exist_ok=True)
    files = [path if path.suffix else path.with_name(f"{path.name}.{kind}") for kind in wanted]
    for file, kind in zip(files, wanted, strict=True):
        file.write_bytes(rendered(figure, kind, manifest, dpi=dpi))
    return files


def rendered(ax_or_figure, kind, manifest=None, *, dpi=300):
    """The bytes of a figure as a file of one kind, with its origin inside and no date."""
    figure, content = figure_of(ax_or_figure), io.BytesIO()
    with mpl.rc_context(style.ALL_SETTINGS):
        figure.savefig(content, format=kind, dpi=dpi, metadata=metadata(figure, kind, manifest))
    return content.getvalue()


def figure_of(ax_or_figure):
    """The figure of Axes, of the first of several Axes, or the figure itself."""
    if hasattr(ax_or_figure, "savefig"):
        return ax_or_figure
    if hasattr(ax_or_figure, "figure"):
        return ax_or_figure.figure
    several = getattr(ax_or_figure, "flat", ax_or_figure)
    first = next(iter(several), None) if np.iterable(several) else None
    if not hasattr(first, "figure"):
        raise validation.invalid(
            "ax_or_figure", ax_or_figure, "Axes, several of them, or a Figure", TypeError
        )
    return first.figure


def title_of(figure):
    """The first title in a figure, empty if it has none."""
    return next((ax.get_title("left") for ax in figure.axes if ax.get_title("left")), "")


def metadata(figure, kind, manifest=None):
    """Title, caption and origin under the names that a format knows; no date and no machine."""
    title = title_of(figure) or "figure"
    caption, origin = style.caption_of(figure), origin_of(manifest)
    maker = f"infighting {sim.__version__}"
    if kind == "pdf":
        about = {"Title": title, "Subject": caption, "Keywords": origin, "Creator": maker}
        return about | {"Producer": None, "CreationDate": None}
    if kind == "svg":
        return {"Title": title, "Description": caption, "Source": origin, "Creator": maker, "Date": None}
    return {"Title": title, "Description": caption, "Source": origin, "Author": maker, "Software": None}


def origin_of(manifest):
    """One line that says which code, scenario, configuration and command made some results."""
    if manifest is None:
        return ""
    if isinstance(manifest, list):
        return " | ".join(origin_of(one) for one in manifest)
    if not isinstance(manifest, dict):
        file = Path(validation.path("manifest", manifest))
        file = file / "manifest.json" if file.is_dir() else file
        try:
            manifest = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"manifest = {str(manifest)!r}: cannot be read ({error})") from None
    git = manifest.get("git") or {}
    scenario = manifest.get("scenario") or {}
    parts = {
        "commit": f"{git.get('commit')}{' with edits' if git.get('edited') else ''}",
        "code": manifest.get("code"),
        "scenario": f"{scenario.get('name')} {scenario.get('hash')}",
        "configuration": configuration_hash(manifest),
        "command": command(manifest.get("command")),
    }
    return "; ".join(f"{name}: {value}" for name, value in parts.items())


def configuration_hash(manifest):
    """Hash of everything in a manifest that decides the numbers, 16 hex digits."""
    names = ("scenario", "seed", "runs", "days", "detail", "start", "params")
    decides = {name: manifest.get(name) for name in names}
    if "identity" in manifest:  # of a sweep: its points, too
        decides["identity"] = manifest["identity"]
    return hashlib.sha256(json.dumps(decides, sort_keys=True, default=str).encode()).hexdigest()[:16]


def command(words):
    """A command line without the folders of the machine it ran on."""
    if not words:
        return "not recorded"
    first = Path(words[0])
    _, package, rest = first.as_posix().removesuffix(".py").rpartition("/sim/")
    module = ".".join(["sim", *(part for part in rest.split("/") if part != "__main__")])
    return " ".join([f"python -m {module}" if package else first.name, *(str(word) for word in words[1:])])
