"""Who bears a policy: what serving defence first costs the other users, and which party pays for what."""

import polars as pl

from shortfall import compare
from shortfall.intervals import ESTIMATE, mean_estimates
from shortfall.results import CONSUMER
from shortfall.summary import RUN, blocks
from shortfall.users import verdict

DEFENCE = "defence"
OTHERS = "others"
# Rules of allocation under which a class can come before another.
RANKED = ("priority", "rated")


def ranked(scenario: dict, reference: str) -> list[str]:
    """Policies that serve some users before others, where the reference does not."""
    first = scenario.get("network", {}).get("allocation", "pro_rata")
    policies = scenario.get("policy", {})
    rule = {name: (policy.get("allocation", first), policy.get("floor", {})) for name, policy in policies.items()}
    ranks = {name: found for name, found in rule.items() if found[0] in RANKED or found[1]}
    return [name for name, found in ranks.items() if found != rule.get(reference, (first, {}))]


def dual_use(outcomes: pl.LazyFrame, policies: list[str], reference: str) -> pl.DataFrame:
    """Change of the mean shortfall of defence and of all others, for each policy and material.

    Of every material that defence uses, and of those that only others use if the policy does something to them: rated
    orders reach there too. Amounts are sums over places, run by run, so that an interval honours what places share.
    """
    keys = ["point", "policy", *RUN, "weight", "material", "unit"]
    side = pl.when(pl.col("sector") == DEFENCE).then(pl.lit(DEFENCE)).otherwise(pl.lit(OTHERS)).alias("sector")
    wanted = outcomes.filter(
        pl.col("point") == pl.col("point").min(), pl.col("policy").is_in([*policies, reference])
    ).with_columns(pl.col(pl.Categorical).cast(pl.String))
    summed = (
        wanted.group_by(*keys, side).agg(pl.col("shortfall", "requirement").sum()).with_columns(place=pl.lit("all"))
    )
    if not policies:
        summed = summed.clear()
    changes = compare.paired(summed.sort("point", "policy", *RUN, *CONSUMER), reference)
    sides = [
        changes.filter(pl.col("sector") == name).select(
            "policy", "material", "unit", pl.col("difference").alias(name), pl.col("share").alias(f"{name}_share")
        )
        for name in (DEFENCE, OTHERS)
    ]
    table = sides[1].join(sides[0], on=["policy", "material", "unit"], how="left", maintain_order="left")
    felt = pl.Series([verdict(change) != "nothing" for change in table[f"{OTHERS}_share"]], dtype=pl.Boolean)
    used = pl.col(DEFENCE).struct.field("n").is_not_null()
    return table.filter(used | felt).sort("policy", used, "material", descending=[False, True, False])


def bills(costs: pl.LazyFrame) -> pl.DataFrame:
    """One row for each policy and party: its mean cost with the interval, and the means of its items, largest first."""
    of_point = costs.filter(pl.col("point") == pl.col("point").min())
    total = of_point.group_by("point", "policy", "party", *RUN, "weight").agg(pl.col("usd").sum()).collect()
    if total.is_empty():
        return pl.DataFrame(
            schema={"policy": pl.String, "party": pl.String, "usd": ESTIMATE, "items": pl.List(pl.String)}
        )
    rows = []
    for block in blocks(total.lazy(), ["usd"], ["point", "policy", "party"]):
        means = mean_estimates(block.values["usd"], block.weights, block.draws)
        rows += [{**key, "usd": mean.as_row()} for key, mean in zip(block.keys, means, strict=True)]
    weighed = (pl.col("usd") * pl.col("weight")).sum() / pl.col("weight").sum()
    items = of_point.group_by("policy", "party", "item").agg(weighed).collect()
    items = items.with_columns(pl.col("policy", "party", "item").cast(pl.String)).filter(pl.col("usd") != 0.0)
    items = items.sort("policy", "party", pl.col("usd").abs(), "item", descending=[False, False, True, False])
    listed = items.group_by("policy", "party", maintain_order=True).agg(items=pl.struct("item", "usd"))
    table = pl.DataFrame(rows, schema_overrides={"usd": ESTIMATE}).drop("point")
    return table.join(listed, on=["policy", "party"], how="left", maintain_order="left")
