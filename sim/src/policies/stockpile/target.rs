//! How much a stockpile aims at: an amount, days of use or of net imports, or no bound.

use crate::baseline::Baseline;
use crate::network::DestinationId;
use crate::network::PlaceId;
use crate::scenario::Body;
use crate::scenario::Problems;
use crate::units::Years;

/// A target as written.
pub(super) enum Target {
    Amount(f64),
    Days(f64),
    ImportDays(f64),
    Unlimited,
}

/// Reads the one target that is written.
pub(super) fn read(body: &mut Body<'_>, problems: &mut Problems) -> Option<Target> {
    let keys = ["target", "target_days", "target_import_days"];
    let written: Vec<&str> = keys.into_iter().filter(|key| body.has(key)).collect();
    let [key] = written[..] else {
        let found = if written.is_empty() { "no target".to_owned() } else { written.join(" and ") };
        let hint = "give one of target (amount or \"unlimited\"), target_days, target_import_days";
        body.error("target", &format!("{found}: one is wanted"), Some(hint.into()), problems);
        for key in written {
            body.value(key);
        }
        return None;
    };
    let as_text = body.value(key).is_some_and(|value| value.get_ref().is_str());
    if key == "target" && as_text {
        return body.choice(key, &[("unlimited", ())], problems).map(|()| Target::Unlimited);
    }
    let amount = body.non_negative(key, problems)?;
    Some(match key {
        "target" => Target::Amount(amount),
        "target_days" => Target::Days(amount),
        _ => Target::ImportDays(amount),
    })
}

impl Target {
    /// In the material's unit; infinite for no bound.
    pub(super) fn amount(
        self,
        baseline: &Baseline,
        places: &[PlaceId],
        destinations: &[DestinationId],
    ) -> f64 {
        match self {
            Target::Amount(amount) => amount,
            Target::Unlimited => f64::INFINITY,
            Target::Days(days) => {
                let need: f64 = destinations.iter().map(|i| baseline.need[i.index()]).sum();
                Years::from_days(days).0 * need
            }
            Target::ImportDays(days) => {
                Years::from_days(days).0 * net_imports(baseline, places, destinations)
            }
        }
    }
}

/// Imports of the holders less their exports, per year; at least 0.
fn net_imports(baseline: &Baseline, places: &[PlaceId], destinations: &[DestinationId]) -> f64 {
    let network = &baseline.network;
    let material = network.destinations[destinations[0].index()].material;
    let held = |place: PlaceId| places.binary_search(&place).is_ok();
    let mut net = 0.0;
    for l in network.materials[material.index()].lanes.clone() {
        let lane = &network.lanes[l];
        let from = held(network.origins[lane.origin.index()].place);
        let to = held(network.destinations[lane.destination.index()].place);
        net += match (from, to) {
            (false, true) => baseline.flow[l],
            (true, false) => -baseline.flow[l],
            _ => 0.0,
        };
    }
    net.max(0.0)
}
