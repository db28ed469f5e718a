"""What the chain hangs on: each plant, lane, owner, imposer and chokepoint off in turn, all hazards off else."""

import csv
import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from shortfall import drivers, variants
from shortfall.intervals import ESTIMATE
from shortfall.results import CONSUMER, Refused, Results

KINDS = ("plant", "lane", "owner", "imposer", "chokepoint")
# What closes each, and the keys that say which; the hazard is added to the scenario.
HAZARDS = {
    "plant": ("outage", ("plants",)),
    "lane": ("export_restriction", ("imposer", "importers", "materials")),
    "owner": ("owner_control", ("imposer",)),
    "imposer": ("export_restriction", ("imposer",)),
    "chokepoint": ("chokepoint_closure", ("chokepoints", "traffic")),
}
Item = dict[str, str]


def items(scenario: Path, kinds: Sequence[str] = KINDS) -> list[Item]:
    """What there is to switch off, by kind, in the order of the tables: `kind`, `item` and the keys of its hazard.

    An owner counts if it owns plants abroad, an imposer if it exports, a chokepoint if some lane crosses it.
    """
    plants, lanes = _rows(scenario / "plants.csv"), _rows(scenario / "lanes.csv")
    abroad = [row for row in lanes if row["from"] != row["to"] and _number(row.get("flow_per_year")) != 0.0]
    crossing = [*lanes, *_rows(scenario / "transit.csv")]
    crossed = {name for row in crossing for name in (row.get("chokepoints") or "").split()}
    exporters = [row["from"] for row in abroad] or [row["place"] for row in plants]
    owners = [row["owner"] for row in plants if row.get("owner") and row["owner"] != row["place"]]
    found: dict[str, list[Item]] = {
        "plant": [{"item": row["plant"], "plants": _text(row["plant"])} for row in plants if _makes(row)],
        "lane": [
            {
                "item": f"{row['material']}: {row['from']} to {row['to']}",
                "imposer": _text(row["from"]),
                "importers": _text(row["to"]),
                "materials": _text(row["material"]),
            }
            for row in abroad
        ],
        "owner": [{"item": name, "imposer": _text(name)} for name in dict.fromkeys(owners)],
        "imposer": [{"item": name, "imposer": _text(name)} for name in dict.fromkeys(exporters)],
        "chokepoint": [
            {
                "item": row["chokepoint"],
                "chokepoints": _text(row["chokepoint"]),
                "traffic": _text("reroute" if row.get("alternative") else "wait"),
            }
            for row in _rows(scenario / "chokepoints.csv")
            if row["chokepoint"] in crossed
        ],
    }
    return [{"kind": kind, **item} for kind in kinds for item in found[kind]]


def scan(
    found: Results, binary: str, what: Sequence[Item], policy: str, months: float, consumers: Sequence[Mapping]
) -> pl.DataFrame:
    """One row for each item and consumer, the worst first: what each item adds if it is off for so many months.

    `shortfall` in the unit and `share` of the requirement over the horizon, both beyond what is missing with nothing
    off. No hazard is sampled, so one run says it all; draws of uncertain numbers make the interval, if there are any.
    `rank` is by the mean of `share` over the consumers.
    """
    if not what:
        raise Refused(f"{found.folder}: the scenario has nothing of these kinds to switch off")
    scenario = found.scenario()
    start = str(scenario["time"]["start"])
    start = start if len(start) > len("2027-01") else f"{start}-01"
    kinds = list(dict.fromkeys(item["kind"] for item in what))
    quiet = [f"{drivers.key_of(name)}=false" for name in scenario.get("hazard", {})]
    added = [_hazard(kind, next(item for item in what if item["kind"] == kind), start, months) for kind in kinds]
    columns = [(kind, key) for kind in kinds for key in (*HAZARDS[kind][1], "enabled")]
    keys = [f"hazard.{_text(f'critical {kind}')}.{key}" for kind, key in columns]
    rows = [["false" if key == "enabled" else "" for _, key in columns]]
    for item in what:
        cells = {**item, "enabled": "true"}
        rows.append([cells[key] if kind == item["kind"] else "" for kind, key in columns])
    settings = [*quiet, *added]
    read = variants.run(found, binary, keys, rows, policy, 1, partial(drivers.missing, consumers=consumers), settings)
    base, base_share, draws = read[0]
    made = []
    for item, (lost, lost_share, _) in zip(what, read[1:], strict=True):
        for consumer, *worths in zip(consumers, lost, base, lost_share, base_share, strict=True):
            amount, share = worths[0] - worths[1], worths[2] - worths[3]
            estimates = {"shortfall": amount.estimate(draws).as_row(), "share": share.estimate(draws).as_row()}
            made.append({"kind": item["kind"], "item": item["item"], "months": months, **consumer, **estimates})
    schema = {"kind": pl.String, "item": pl.String, "months": pl.Float64}
    schema |= dict.fromkeys([*CONSUMER, "unit"], pl.String)
    table = pl.DataFrame(made, schema=schema | {"shortfall": ESTIMATE, "share": ESTIMATE})
    mean = pl.col("share").struct.field("value").mean().over("kind", "item")
    ranked = table.with_columns(mean_share=mean).sort("mean_share", descending=True, maintain_order=True)
    return ranked.with_columns(rank=pl.col("mean_share").rank("dense", descending=True).cast(pl.Int32))


def _hazard(kind: str, item: Item, start: str, months: float) -> str:
    of, keys = HAZARDS[kind]
    parts = [f'kind = "{of}"', *(f"{key} = {item[key]}" for key in keys), "enabled = false"]
    parts += [f'onset = {{ scheduled = ["{start}"] }}', f"duration_months = {months!r}"]
    if of == "outage":
        parts.append('common = "all"')
    return f'hazard.{_text(f"critical {kind}")}={{ {", ".join(parts)} }}'


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _makes(row: Mapping[str, str]) -> bool:
    return _number(row.get("output_per_year") or row.get("capacity_per_year")) != 0.0


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
