//! The price of a material jumps or collapses, and drifts back.

use super::Hazard;
use super::Key;
use super::Kind;
use super::footprint;
use super::keys;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::math;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "price_shock",
    summary: "The price of a material falls or rises everywhere, and returns over the recovery time.",
    severity: "relative change, required: 0.5 is a fall to half (0 to 0.99), or a rise by half (0 to 1000)",
    keys: KEYS,
    example: r#"[hazard.price_crash]
kind = "price_shock"
materials = ["cobalt_*"]
direction = "fall"
onset = { poisson = { per_year = 0.15 } }
duration_months = { triangular = { min = 12, mode = 24, max = 36 } }
severity = { triangular = { min = 0.3, mode = 0.5, max = 0.7 } }
recovery_months = 12
recovery = "exponential"
"#,
    read,
};

const KEYS: &[Key] = &[
    keys::MATERIALS,
    keys::TIERS,
    Key { name: "direction", unit: "fall or rise", default: "required", meaning: "which way the price goes" },
];

/// Deepest fall: a price of nothing has no logarithm.
const DEEPEST_FALL: f64 = 0.99;

#[derive(Clone, Copy, Debug)]
enum Direction {
    Fall,
    Rise,
}

#[derive(Debug)]
struct PriceShock {
    /// Codes of the materials.
    units: Vec<String>,
    /// The material of each unit.
    materials: Vec<usize>,
    direction: Direction,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let select = footprint::select(&mut body, &["materials", "tiers"], problems);
    body.required("direction", "direction = \"fall\" or \"rise\"", problems);
    let directions = [("fall", Direction::Fall), ("rise", Direction::Rise)];
    let direction = body.choice("direction", &directions, problems);
    body.finish(&Key::names(KEYS), problems);
    let materials = footprint::resolve(&select, baseline, problems)?.materials;
    if materials.is_empty() {
        footprint::empty(entry, "no material fits all its keys", problems);
        return None;
    }
    Some(Box::new(PriceShock {
        units: materials.iter().map(|id| baseline.network.materials[id.index()].code.clone()).collect(),
        materials: materials.iter().map(|id| id.index()).collect(),
        direction: direction?,
    }))
}

impl Hazard for PriceShock {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        match self.direction {
            Direction::Fall => (0.0, DEEPEST_FALL),
            Direction::Rise => (0.0, footprint::LARGEST_FACTOR),
        }
    }

    fn default_severity(&self) -> Option<f64> {
        None
    }

    /// z = strength · ln(1 ∓ severity): the recovery is the return to the mean, in logarithms.
    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let size = match self.direction {
            Direction::Fall => math::ln(1.0 - event.severity),
            Direction::Rise => math::ln(1.0 + event.severity),
        };
        let shock = shape.pulse(event.start, event.end).map(|strength| size * strength);
        for (_, &material) in self.materials.iter().enumerate().filter(|(unit, _)| event.touches(*unit)) {
            script.lay(Channel::Shock, material, run, &shock);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::Shock;
    use crate::hazards::testing::{assert_course, drawn, entry, trial};
    use crate::random::Law;

    #[test]
    fn a_fall_by_half_and_a_rise_to_two_and_a_half_times_are_these_logarithms() {
        let fall = trial("price_shock", "direction = 'fall'\nmaterials = ['*refined']", 0.5, 0.0, 1.5);
        assert_course(&fall.course(Shock, 1, 3), &[0.5_f64.ln(), 0.5 * 0.5_f64.ln(), 0.0]);
        let rise = trial("price_shock", "direction = 'rise'\ntiers = ['intermediate']", 1.5, 0.0, 1.0);
        assert_course(&rise.course(Shock, 0, 2), &[2.5_f64.ln(), 0.0]);
        assert_eq!((fall.items(Shock), rise.items(Shock)), (vec![1], vec![0]));
    }

    #[test]
    fn a_shock_needs_a_severity_and_a_fall_leaves_something() {
        let mut fall = entry("price_shock", "direction = 'fall'");
        assert!(drawn(&fall).unwrap_err()[0].contains("severity is missing"));
        fall.severity = Some(Law::fixed(1.0));
        assert!(drawn(&fall).unwrap_err()[0].contains("outside"));
        fall.severity = Some(Law::fixed(0.9));
        assert!(drawn(&fall).is_ok());
    }
}
