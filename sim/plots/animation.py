"""One run moving on the map."""

import itertools
import subprocess
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.animation import FFMpegWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from tqdm.auto import tqdm

from sim._util import validation
from sim._util.tables import say_date
from sim.plots import basemap, frames, holder_maps, layout, palette, saving, style

REST = 2000  # milliseconds on the last picture


@style.styled
def animate(
    ensemble,
    run=0,
    path="run.gif",
    *,
    step=1,
    days=None,
    per_second=10,
    width=6.4,
    dpi=100,
    labels=14,
    manifest=None,
    progress=True,
):
    """Who holds what, day by day, as a GIF; as MP4 where ffmpeg is installed.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.
    path : path, default "run.gif"
        Where to; ``.gif``, or ``.mp4`` if there is ffmpeg.
    step : int, default 1
        Days from one picture to the next.
    days : int, optional
        Last day; by default the horizon.
    per_second : int, default 10
        Pictures per second.
    width : float, default 6.4
        Width in inches.
    dpi : int, default 100
        Dots per inch.
    labels : int, default 14
        At most so many towns are named.
    manifest : dict or path, optional
        What made the results, as for `save`; it goes into the file as a comment.
    progress : bool, default True
        Show a progress bar.

    Returns
    -------
    pathlib.Path
        The file written.

    Examples
    --------
    >>> import tempfile
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=1, days=4, detail="daily", progress=False)
    >>> file = plots.animate(ensemble, 0, tempfile.mkdtemp() + "/run.gif", step=2, dpi=40, progress=False)
    >>> file.name
    'run.gif'
    """
    path = Path(validation.path("path", path))
    write = _writer(path)
    scenario, last = ensemble.scenario, min(days or ensemble.days, ensemble.days)
    shown = [*range(0, last, max(int(step), 1)), last]
    holders = holder_maps.run_holders(ensemble, run, shown)
    figure, moving, change = _stage(ensemble, run, holders, width, dpi, labels)
    words = [say_date(scenario.date(day)) for day in shown]
    changes = zip(tqdm(shown, disable=not progress, unit="picture"), holders, words, strict=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    changed = (change(held, text, day / last) for day, held, text in changes)
    comment = f"{_note(ensemble, run)}. {saving.origin_of(manifest)}".strip()
    write(path, _pictures(figure, moving, changed), per_second, comment)
    return path


def _pictures(figure, moving, changes):
    """The picture after each change as an RGB array; what does not move is drawn once."""
    canvas = figure.canvas
    for artist in moving:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(figure.bbox)
    for _ in changes:
        canvas.restore_region(still)
        for artist in moving:
            figure.draw_artist(artist)
        yield np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _writer(path):
    """What writes a file of this ending; says what to do where there is nothing."""
    if path.suffix.lower() == ".gif":
        return _write_gif
    if path.suffix.lower() != ".mp4":
        raise ValueError(f"{path.name}: animations are written as .gif or .mp4")
    if not FFMpegWriter.isAvailable():
        raise ValueError(f"{path.name}: MP4 needs ffmpeg, which is not installed; ask for a .gif")
    return _write_mp4


def _write_gif(path, pictures, per_second, comment):
    """A GIF that repeats and rests on its last picture."""
    images = []
    for picture in map(Image.fromarray, pictures):
        palette = images[0] if images else _palette(picture)
        images.append(picture.quantize(palette=palette, dither=Image.Dither.NONE))
    wait = [round(1000 / per_second)] * (len(images) - 1) + [REST]
    images[0].save(path, save_all=True, append_images=images[1:], duration=wait, loop=0, comment=comment)


def _palette(picture):
    """256 colours for all pictures: those of the first one, and exactly those of the factions."""
    exact = {look.colour for look in (*palette.FAMILIES.values(), *palette.FACTIONS.values())}
    exact = [round(255 * part) for colour in sorted({*exact, style.RECORD}) for part in to_rgb(colour)]
    found = Image.new("P", (1, 1))
    found.putpalette((exact + picture.quantize(256 - len(exact) // 3).getpalette())[:768])
    return found


def _write_mp4(path, pictures, per_second, comment):
    """An MP4 through ffmpeg, which is handed the bare pictures."""
    pictures = iter(pictures)
    first = next(pictures)
    high, wide = first.shape[:2]
    bare = f"-loglevel error -y -f rawvideo -pix_fmt rgb24 -s {wide}x{high} -r {per_second} -i -"
    rest = f"-vf tpad=stop_mode=clone:stop_duration={REST / 1000} -an -vcodec libx264 -pix_fmt yuv420p"
    order = [mpl.rcParams["animation.ffmpeg_path"], *bare.split(), *rest.split(), "-metadata"]
    order += [f"comment={comment}", "-fflags", "+bitexact", "-flags:v", "+bitexact", str(path)]
    with subprocess.Popen(order, stdin=subprocess.PIPE) as process:
        for picture in itertools.chain([first], pictures):
            process.stdin.write(picture.tobytes())
    if process.returncode:
        raise OSError(f"ffmpeg could not write {path}")


def _note(ensemble, run):
    """What the foot of the pictures says."""
    return f"{frames.run_of(ensemble, run)}: one possible course, not a forecast"


def _stage(ensemble, run, holders, width, dpi, labels):
    """A figure with the map, what moves on it, and a function that puts one day on it."""
    scenario = ensemble.scenario
    everyone = sorted({name for day in holders for name in day})
    handles = holder_maps.holder_legend(scenario, everyone)
    below = 0.3 + 0.15 * (len(handles) // layout.legend_columns(width) + 1)
    high = (width - 2 * layout.MARGIN) * basemap.shape_of(scenario)
    tall = high + below + 0.28
    even = [2 * round(inches * dpi / 2) / dpi for inches in (width, tall)]  # films want even numbers of dots
    figure = Figure(figsize=even, dpi=dpi)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((layout.MARGIN / width, below / tall, 1 - 2 * layout.MARGIN / width, high / tall))
    dots = holder_maps.draw_holders(ax, scenario, holders[0], 0.85, labels)
    basemap.scale_bar(ax)
    layout.legend_at(figure, handles, (below - 0.1) / tall, width)
    figure.text(0.01, 0.05 / tall, _note(ensemble, run), size=style.SMALL, color=style.SOFT)
    box = (layout.MARGIN / width, (below - 0.07) / tall, 1 - 2 * layout.MARGIN / width, 0.035 / tall)
    figure.add_artist(Rectangle(box[:2], box[2], box[3], facecolor="#e8e8e8"))
    bar = figure.add_artist(Rectangle(box[:2], 0, box[3], facecolor=style.RECORD))

    title = ax.set_title(" ")

    def change(held, words, part):
        holder_maps.paint_holders(dots, scenario, held)
        title.set_text(words)
        bar.set_width(box[2] * part)

    return figure, [dots, *ax.texts, title, bar], change
