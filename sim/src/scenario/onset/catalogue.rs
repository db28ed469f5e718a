//! Events brought by the user, run by run.

use super::{Kind, Onset, Reading};
use crate::scenario::keys::CATALOGUE;
use crate::scenario::problem::{At, Location, Problems};
use crate::scenario::sheet::{Bound, Row};

/// One row of a catalogue: an event of one run.
#[derive(Clone, Debug)]
pub struct CatalogueEvent {
    /// Run number, from 0.
    pub run: u64,
    /// Months after the start of the horizon.
    pub start_months: f64,
    /// Months after the start of the horizon.
    pub end_months: f64,
    /// Severity; `None`: drawn from the hazard's law.
    pub severity: Option<f64>,
    /// Names of what is touched, out of the hazard's footprint; empty: all of it.
    pub targets: Vec<At<String>>,
    /// The row.
    pub at: Location,
}

pub(super) const KIND: Kind = Kind {
    name: "catalogue",
    summary: "As a CSV table lists them, run by run; see events.csv.",
    keys: &[],
    example: "{ catalogue = \"events.csv\" }",
    read,
};

fn read(from: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Onset> {
    let file = from.onset.text(KIND.name, problems)?;
    let rows = from.folder.sheet(&file, Some(file.at), &CATALOGUE, problems)?;
    let ours = |row: &&Row| row.cell("hazard").is_none_or(|name| name.value == from.hazard);
    let events = rows.iter().filter(ours).filter_map(|row| event(row, problems));
    Some(Onset::Catalogue(events.collect()))
}

fn event(row: &Row, problems: &mut Problems) -> Option<CatalogueEvent> {
    let start = row.number("start_months", Bound::Any, problems);
    let end = row.number("end_months", Bound::Any, problems);
    let run = row.whole("run", 0, problems)?;
    let severity = row.number("severity", Bound::Any, problems).map(|severity| severity.value);
    let (start, end) = (start?, end?);
    if end.value < start.value {
        let message = format!("the event ends ({}) before it begins ({})", end.value, start.value);
        problems.error(end.at, message, None);
    }
    Some(CatalogueEvent {
        run,
        start_months: start.value,
        end_months: end.value.max(start.value),
        severity,
        targets: row.name_list("targets").unwrap_or_default(),
        at: row.at,
    })
}
