//! When events begin: the onset as written, checked against the hazard and the regimes.

use super::regimes;
use crate::exposure::Picked;
use crate::hazards::Hazard;
use crate::hazards::Regime;
use crate::random::Law;
use crate::scenario::At;
use crate::scenario::CatalogueEvent;
use crate::scenario::Date;
use crate::scenario::GapFrom;
use crate::scenario::Onset;
use crate::scenario::Problems;
use crate::scenario::nearest;
use crate::units::Years;
use std::sync::Arc;

/// When events begin.
#[derive(Clone, Debug)]
pub enum Times {
    /// At a constant rate.
    Poisson {
        /// Events a year.
        per_year: f64,
    },
    /// After gaps of a law, the first from time 0.
    Renewal {
        /// The law.
        gap: Law,
        /// Years per unit of `gap`.
        unit: f64,
        /// Where a gap begins.
        from: GapFrom,
    },
    /// On dates, ascending.
    Scheduled(Vec<Date>),
    /// As listed by run, then start.
    Catalogue(Vec<Listed>),
    /// Whenever a regime passes into a state.
    Enters {
        /// The regime.
        regime: Arc<Regime>,
        /// Index of the state.
        state: usize,
    },
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
    /// Units touched; `None`: all.
    pub picked: Option<Picked>,
}

/// When the events of `name` begin; regimes are those of the scenario.
pub(super) fn times(
    name: &At<String>,
    onset: &Onset,
    hazard: &dyn Hazard,
    regimes: &[Arc<Regime>],
    problems: &mut Problems,
) -> Option<Times> {
    match onset {
        Onset::None => Some(Times::Poisson { per_year: 0.0 }),
        Onset::Poisson { per_year } => Some(Times::Poisson { per_year: *per_year }),
        Onset::PoissonEach { per_year } => {
            Some(Times::Poisson { per_year: per_year * hazard.n_seats() as f64 })
        }
        Onset::Renewal { gap, unit, from } => {
            Some(Times::Renewal { gap: gap.clone(), unit: *unit, from: *from })
        }
        Onset::Enters { regime, state } => {
            let regime = regimes::named(regime, regimes, problems)?;
            let state = regimes::state(state, &regime, problems)?;
            Some(Times::Enters { regime, state })
        }
        Onset::Scheduled(dates) => {
            let mut dates = dates.clone();
            dates.sort();
            for twice in dates.windows(2).filter(|pair| pair[0] == pair[1]) {
                problems.error(
                    name.at,
                    format!("hazard {:?}: {} is scheduled twice", name.value, twice[0]),
                    None,
                );
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
    let picked = picked?;
    Some(Listed {
        run: row.run,
        start: Years::from_months(row.start_months).0,
        end: Years::from_months(row.end_months).0,
        severity: row.severity,
        picked: (!picked.is_empty()).then(|| picked.into_iter().collect()),
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
