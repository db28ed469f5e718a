"""Events of a world as scheduled hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shortfall.hindcast import calendar

if TYPE_CHECKING:
    from shortfall.hindcast.world import Build

# An event without an end lasts past every horizon.
OPEN = 600.0
SELECTORS = ["imposer", "places", "materials", "importers", "except", "plants", "sectors", "chokepoints", "origins"]


def hazards(build: Build) -> str:
    """Every event of the build's mode."""
    text = ""
    for event in build.world["event"]:
        if event.get("mode", build.mode) != build.mode:
            continue
        text += caps(build, event) if event["kind"] == "caps" else hazard(build, event)
    return text


def quoted(value: Any) -> str:
    """TOML of a text, a number, a list of texts or an inline table."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {quoted(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(quoted(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{value:.9g}"


def hazard(build: Build, event: dict[str, Any]) -> str:
    """One event."""
    name = f"hazard.{event['name']}"
    classes = {build.class_of(material) for material in event.get("materials", build.world["material"])}
    of = classes.pop() if len(classes) == 1 else "any"
    number = lambda key, spec: build.sets(f"{name}.{key}", build.values(f"{event['name']} {key}", spec, of))  # noqa: E731
    start = calendar.month(event["start"])
    body: dict[str, Any] = {"onset": {"scheduled": [calendar.text(start)]}}
    if "months" in event:
        body["duration_months"] = number("duration_months", event["months"])
    else:
        body["duration_months"] = calendar.month(event["end"]) - start if "end" in event else OPEN
    if "announced" in event:
        body["lead_months"] = start - calendar.month(event["announced"])
    if "recovery_months" in event:
        body["recovery_months"] = number("recovery_months", event["recovery_months"])
    body |= {key: event[key] for key in SELECTORS if key in event} | event.get("keys", {})
    if event["kind"] in ("licence", "ban"):
        body["kind"] = "export_restriction"
        leaked = {"share": "leakage_share", "added_days": "leakage_days", "markup": "leakage_markup"}
        body["leakage"] = {key: number(f"leakage.{key}", event.get(spec, spec)) for key, spec in leaked.items()}
        body["form"] = licence(event, number) if event["kind"] == "licence" else "ban"
    else:
        body["kind"] = event["kind"]
    severity = event.get("severity", "licence_refused" if event["kind"] == "licence" else None)
    if severity is not None:
        body["severity"] = number("severity", severity)
    return f"[{name}]\n" + "".join(f"{key} = {quoted(value)}\n" for key, value in body.items()) + "\n"


def licence(event: dict[str, Any], number: Any) -> dict[str, Any]:
    """A licence's form; its severity is the share refused after the handling time."""
    key = "form.licence"
    return {
        "licence": {
            "handling_days": number(f"{key}.handling_days", event.get("handling_days", "handling_days")),
            "passes_meanwhile": number(f"{key}.passes_meanwhile", "passes_meanwhile"),
        }
    }


def caps(build: Build, event: dict[str, Any]) -> str:
    """What passed as recorded, in each month below normal: a cap on exports, or a chokepoint closed in part.

    Months without a record are interpolated.
    """
    points = event.get("points") or build.episode.series[event["series"]]["points"]
    known = sorted((calendar.span(when)[0], value / event["normal"]) for when, value in points)
    start, end = calendar.month(event["start"]), calendar.month(build.world["start"]) + build.world["months"]
    end = min(end, calendar.month(event["end"])) if "end" in event else end
    text, lead = "", start - calendar.month(event["announced"]) if "announced" in event else 0.0
    for month in np.arange(start, end):
        share = float(np.interp(month, *zip(*known, strict=True)))
        if share >= 1.0:
            continue
        closed = {"kind": "chokepoint_closure", "severity": 1.0 - share}
        capped = {"kind": "export_restriction", "form": {"quota": {"share_of_baseline": share}}}
        body = {
            **(closed if "chokepoints" in event else capped),
            **{key: event[key] for key in SELECTORS if key in event},
            **event.get("keys", {}),
            "onset": {"scheduled": [calendar.text(month)]},
            "duration_months": 1.0,
            **({"lead_months": lead} if lead > 0.0 else {}),
        }
        lead = 0.0
        name = f"hazard.{event['name']}_{calendar.text(month)[:7].replace('-', '_')}"
        text += f"[{name}]\n" + "".join(f"{key} = {quoted(value)}\n" for key, value in body.items()) + "\n"
    return text
