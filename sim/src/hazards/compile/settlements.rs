//! Settlements: hazards that touch nothing of the network and end or suspend the events of others.

use super::Drawn;
use super::links::position;
use super::times::times;
use crate::baseline::Baseline;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::hazards::{Hazard, Links, Regime, Settles, Suspension};
use crate::random::Law;
use crate::scenario::Problems;
use crate::scenario::Recovery;
use crate::scenario::Scenario;
use crate::scenario::Selector;
use crate::scenario::SettlementEntry;
use crate::units::MONTHS_PER_YEAR;
use std::sync::Arc;

/// What the events table calls their kind.
const KIND: &str = "settlement";

/// Every settlement, in the order of names.
pub(super) fn read(
    scenario: &Scenario,
    regimes: &[Arc<Regime>],
    baseline: &Baseline,
    problems: &mut Problems,
) -> Vec<Drawn> {
    let one = |entry| settlement(entry, scenario, regimes, baseline, problems);
    scenario.settlements.iter().filter_map(one).collect()
}

fn settlement(
    entry: &SettlementEntry,
    scenario: &Scenario,
    regimes: &[Arc<Regime>],
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Drawn> {
    let name = &entry.name.value;
    if scenario.hazards.iter().any(|hazard| hazard.name.value == *name) {
        let hint = Some("results call both by their name".to_string());
        problems.error(entry.name.at, format!("{name:?} is the name of a hazard as well"), hint);
    }
    let mut hazards: Vec<usize> = Vec::new();
    for pattern in &entry.hazards {
        let selector = Selector { pattern: pattern.clone() };
        let names = scenario.hazards.iter().enumerate();
        let fits = names.filter(|(_, hazard)| selector.matches(&hazard.name.value)).map(|(index, _)| index);
        let before = hazards.len();
        hazards.extend(fits);
        if hazards.len() == before {
            position(pattern, scenario, problems);
        }
    }
    hazards.sort_unstable();
    hazards.dedup();
    let units = hazards.iter().map(|index| scenario.hazards[*index].name.value.clone()).collect();
    let hazard = Settlement { units };
    let onset = times(&entry.name, &entry.onset, &hazard, regimes, problems)?;
    let suspension = entry.suspends_months.clone();
    let suspension = suspension.map(|length| Suspension { length, unit: 1.0 / MONTHS_PER_YEAR });
    let settles = Settles { hazards, probability: entry.probability, suspension };
    let clock = baseline.network.clock;
    Some(Drawn {
        name: name.clone(),
        kind: KIND,
        onset,
        duration: Some(Law::fixed(0.0)),
        duration_unit: 1.0,
        severity: Law::fixed(1.0),
        sample: None,
        shape: Shape { clock, lead: 0.0, ramp: 0.0, recovery: 0.0, form: Recovery::Linear },
        links: Links { settles: Some(settles), ..Links::default() },
        hazard: Box::new(hazard),
    })
}

/// Its units are the names of the hazards it settles.
#[derive(Debug)]
struct Settlement {
    units: Vec<String>,
}

impl Hazard for Settlement {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (1.0, 1.0)
    }

    fn effects(&self, _: &Event, _: &Shape, _: usize, _: &mut Script) {}
}
