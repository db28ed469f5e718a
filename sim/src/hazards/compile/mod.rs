//! The hazards of a scenario, ready to be sampled.

mod conditions;
mod expected;
mod links;
mod off;
mod regimes;
mod settlements;
mod stability;
#[cfg(test)]
mod tests;
mod times;

pub use expected::{expected_events, left_out};
pub use times::{Listed, Times};

use super::Hazard;
use super::KINDS;
use super::Links;
use super::Regime;
use crate::baseline::Baseline;
use crate::exposure::Reach;
use crate::exposure::Shape;
use crate::network::Clock;
use crate::random::Law;
use crate::scenario::HazardEntry;
use crate::scenario::Onset;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::nearest;
use crate::units::Years;
use std::sync::Arc;
use times::times;

/// Longest lead, ramp or recovery.
const LONGEST_MONTHS: f64 = 1200.0;
/// Most events of a hazard that a run may expect.
const MOST_EVENTS: f64 = 10_000.0;

/// A hazard with its onset, duration, severity and shape.
#[derive(Debug)]
pub struct Drawn {
    /// Name: the key of its streams.
    pub name: String,
    /// Kind.
    pub kind: &'static str,
    /// When.
    pub onset: Times,
    /// Length in the unit of `duration_unit`; `None`: without end.
    pub duration: Option<Law>,
    /// Years per unit.
    pub duration_unit: f64,
    /// Severity.
    pub severity: Law,
    /// How many units an event touches; `None`: all.
    pub sample: Option<usize>,
    /// Shape in time.
    pub shape: Shape,
    /// What ties it to others.
    pub links: Links,
    /// What events do.
    pub hazard: Box<dyn Hazard>,
}

impl Drawn {
    /// The name of its random streams: hazards and settlements have names of their own.
    pub fn stream(&self) -> String {
        match self.links.settles {
            Some(_) => format!("settlement {}", self.name),
            None => format!("hazard {}", self.name),
        }
    }
}

/// What events of these hazards can do at most.
pub fn reach(hazards: &[Drawn]) -> Reach {
    Reach {
        longest_delay: hazards.iter().fold(0.0, |total, drawn| total + drawn.hazard.longest_delay()),
        end_use: hazards.iter().any(|drawn| drawn.hazard.names_end_users()),
    }
}

/// Reads every hazard of the scenario, in the order of names, and after them its settlements.
///
/// Problems: an unknown kind or key, a footprint that is empty, a severity outside the kind's bounds, a duration or
/// severity that is missing, more targets drawn than there are, a catalogue's target that is none of the hazard's; links to
/// what there is not, a cause after its effect, excitation that grows without end.
pub fn compile(scenario: &Scenario, baseline: &Baseline, problems: &mut Problems) -> Vec<Drawn> {
    let regimes = regimes::of(scenario);
    let read = scenario.hazards.iter().map(|entry| read(entry, &regimes, baseline, problems));
    let drawn: Vec<Option<Drawn>> = read.collect();
    let links = links::resolve(scenario, &regimes, baseline, problems);
    let settlements = settlements::read(scenario, &regimes, baseline, problems);
    // A hazard that was refused leaves a gap, and links go by position.
    let Some(mut drawn) = drawn.into_iter().collect::<Option<Vec<Drawn>>>() else { return Vec::new() };
    for (drawn, links) in drawn.iter_mut().zip(links) {
        drawn.links = links;
    }
    drawn.extend(settlements);
    links::check(scenario, &drawn, problems);
    off::silence(scenario, &mut drawn);
    stability::check(scenario, &drawn, problems);
    drawn
}

/// Reads one hazard.
pub(super) fn read(
    entry: &HazardEntry,
    regimes: &[Arc<Regime>],
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Drawn> {
    let Some(kind) = KINDS.iter().find(|kind| kind.name == entry.kind.value) else {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let hint = match nearest(&entry.kind, names.iter().copied()) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => format!("one of {}", names.join(", ")),
        };
        let message = format!("hazard {:?}: unknown kind {:?}", entry.name.value, entry.kind.value);
        problems.error(entry.kind.at, message, Some(hint));
        return None;
    };
    check_duration(entry, problems);
    check_size(entry, baseline.network.clock, problems);
    check_gap(entry, baseline.network.clock, problems);
    let hazard = (kind.read)(entry, baseline, problems)?;
    let severity = severity(entry, hazard.as_ref(), problems);
    let sample = sample(entry, hazard.as_ref(), problems);
    let onset = times(&entry.name, &entry.onset, hazard.as_ref(), regimes, problems);
    Some(Drawn {
        name: entry.name.value.clone(),
        kind: kind.name,
        onset: onset?,
        duration: entry.duration.clone(),
        duration_unit: entry.duration_unit,
        severity: severity?,
        sample,
        shape: Shape {
            clock: baseline.network.clock,
            lead: Years::from_months(entry.shape.lead_months).0,
            ramp: Years::from_months(entry.shape.ramp_months).0,
            recovery: Years::from_months(entry.shape.recovery_months).0,
            form: entry.shape.recovery,
        },
        links: Links::default(),
        hazard,
    })
}

fn severity(entry: &HazardEntry, hazard: &dyn Hazard, problems: &mut Problems) -> Option<Law> {
    let (least, most) = hazard.severity_bounds();
    let name = &entry.name.value;
    let Some(law) = &entry.severity else {
        let brings_its_own =
            matches!(&entry.onset, Onset::Catalogue(rows) if rows.iter().all(|row| row.severity.is_some()));
        let default = hazard.default_severity().or(brings_its_own.then_some(least));
        if default.is_none() {
            let message = format!("hazard {name:?}: severity is missing");
            problems.error(entry.at, message, Some(format!("a number or a law from {least} to {most}")));
        }
        return default.map(Law::fixed);
    };
    let (smallest, largest) = law.bounds();
    // A law that reaches out of the bounds is cut there; one that lies outside altogether is a mistake.
    if !(smallest <= most && largest >= least) {
        let found =
            if smallest == largest { format!("{smallest}") } else { format!("{smallest} to {largest}") };
        let percent = least == 0.0 && most == 1.0 && smallest > 1.0 && largest <= 100.0;
        let hint = percent.then(|| format!("did you mean {}?", smallest / 100.0));
        let message = format!("hazard {name:?}: severity {found} lies outside {least} to {most}");
        problems.error(
            entry.at_key("severity"),
            message,
            hint.or(Some("the kind says what it means".to_string())),
        );
        return None;
    }
    Some(law.clone())
}

fn check_duration(entry: &HazardEntry, problems: &mut Problems) {
    let name = &entry.name.value;
    for warning in entry.duration.iter().flat_map(Law::warnings) {
        problems.warning(entry.at, format!("hazard {name:?}: its duration: {warning}"), None);
    }
    // A misspelt key is reported as such: that the duration is missing follows from it.
    let misspelt = entry.body.iter().any(|(key, _)| key.get_ref().starts_with("durat"));
    if entry.duration.is_none() && !misspelt && !matches!(entry.onset, Onset::Catalogue(_)) {
        let hint = "duration_months = 9, a law, or \"permanent\" for events without end".to_string();
        problems.error(entry.at, format!("hazard {name:?}: its duration is missing"), Some(hint));
    }
}

/// Gaps so short that a run has events without number: their median would fit in more often than [`MOST_EVENTS`].
fn check_gap(entry: &HazardEntry, clock: Clock, problems: &mut Problems) {
    let Onset::Renewal { gap, unit, .. } = &entry.onset else { return };
    let (median, horizon) = (gap.quantile(0.5) * unit, clock.dt * clock.n_steps as f64);
    if !(median * MOST_EVENTS >= horizon) {
        let name = &entry.name.value;
        let message =
            format!("hazard {name:?}: half of its gaps are shorter than {} years", horizon / MOST_EVENTS);
        problems.error(
            entry.at_key("onset"),
            message,
            Some(format!("at most {MOST_EVENTS} events in a run")),
        );
    }
}

/// Spans that no horizon needs are slips of a unit; and time and memory grow with the number of events.
fn check_size(entry: &HazardEntry, clock: Clock, problems: &mut Problems) {
    let name = &entry.name.value;
    let shape = &entry.shape;
    let spans = [
        ("lead_months", shape.lead_months),
        ("ramp_months", shape.ramp_months),
        ("recovery_months", shape.recovery_months),
    ];
    for (key, months) in spans.into_iter().filter(|(_, months)| !(*months <= LONGEST_MONTHS)) {
        let hint = Some(format!("at most {LONGEST_MONTHS} months"));
        problems.error(entry.at_key(key), format!("hazard {name:?}: {key} is {months}"), hint);
    }
    if let Onset::Poisson { per_year } = entry.onset {
        // If every condition that raises the rate held all the time.
        let most = entry.links.when.iter().fold(per_year, |rate, condition| rate * condition.factor.max(1.0));
        let events = most * clock.dt * clock.n_steps as f64;
        if !(events <= MOST_EVENTS) {
            let message = format!("hazard {name:?}: {most} events a year make {events} in a run");
            problems.error(entry.at_key("onset"), message, Some(format!("at most {MOST_EVENTS} in a run")));
        }
    }
}

fn sample(entry: &HazardEntry, hazard: &dyn Hazard, problems: &mut Problems) -> Option<usize> {
    let n_units = hazard.n_seats();
    if matches!(entry.onset, Onset::PoissonEach { .. }) {
        if entry.sample.is_some_and(|sample| sample != 1) {
            let message = format!("hazard {:?}: with a rate for each target, sample is 1", entry.name.value);
            problems.error(entry.at_key("sample"), message, None);
        }
        return Some(1);
    }
    let sample = entry.sample.or(hazard.default_sample())?;
    if sample == 0 || sample > n_units {
        let message = format!("hazard {:?}: sample is {sample} out of {n_units}", entry.name.value);
        let units = hazard.units()[..n_units].join(", ");
        problems.error(
            entry.at_key("sample"),
            message,
            Some(format!("from 1 to {n_units}: its targets are {units}")),
        );
    }
    Some(sample)
}
