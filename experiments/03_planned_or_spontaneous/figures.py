"""Planned or spontaneous: what of the first ten days tells them apart, and with what power."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sim.analysis.claims import at_least, at_most, delta, every, plain, within
from sim.plots import style
from sim.record import record_of

DAYS, ALARMS = 10, 0.05
WORDS = {
    "wars_day_1": "wars on 3 January",
    "provinces_day_1": "provinces at war on 3 January",
    "wars_day_10": "wars by 12 January",
    "days_to_half": "days until half of these wars",
    "towns_lost_day_3": "towns lost by 5 January",
    "towns_lost_day_10": "towns lost by 12 January",
    "dead_isis": "dead of ISIS by 12 January",
    "dead_rebels": "dead rebels by 12 January",
    "bombings": "suicide attacks by 12 January",
}

SHOWN = ("told_apart",)  # figures of the README


def observed(ensemble):
    """What a monitor could count in the first ten days, one row a run."""
    focal = ensemble.focal.pivot(index="run", columns="day")
    wars = war_days(ensemble)
    late = np.sort(np.where(wars <= DAYS, wars, np.inf), axis=1)
    count = np.isfinite(late).sum(axis=1)
    half = late[np.arange(len(late)), np.maximum((count + 1) // 2 - 1, 0)]
    columns = {
        "wars_day_1": (wars <= 1).sum(axis=1),
        "provinces_day_1": provinces_at_war(ensemble, 1),
        "wars_day_10": count,
        "days_to_half": np.where(count > 0, half, DAYS + 1),
        "towns_lost_day_3": (focal["towns"][0] - focal["towns"][3]).to_numpy(),
        "towns_lost_day_10": (focal["towns"][0] - focal["towns"][DAYS]).to_numpy(),
        "dead_isis": focal["dead_focal"][DAYS].to_numpy(),
        "dead_rebels": focal["dead_rebels"][DAYS].to_numpy(),
        "bombings": focal["bombings"][DAYS].to_numpy(),
    }
    return pd.DataFrame(columns, index=focal.index).astype(float)


def war_days(ensemble):
    """First day of each war (faction and province) with ISIS: (runs, pairs), infinite for never."""
    joined = ensemble.alignment[ensemble.alignment["at_war"]]
    first = joined.groupby(["run", "province", "faction"], observed=True)["day"].min()
    table = first.unstack(["province", "faction"]).reindex(range(len(ensemble.runs)))
    return table.fillna(np.inf).to_numpy()


def provinces_at_war(ensemble, day):
    """Number of provinces with a war on ISIS by a day, one a run."""
    joined = ensemble.alignment[ensemble.alignment["at_war"] & (ensemble.alignment["day"] <= day)]
    counts = joined.groupby("run")["province"].nunique()
    return counts.reindex(range(len(ensemble.runs)), fill_value=0).to_numpy()


def power(scores, planned):
    """Share of planned runs beyond what five per cent of spontaneous ones reach; ties count their part."""
    chance, ours = scores[~planned], scores[planned]
    cut = np.quantile(chance, 1 - ALARMS, method="inverted_cdf")
    above, at = (chance > cut).mean(), (chance == cut).mean()
    part = (ALARMS - above) / at if at > 0 else 0.0
    return float((ours > cut).mean() + part * (ours == cut).mean())


def auc(scores, planned):
    """Chance that a planned run scores above a spontaneous one, ties half (Mann and Whitney)."""
    n, m = planned.sum(), (~planned).sum()
    return float((rankdata(scores)[planned].sum() - n * (n + 1) / 2) / (n * m))


def told_apart(values, planned, pair, seed=1, resamples=1000):
    """AUC and power of one score, the better direction, with bootstrap intervals over pairs."""
    if auc(values, planned) < 0.5:
        values = -values
    rng, pairs, found = np.random.default_rng(seed), np.unique(pair), []
    rows = {k: np.flatnonzero(pair == k) for k in pairs}
    for _ in range(resamples):
        drawn = np.concatenate([rows[k] for k in rng.choice(pairs, len(pairs))])
        found.append((auc(values[drawn], planned[drawn]), power(values[drawn], planned[drawn])))
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    return {
        "auc": auc(values, planned),
        "auc_low": low[0],
        "auc_high": high[0],
        "power": power(values, planned),
        "power_low": low[1],
        "power_high": high[1],
    }


def answer(play):
    """Compare, draw, keep."""
    swept = play()
    named = {name: swept.at(point) for point, name in swept.points["scenario"].items()}
    seen = {name: observed(ensemble) for name, ensemble in named.items()}
    both = pd.concat([seen["planned"], seen["spontaneous"]])
    planned = np.repeat([True, False], [len(seen["planned"]), len(seen["spontaneous"])])
    pair = both.index.to_numpy()
    rows = [{"observable": WORDS[name]} | told_apart(both[name].to_numpy(), planned, pair) for name in both]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    scores = cross_val_predict(
        model, both.to_numpy(), planned, groups=pair, cv=GroupKFold(5), method="decision_function"
    )
    rows.append({"observable": "all together"} | told_apart(scores, planned, pair))
    table = play.table(pd.DataFrame(rows), "told_apart")
    play.figure(draw(table, len(seen["planned"]), swept.seed), "told_apart")
    means = pd.DataFrame({name: frame.mean() for name, frame in seen.items()})
    play.table(means.rename_axis("observable").reset_index(), "means")
    found = play.compare({name: named[name] for name in ("spontaneous", "planned", "january_2014")})
    towns = record_of(named["planned"].scenario).towns()["towns"].to_numpy()
    lost = float(towns[0] - towns[DAYS])
    fate = found.table.set_index(["comparison", "measure"]).loc["planned"]
    inside = {n: np.quantile(f["towns_lost_day_10"], [0.05, 0.95]) for n, f in seen.items()}
    play.verdicts(*verdicts(play, table, found.table, lost, inside))
    play.answer(
        told_apart=table,
        means=means.reset_index(names="observable"),
        record_towns_lost_day_10=lost,
        middle_90={name: ends.tolist() for name, ends in inside.items()},
        fate=fate.loc[["regroups", "stands", "end_towns", "dead_isis"]].reset_index(),
    )


def verdicts(play, table, fate, lost, inside):
    """What became of each prediction."""
    wars, towns, isis, rebels = (
        play.one(table, observable=WORDS[n])
        for n in ("wars_day_1", "towns_lost_day_10", "dead_isis", "dead_rebels")
    )
    auc_text = "AUC {auc:.2f} ({auc_low:.2f} to {auc_high:.2f})"
    both = auc_text + ", power {power:.2f} ({power_low:.2f} to {power_high:.2f})"
    strong = at_least(wars["auc_low"], wars["auc_high"], 0.95)
    verdict = every([strong, at_least(wars["power_low"], wars["power_high"], 0.9)])
    yield 1, verdict, both.format(**wars)
    yield 2, at_most(towns["auc_low"], towns["auc_high"], 0.75), auc_text.format(**towns)
    between = towns["auc"] < max(isis["auc"], rebels["auc"]) < wars["auc"]
    found = f"AUC: ISIS's dead {isis['auc']:.2f}, rebels' {rebels['auc']:.2f}, towns {towns['auc']:.2f}"
    yield 3, plain(between), f"{found}, wars on 3 January {wars['auc']:.2f}"
    row = play.one(fate, comparison="planned", measure="regroups")
    yield 4, within(row["low"], row["high"], 0.1), f"planned less spontaneous: {delta(row, 'points')}"
    verdict = plain(all(inside[n][0] <= lost <= inside[n][1] for n in ("planned", "spontaneous")))
    ranges = "; ".join(f"{n}: {inside[n][0]:.0f} to {inside[n][1]:.0f}" for n in ("planned", "spontaneous"))
    yield 5, verdict, f"the record: {lost:.0f} towns; {ranges}"


@style.styled
def draw(table, runs, seed):
    """AUC and power of every observable with its interval."""
    ax, new = style.axes_for(None, style.PAGE, 1.1 + 0.24 * len(table))
    order = table.sort_values("auc", ascending=False, kind="stable").reset_index(drop=True)
    for shift, name, colour, marker in ((-0.16, "auc", "#141414", "o"), (0.16, "power", "#2f6fb5", "s")):
        y = order.index + shift
        ax.hlines(y, order[f"{name}_low"], order[f"{name}_high"], color=colour, lw=1.1)
        ax.plot(order[name], y, marker, ms=4.5, color=colour, ls="", label=LABELS[name])
    ax.axvline(0.5, color=style.FAINT, lw=0.6, ls=":")
    ax.set_yticks(order.index, order["observable"])
    ax.set(xlim=(0, 1.02), ylim=(len(order) - 0.4, -0.6), xlabel="chance")
    ax.legend(loc="lower right")
    ax.set_title("What tells a planned offensive from a spontaneous one")
    note = (
        f"{runs:,} pairs of runs (seed {seed}), scenarios planned and spontaneous. Line: "
        "95 % bootstrap interval over pairs. All together: logistic regression, cross-validated by pair."
    )
    style.put_caption(ax, note, new)
    return ax


LABELS = {"auc": "right order of two runs (AUC)", "power": "found out at 5 % false alarms (power)"}
