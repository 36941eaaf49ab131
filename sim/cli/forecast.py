"""``infighting forecast``: what may come after a day of issue, written down before it is scored."""

from pathlib import Path

from sim.cli.parser import Parser


def forecast(words):
    """``infighting forecast``."""
    text = """Forecast who holds what after a day, from the record to that day.

Worlds are played to the day of issue, weighed week by week by the record's map and drawn anew, set to what it
knows on that day (every edit is counted), and played on. Writes towns.csv, dead.csv, forecast.json and the
hash of the three; score it later with infighting score FOLDER --record DIR."""
    examples = {
        "--issue 2014-01-31 --until 2014-03-31 --out results/from_31_january": "two months",
        "--issue 2014-03-31 --out results/from_31_march --worlds 1000": "to the scenario's end",
    }
    parser = Parser("forecast", text, examples)
    parser.add_argument("--issue", metavar="DATE", required=True, help="last day that the forecast knows")
    parser.add_argument("--until", metavar="DATE", help="last day (default: the scenario's)")
    parser.add_argument("--out", metavar="DIR", required=True, help="a folder that is not there yet")
    parser.add_argument("--scenario", metavar="NAME", default="january_2014", help="default: january_2014")
    parser.add_argument("--record", metavar="DIR", help="default: the scenario's own")
    parser.add_argument("--worlds", metavar="N", type=int, default=400, help="default: 400")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="default: 1")
    parser.add_argument("--draw", metavar="WHAT", default="posterior", help="posterior (default) or defaults")
    request = vars(parser.parse_args(words))
    from rich.console import Console

    from sim.analysis import forecasts
    from sim.report import forecast as display

    out = Path(request.pop("out"))
    forecasts.refuse(out)  # before anything is played
    found = forecasts.forecast(request.pop("scenario"), **request)
    found.save(out)
    display.show(found, Console())
    print(f"\nForecast: {out} (SHA-256 {found.sha256})")
