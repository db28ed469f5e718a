//! Reads the headers of `[hazard.NAME]`, measures `[KIND.NAME]` and `[policy.NAME]`; what is left is the kind's body.

use super::body::Body;
use super::entries::{HazardEntry, MeasureEntry, PolicyEntry, Recovery, ShapeEntry};
use super::folder::Folder;
use super::keys::{HAZARD, TOP};
use super::limits::{MOST_TABLES, at_most};
use super::links;
use super::names;
use super::onset::{self, Onset};
use super::problem::{At, Location, Problems, is_slip, nearest};
use super::value::quoted;
use crate::random::Law;
use crate::units::{DAYS_PER_YEAR, MONTHS_PER_YEAR};
use toml::de::{DeTable, DeValue};

/// The tables `[of.NAME]`, in the order of the file.
pub(super) fn named_tables<'a>(
    document: &'a DeTable<'static>,
    of: &str,
    problems: &mut Problems,
) -> Vec<(At<String>, &'a DeTable<'static>)> {
    let Some(value) = document.get(of) else { return Vec::new() };
    let at = Location::of(value.span());
    let DeValue::Table(tables) = value.get_ref() else {
        let message = format!("{of} is not written as tables with names");
        problems.error(at, message, Some(format!("write [{of}.NAME] instead of [[{of}]]")));
        return Vec::new();
    };
    if !at_most(MOST_TABLES, tables.len(), &format!("tables [{of}.NAME]"), at, problems) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (key, value) in tables {
        let name = At { value: key.get_ref().to_string(), at: Location::of(key.span()) };
        if let Some(fault) = names::fault(&name) {
            problems.error(name.at, format!("[{of}]: {} can't be a name: {fault}", quoted(&name)), None);
        }
        match value.get_ref() {
            DeValue::Table(table) => found.push((name, table)),
            _ => {
                let message = format!("[{of}]: {} is a value where a table is wanted", quoted(&name));
                problems.error(name.at, message, Some(format!("write [{of}.NAME]")));
            }
        }
    }
    found.sort_by_key(|(name, _)| name.at);
    found
}

/// Reads `[hazard.NAME]`, sorted by name.
pub(super) fn hazards(
    document: &DeTable<'static>,
    folder: &Folder,
    problems: &mut Problems,
) -> Vec<HazardEntry> {
    let tables = named_tables(document, "hazard", problems);
    let read = tables.into_iter().filter_map(|(name, table)| hazard(name, table, folder, problems));
    let mut hazards: Vec<HazardEntry> = read.collect();
    hazards.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    hazards
}

fn hazard(
    name: At<String>,
    table: &DeTable<'static>,
    folder: &Folder,
    problems: &mut Problems,
) -> Option<HazardEntry> {
    let mut head = Body::new(table, name.at, format!("hazard {}", quoted(&name)));
    let known = head.required("kind", "kind = \"outage\"; `shortfall explain` lists the kinds", problems);
    if !known {
        // Without its kind nothing else would tell that a key is none.
        for key in head.keys().iter().filter(|key| nearest(key, ["kind"]).is_some()) {
            let message = format!("hazard {}: unknown key {}", quoted(&name), quoted(key));
            problems.error(key.at, message, Some("did you mean kind?".into()));
        }
    }
    let kind = head.text("kind", problems);
    let onset = match head.required("onset", "onset = { poisson = { per_year = 0.25 } }", problems) {
        true => onset::read(&name, &mut head, folder, problems),
        false => None,
    };
    let enabled = head.flag("enabled", problems).unwrap_or(true);
    let (duration, duration_unit) = duration(&mut head, problems);
    let severity = head.law("severity", problems);
    let sample = match head.whole("sample", problems) {
        Some(0) => {
            head.error("sample", "an event that touches nothing is no event", None, problems);
            None
        }
        whole => whole.map(|count| usize::try_from(count).unwrap_or(usize::MAX)),
    };
    let shape = shape(&mut head, problems);
    let links = links::read(&name, &mut head, problems);
    let is_header = |key: &str| HAZARD.keys.iter().any(|known| known.name == key);
    let keys = table.iter().map(|(key, value)| (key.get_ref().to_string(), Location::of(value.span())));
    let body = table
        .iter()
        .filter(|(key, _)| !is_header(key.get_ref()))
        .map(|(key, value)| (key.clone(), value.clone()));
    Some(HazardEntry {
        at: name.at,
        kind: kind.filter(|_| known)?,
        enabled,
        onset: onset.unwrap_or(Onset::Scheduled(Vec::new())),
        duration,
        duration_unit,
        severity,
        sample,
        shape,
        links,
        body: body.collect(),
        keys: keys.collect(),
        name,
    })
}

/// The law of whichever duration key is written, with years per unit of it.
fn duration(head: &mut Body<'_>, problems: &mut Problems) -> (Option<Law>, f64) {
    let units = [
        ("duration_days", 1.0 / DAYS_PER_YEAR),
        ("duration_months", 1.0 / MONTHS_PER_YEAR),
        ("duration_years", 1.0),
    ];
    let written: Vec<(&str, f64)> = units.into_iter().filter(|(key, _)| head.has(key)).collect();
    if let [first, second, ..] = written.as_slice() {
        let message = format!("the duration is given already, by {}", first.0);
        head.error(second.0, &message, Some("keep one of them".into()), problems);
    }
    let mut found = (None, 1.0 / MONTHS_PER_YEAR);
    for (key, unit) in written {
        let law = head.law(key, problems);
        let (shortest, _) = law.as_ref().map_or((0.0, 0.0), Law::bounds);
        if shortest < 0.0 {
            head.error(
                key,
                &format!("a duration can't be negative, and {shortest} is possible"),
                None,
                problems,
            );
        }
        found = (law, unit);
    }
    found
}

fn shape(head: &mut Body<'_>, problems: &mut Problems) -> ShapeEntry {
    let mut months =
        |key: &str| head.non_negative(key, problems).unwrap_or_else(|| HAZARD.default_number(key));
    let (lead_months, ramp_months, recovery_months) =
        (months("lead_months"), months("ramp_months"), months("recovery_months"));
    let recoveries = [
        ("linear", Recovery::Linear),
        ("exponential", Recovery::Exponential),
        ("stepwise", Recovery::Stepwise),
    ];
    let recovery = head.choice("recovery", &recoveries, problems).unwrap_or(Recovery::Linear);
    ShapeEntry { lead_months, ramp_months, recovery_months, recovery }
}

/// The keys at the top that hold measures: every table that is none of the format's own, nor one of them misspelt.
///
/// Which kinds there are is the measures' to say; what is no kind is refused by [`crate::policies::refuse_unknown`].
pub(super) fn measure_kinds(document: &DeTable<'static>) -> Vec<At<String>> {
    let is_own = |key: &str| TOP.keys.iter().any(|known| known.name == key);
    let tables = |value: &DeValue<'static>| match value {
        DeValue::Table(_) => true,
        DeValue::Array(items) => !items.is_empty() && items.iter().all(|item| item.get_ref().is_table()),
        _ => false,
    };
    let kinds = document.iter().filter(|(key, value)| {
        let key = key.get_ref();
        !is_own(key) && tables(value.get_ref()) && !is_slip(key, TOP.names())
    });
    kinds.map(|(key, _)| At { value: key.get_ref().to_string(), at: Location::of(key.span()) }).collect()
}

/// Reads measures `[KIND.NAME]`, sorted by kind, then name.
pub(super) fn measures(document: &DeTable<'static>, problems: &mut Problems) -> Vec<MeasureEntry> {
    let mut measures = Vec::new();
    for kind in measure_kinds(document) {
        for (name, table) in named_tables(document, &kind, problems) {
            measures.push(MeasureEntry { kind: kind.clone(), at: name.at, name, body: table.clone() });
        }
    }
    measures.sort_by_key(MeasureEntry::path);
    measures
}

/// Reads `[policy.NAME]` in the order of the file; without any there is one, `none`.
pub(super) fn policies(
    document: &DeTable<'static>,
    top: Location,
    problems: &mut Problems,
) -> Vec<PolicyEntry> {
    let mut policies = Vec::new();
    for (name, table) in named_tables(document, "policy", problems) {
        let mut head = Body::new(table, name.at, format!("policy {}", quoted(&name)));
        let uses = head.names("use", problems).unwrap_or_default();
        let body = table.iter().filter(|(key, _)| key.get_ref() != "use");
        let body = body.map(|(key, value)| (key.clone(), value.clone())).collect();
        policies.push(PolicyEntry { at: name.at, name, uses, body });
    }
    if policies.is_empty() && document.get("policy").is_none_or(|value| value.get_ref().is_table()) {
        let name = At { value: "none".to_string(), at: top };
        policies.push(PolicyEntry { name, uses: Vec::new(), body: DeTable::new(), at: top });
    }
    policies
}
