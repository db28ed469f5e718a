//! Events at a change of regime.

use super::{Kind, Onset, Reading};
use crate::scenario::problem::Problems;

pub(super) const KIND: Kind = Kind {
    name: "enters",
    summary: "Whenever a regime passes into a state: a detente that ends a set of measures at once.",
    keys: &[],
    example: "{ enters = { tension = \"calm\" } }",
    read,
};

fn read(from: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Onset> {
    let mut enters = from.onset.table(KIND.name, problems)?;
    let regimes = enters.keys();
    let [regime] = regimes.as_slice() else {
        let hint = Some(format!("write onset = {}", KIND.example));
        from.onset.error(KIND.name, "one regime is wanted", hint, problems);
        return None;
    };
    let state = enters.text(&regime.value, problems)?;
    Some(Onset::Enters { regime: regime.clone(), state })
}
