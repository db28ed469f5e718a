//! Regimes of the scenario, by name.

use crate::hazards::Regime;
use crate::scenario::At;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::nearest;
use std::sync::Arc;

/// Every regime, sorted by name.
pub(super) fn of(scenario: &Scenario) -> Vec<Arc<Regime>> {
    let regime = |entry: &crate::scenario::RegimeEntry| Regime {
        name: entry.name.value.clone(),
        states: entry.states.iter().map(|state| state.value.clone()).collect(),
        start: entry.start,
        per_year: entry.per_year.clone(),
    };
    scenario.regimes.iter().map(|entry| Arc::new(regime(entry))).collect()
}

/// The regime of this name.
pub(super) fn named(
    name: &At<String>,
    regimes: &[Arc<Regime>],
    problems: &mut Problems,
) -> Option<Arc<Regime>> {
    let found = regimes.iter().find(|regime| regime.name == name.value);
    if found.is_none() {
        let names = regimes.iter().map(|regime| regime.name.as_str());
        unknown("regime", name, names, problems);
    }
    found.cloned()
}

/// Index of the state of this name.
pub(super) fn state(name: &At<String>, regime: &Regime, problems: &mut Problems) -> Option<usize> {
    let found = regime.states.iter().position(|state| *state == name.value);
    if found.is_none() {
        let what = format!("state of regime {:?}", regime.name);
        unknown(&what, name, regime.states.iter().map(String::as_str), problems);
    }
    found
}

/// Reports a name that nothing of its kind has, with the nearest that something has.
pub(super) fn unknown<'a>(
    what: &str,
    name: &At<String>,
    known: impl Iterator<Item = &'a str> + Clone,
    problems: &mut Problems,
) {
    let hint = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => {
            let names: Vec<&str> = known.collect();
            if names.is_empty() {
                "there is none".to_string()
            } else {
                format!("there are {}", names.join(", "))
            }
        }
    };
    problems.error(name.at, format!("no {what} {:?}", name.value), Some(hint));
}
