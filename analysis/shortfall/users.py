"""Whom the answer is about: the users that the scenario's measures are for, and what each measure does for them."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import polars as pl

from shortfall.results import CONSUMER, SHORT_RUN

N_DEFENCE = 2
# Shown even if no policy helps anyone.
N_LEAST = 2
VERDICTS = ("helps", "harms", "nothing", "not shown")


def holders(scenario: dict) -> dict[str, list[str]]:
    """Places that each stockpile of a scenario is held for, its blocs spelled out."""
    blocs = scenario.get("blocs", {})
    return {
        name: [place for holder in entry.get("holders", []) for place in blocs.get(holder, [holder])]
        for name, entry in scenario.get("stockpile", {}).items()
    }


def served(consumers: pl.DataFrame, material: str, places: Sequence[str]) -> pl.DataFrame:
    """The users that a stock of a material can serve: those of the material in the places that hold it, or anywhere."""
    return _in_places(consumers.filter(pl.col("material") == material), places)


def main_consumers(
    table: pl.DataFrame,
    changes: pl.DataFrame,
    stocks: Mapping[str, str],
    held: Mapping[str, Sequence[str]],
    reference: str,
    n: int,
) -> list[dict]:
    """The defence uses hit hardest, the user that each policy saves most, the hardest hit that each stock serves.

    From the frames of `summary.distribution` and `compare.paired`; `stocks` gives each stockpile's material. Only users
    in places that a stockpile is held for count, as in the program's own table, or all if none is: elsewhere a policy
    has side effects, no purpose. Amounts of unlike units compare as shares of all use of their material.
    """
    of_material = pl.col("requirement").sum().over("material")
    base = table.filter(pl.col("policy") == reference).with_columns(
        loss=_value("mean") / of_material, total=of_material
    )
    gains = changes.join(base.select(*CONSUMER, "total"), on=CONSUMER)
    gains = gains.with_columns(gain=-_value("difference") / pl.col("total"))
    places = sorted({place for names in held.values() for place in names})
    base, gains = _in_places(base, places), _in_places(gains, places)
    helped = gains.filter(pl.Series([verdict(change) == "helps" for change in gains["share"]], dtype=pl.Boolean))
    hardest = base.sort("loss", *CONSUMER, descending=[True, False, False, False])
    chosen = [hardest.filter(pl.col("sector") == "defence").head(N_DEFENCE)]
    best = helped.sort("gain", *CONSUMER, descending=[True, False, False, False])
    chosen += [best.filter(pl.col("policy") == policy).head(1) for policy in dict.fromkeys(changes["policy"])]
    chosen += [served(hardest, material, held.get(name, [])).head(1) for name, material in stocks.items()]
    found = pl.concat([part.select(*CONSUMER, "unit") for part in chosen]).unique(maintain_order=True)
    if len(found) < N_LEAST:
        found = pl.concat([found, hardest.select(*CONSUMER, "unit")]).unique(maintain_order=True).head(N_LEAST)
    return found.head(n).to_dicts()


def on_the_front(tradeoff: pl.DataFrame, consumer: Mapping[str, str]) -> list[str]:
    """Policies that none beats on both cost and worst runs of a consumer, the cheapest first: `pareto.front`."""
    rows = tradeoff.filter(*(pl.col(name) == consumer[name] for name in CONSUMER), pl.col("efficient"))
    return rows.sort(_value("cost"))["policy"].to_list()


def verdict(change: dict) -> str:
    """What a policy does for a user, from the interval of the change of the share of the requirement that is missing.

    `nothing`: the change is surely smaller than the share from which a run counts as short. One run shows nothing.
    """
    low, high = (change["value"] if change[side] is None else change[side] for side in ("low", "high"))
    if change["value"] is None or change["n"] == 1:
        return "not shown"
    if low > -SHORT_RUN and high < SHORT_RUN:
        return "nothing"
    if high < 0.0:
        return "helps"
    return "harms" if low > 0.0 else "not shown"


def _value(name: str) -> pl.Expr:
    return pl.col(name).struct.field("value")


def _in_places(rows: pl.DataFrame, places: Sequence[str]) -> pl.DataFrame:
    known = [name for name in rows["place"].unique() if any(fnmatchcase(name, place) for place in places)]
    return rows.filter(pl.col("place").is_in(known)) if known else rows
