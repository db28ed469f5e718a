//! A ban on technology: no goods are cut, but abroad new plants are not built, and capacity does not grow.

use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::hazards::Hazard;
use crate::hazards::footprint;
use crate::hazards::threat::Threat;
use crate::network::Footprint;
use crate::network::PlaceId;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;
use std::ops::Range;

/// Origins abroad that need the technology.
#[derive(Debug)]
pub(super) struct Technology {
    /// Codes of their places.
    units: Vec<String>,
    /// Their origins.
    origins: Vec<Needing>,
}

#[derive(Debug)]
struct Needing {
    unit: usize,
    origin: usize,
    plants: Range<usize>,
    lanes: Range<usize>,
    /// Factors by which capacity grows, by step; one factor if it does not.
    growth: Vec<f64>,
}

impl Technology {
    /// Origins of the footprint's materials in its importers, but those that `passes` spares and the imposers.
    pub(super) fn new(
        footprint: &Footprint,
        passes: impl Fn(PlaceId) -> bool,
        entry: &HazardEntry,
        baseline: &Baseline,
        problems: &mut Problems,
    ) -> Option<Technology> {
        let network = &baseline.network;
        let needs = |id: &usize| {
            let origin = &network.origins[*id];
            footprint.materials.contains(&origin.material)
                && footprint.importers.contains(&origin.place)
                && !footprint.places.contains(&origin.place)
                && !passes(origin.place)
        };
        let needing: Vec<usize> = (0..network.origins.len()).filter(needs).collect();
        if needing.is_empty() {
            footprint::empty(entry, "its materials are made in none of its importers", problems);
            return None;
        }
        let mut places: Vec<PlaceId> = needing.iter().map(|id| network.origins[*id].place).collect();
        places.sort();
        places.dedup();
        let origin = |id: &usize| {
            let origin = &network.origins[*id];
            Needing {
                unit: places.binary_search(&origin.place).expect("every origin's place is listed"),
                origin: *id,
                plants: origin.plants.clone(),
                lanes: origin.lanes.clone(),
                growth: baseline.path.output.column(*id).to_vec(),
            }
        };
        let origins = needing.iter().map(origin).collect();
        Some(Technology { units: footprint::codes(&places, baseline), origins })
    }
}

impl Hazard for Technology {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (1.0, 1.0)
    }

    /// New capacity is halted by the strength; capacity that grows is late by the time for which it was halted, also
    /// when that is over: a_j = growth(t − T) / growth(t), T = ∫ strength so far.
    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let halted = shape.pulse(event.start, event.end);
        for needing in self.origins.iter().filter(|needing| event.touches(needing.unit)) {
            script.lay(Channel::Technology, needing.origin, run, &halted);
            let lost = needing.lost(&halted, shape.clock.n_steps);
            if lost.is_empty() {
                continue;
            }
            let availability = lost.map(|lost| 1.0 - lost);
            for plant in needing.plants.clone() {
                script.lay(Channel::Availability, plant, run, &availability);
            }
            Threat::new(lost, &Pulse::none(), 0.0).write(1.0, needing.lanes.clone(), run, script);
        }
    }
}

impl Needing {
    /// Share of the capacity of each step, to the end of the horizon, that has not been built; nothing if none would grow.
    fn lost(&self, halted: &Pulse, n_steps: usize) -> Pulse {
        let grows = self.growth.windows(2).any(|pair| pair[1] > pair[0]);
        if !grows || halted.is_empty() {
            return Pulse::none();
        }
        let mut late = 0.0;
        let first = halted.steps().start;
        let mut lost = Pulse::begin(first);
        for step in first..n_steps {
            late += halted.at(step);
            let (now, then) = (self.growth_at(step as f64), self.growth_at(step as f64 - late));
            lost.extend(step + 1, if then < now { 1.0 - then / now } else { 0.0 });
        }
        lost
    }

    /// The factor at a step, between steps on the line that joins them, before the first and after the last as there.
    fn growth_at(&self, step: f64) -> f64 {
        let last = self.growth.len() - 1;
        let step = step.clamp(0.0, last as f64);
        let whole = step as usize;
        let next = (whole + 1).min(last);
        self.growth[whole] + (self.growth[next] - self.growth[whole]) * (step - whole as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Needing;
    use crate::exposure::Channel::{Availability, Openness, Technology};
    use crate::exposure::Pulse;
    use crate::hazards::testing::{assert_course, drawn, entry, trial};
    use crate::random::Law;

    #[test]
    fn technology_halts_new_capacity_abroad_and_cuts_no_goods() {
        let body = "imposer = 'COD'\nmaterials = ['cobalt_*']\nform = 'technology'";
        let ban = trial("export_restriction", body, 1.0, 0.5, 2.0);
        assert_eq!((ban.hazard.units(), ban.items(Technology)), (&["FIN".to_string()][..], vec![1, 2]));
        assert_course(&ban.course(Technology, 1, 3), &[0.5, 1.0, 0.0]);
        assert_eq!((ban.items(Openness), ban.items(Availability)), (vec![], vec![]), "nothing grows there");
    }

    #[test]
    fn capacity_that_grows_is_late_by_the_time_for_which_it_was_halted() {
        let needing =
            Needing { unit: 0, origin: 0, plants: 0..1, lanes: 0..1, growth: vec![1.0, 1.5, 2.0, 2.5] };
        let halted = Pulse::of_steps(1, &[1.0, 0.5]);
        let lost = needing.lost(&halted, 4);
        assert_eq!(lost.steps(), 1..4);
        // Late by 1, then by 1.5 steps, also when it is over.
        assert_course(
            &[1, 2, 3].map(|step| lost.at(step)),
            &[1.0 - 1.0 / 1.5, 1.0 - 1.25 / 2.0, 1.0 - 1.75 / 2.5],
        );
        let level = Needing { growth: vec![1.0], ..needing };
        assert!(level.lost(&halted, 4).is_empty());
    }

    #[test]
    fn faults_of_a_ban_on_technology_are_reported() {
        let body = "imposer = 'FIN'\nform = 'technology'\nmaterials = ['*refined']";
        assert!(drawn(&entry("export_restriction", body)).unwrap_err()[0].contains("touches nothing"));
        let mut severe = entry("export_restriction", "imposer = 'COD'\nform = 'technology'");
        severe.severity = Some(Law::fixed(0.5));
        assert!(drawn(&severe).unwrap_err()[0].contains("severity has no effect"));
        let leaky = "imposer = 'COD'\nform = 'technology'\nleakage = { share = 0.1 }";
        assert!(drawn(&entry("export_restriction", leaky)).unwrap_err()[0].contains("no effect"));
    }
}
