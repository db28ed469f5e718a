//! The hazards of a scenario, ready to be sampled.

#[cfg(test)]
mod tests;

use super::Hazard;
use super::KINDS;
use super::Links;
use crate::baseline::Baseline;
use crate::exposure::Shape;
use crate::network::Clock;
use crate::random::Law;
use crate::scenario::At;
use crate::scenario::CatalogueEvent;
use crate::scenario::Date;
use crate::scenario::HazardEntry;
use crate::scenario::Onset;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::nearest;
use crate::units::Years;

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

/// When events begin.
#[derive(Clone, Debug)]
pub enum Times {
    /// At a constant rate.
    Poisson {
        /// Events a year.
        per_year: f64,
    },
    /// On dates, ascending.
    Scheduled(Vec<Date>),
    /// As listed by run, then start.
    Catalogue(Vec<Listed>),
}

/// An event of a catalogue; times in years from the start of the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Run.
    pub run: u64,
    /// Start.
    pub start: f64,
    /// End.
    pub end: f64,
    /// Severity; `None`: drawn.
    pub severity: Option<f64>,
    /// Units touched, ascending; `None`: all.
    pub picked: Option<Vec<u32>>,
}

impl Drawn {
    /// Expected number of events that begin in the horizon: of a catalogue, the mean over the runs that it lists.
    pub fn expected_events(&self) -> f64 {
        let horizon = self.shape.horizon();
        let inside = |start: f64| (0.0..horizon).contains(&start);
        match &self.onset {
            Times::Poisson { per_year } => per_year * horizon,
            Times::Scheduled(dates) => {
                dates.iter().filter(|date| inside(self.shape.years_until(**date))).count() as f64
            }
            Times::Catalogue(events) => {
                let mut runs: Vec<u64> = events.iter().map(|event| event.run).collect();
                runs.dedup();
                let count = events.iter().filter(|event| inside(event.start)).count();
                count as f64 / runs.len().max(1) as f64
            }
        }
    }
}

/// Most that one event of every hazard together can add to a transit, in steps.
pub fn longest_delay(hazards: &[Drawn]) -> f64 {
    hazards.iter().fold(0.0, |total, drawn| total + drawn.hazard.longest_delay())
}

/// Reads every hazard of the scenario, in the order of names.
///
/// Problems: an unknown kind or key, a footprint that is empty, a severity outside the kind's bounds, a duration or
/// severity that is missing, more targets drawn than there are, a catalogue's target that is none of the hazard's.
pub fn compile(scenario: &Scenario, baseline: &Baseline, problems: &mut Problems) -> Vec<Drawn> {
    scenario.hazards.iter().filter_map(|entry| read(entry, baseline, problems)).collect()
}

/// Reads one hazard.
pub(super) fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Drawn> {
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
    let hazard = (kind.read)(entry, baseline, problems)?;
    let severity = severity(entry, hazard.as_ref(), problems);
    let sample = sample(entry, hazard.as_ref(), problems);
    let onset = times(entry, hazard.as_ref(), problems);
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
        problems.error(entry.at, message, hint.or(Some("the kind says what it means".to_string())));
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
        problems.error(entry.at, format!("hazard {name:?}: {key} is {months}"), hint);
    }
    if let Onset::Poisson { per_year } = entry.onset {
        let events = per_year * clock.dt * clock.n_steps as f64;
        if !(events <= MOST_EVENTS) {
            let message = format!("hazard {name:?}: {per_year} events a year make {events} in a run");
            problems.error(entry.at, message, Some(format!("at most {MOST_EVENTS} in a run")));
        }
    }
}

fn sample(entry: &HazardEntry, hazard: &dyn Hazard, problems: &mut Problems) -> Option<usize> {
    let n_units = hazard.units().len();
    let sample = entry.sample.or(hazard.default_sample())?;
    if sample == 0 || sample > n_units {
        let message = format!("hazard {:?}: sample is {sample} out of {n_units}", entry.name.value);
        let units = hazard.units().join(", ");
        problems.error(entry.at, message, Some(format!("from 1 to {n_units}: its targets are {units}")));
    }
    Some(sample)
}

fn times(entry: &HazardEntry, hazard: &dyn Hazard, problems: &mut Problems) -> Option<Times> {
    let name = &entry.name.value;
    match &entry.onset {
        Onset::Poisson { per_year } => Some(Times::Poisson { per_year: *per_year }),
        Onset::Scheduled(dates) => {
            let mut dates = dates.clone();
            dates.sort();
            for twice in dates.windows(2).filter(|pair| pair[0] == pair[1]) {
                problems.error(entry.at, format!("hazard {name:?}: {} is scheduled twice", twice[0]), None);
            }
            Some(Times::Scheduled(dates))
        }
        Onset::Catalogue(rows) => {
            let events: Vec<Option<Listed>> =
                rows.iter().map(|row| listed(row, name, hazard, problems)).collect();
            let mut events: Vec<Listed> = events.into_iter().collect::<Option<_>>()?;
            events.sort_by(|a, b| a.run.cmp(&b.run).then(a.start.total_cmp(&b.start)));
            Some(Times::Catalogue(events))
        }
    }
}

fn listed(row: &CatalogueEvent, name: &str, hazard: &dyn Hazard, problems: &mut Problems) -> Option<Listed> {
    let (least, most) = hazard.severity_bounds();
    if let Some(severity) = row.severity.filter(|severity| !(least..=most).contains(severity)) {
        let message = format!("hazard {name:?}: severity {severity} lies outside {least} to {most}");
        problems.error(row.at, message, None);
        return None;
    }
    let picked: Option<Vec<u32>> =
        row.targets.iter().map(|target| unit(target, name, hazard, problems)).collect();
    let mut picked = picked?;
    picked.sort_unstable();
    picked.dedup();
    Some(Listed {
        run: row.run,
        start: Years::from_months(row.start_months).0,
        end: Years::from_months(row.end_months).0,
        severity: row.severity,
        picked: Some(picked).filter(|picked| !picked.is_empty()),
    })
}

fn unit(target: &At<String>, name: &str, hazard: &dyn Hazard, problems: &mut Problems) -> Option<u32> {
    let units = hazard.units();
    let found = units.iter().position(|unit| *unit == target.value);
    if found.is_none() {
        let hint = match nearest(target, units.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("its targets are {}", units.join(", ")),
        };
        let message = format!("hazard {name:?} has no target {:?}", target.value);
        problems.error(target.at, message, Some(hint));
    }
    found.map(|unit| unit as u32)
}
