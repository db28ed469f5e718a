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
            script.lay(Channel::Technology, needing.origin, run, halted.first, &halted.strength);
            let lost = needing.lost(&halted, shape.clock.n_steps);
            if lost.strength.is_empty() {
                continue;
            }
            let availability = lost.map(|lost| 1.0 - lost);
            for plant in needing.plants.clone() {
                script.lay(Channel::Availability, plant, run, availability.first, &availability.strength);
            }
            let unannounced = Pulse { first: 0, strength: Vec::new() };
            Threat::new(&lost, &unannounced, 0.0).write(1.0, needing.lanes.clone(), run, script);
        }
    }
}

impl Needing {
    /// Share of the capacity of each step, to the end of the horizon, that has not been built; nothing if none would grow.
    fn lost(&self, halted: &Pulse, n_steps: usize) -> Pulse {
        let grows = self.growth.windows(2).any(|pair| pair[1] > pair[0]);
        if !grows || halted.strength.is_empty() {
            return Pulse { first: 0, strength: Vec::new() };
        }
        let mut late = 0.0;
        let at_step = |step: usize| {
            late += halted.at(step);
            let (now, then) = (self.growth_at(step as f64), self.growth_at(step as f64 - late));
            if then < now { 1.0 - then / now } else { 0.0 }
        };
        Pulse { first: halted.first, strength: (halted.first..n_steps).map(at_step).collect() }
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
