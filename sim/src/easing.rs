//! What measures take off events before the step sees them: a corridor where a way is closed, ownership where owners command.
//!
//! Events are laid once for all policies, so each policy eases its own copy of the exposure, and only the lanes and plants
//! that its rules name. A measure of no strength leaves every bit as it was.

use crate::baseline::Baseline;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math;
use crate::math::Row;
use crate::network::Network;
use std::ops::Range;

/// The lanes and plants whose exposure a policy eases, with what events say of them in the step under way.
#[derive(Clone, Debug)]
pub struct Easing {
    lanes: Vec<Way>,
    plants: Vec<Held>,
    origins: Vec<Commanded>,
}

/// A lane that a corridor serves.
#[derive(Clone, Debug)]
struct Way {
    lane: usize,
    /// In the baseline, a step.
    flow: f64,
    passage: Row,
    added_transit: Row,
    cap: Row,
}

/// A plant of which a share is held.
#[derive(Clone, Debug)]
struct Held {
    plant: usize,
    control: Row,
}

/// An origin with such plants: owners abroad may redirect its output.
#[derive(Clone, Debug)]
struct Commanded {
    lanes: Range<usize>,
    /// Plants held, each with its part of what the origin's plants of foreign owners make in the baseline.
    plants: Vec<(usize, f64)>,
}

impl Easing {
    /// What a policy's rules ease; prepares its exposure for detours.
    pub fn new(baseline: &Baseline, rules: &Rules, exposure: &mut Exposure) -> Easing {
        if rules.longest_detour > 0.0 {
            rules.corridors.iter().for_each(|lane| exposure.expect_detours(lane.index()));
        }
        let way = |lane: usize| Way {
            lane,
            flow: baseline.flow[lane] * baseline.network.clock.dt,
            passage: exposure.passage[lane],
            added_transit: exposure.added_transit[lane],
            cap: exposure.lane_cap[lane],
        };
        let held = |plant: usize| Held { plant, control: exposure.control[plant] };
        let plants: Vec<usize> = rules.held.iter().map(|plant| plant.index()).collect();
        Easing {
            lanes: rules.corridors.iter().map(|lane| way(lane.index())).collect(),
            origins: commanded(baseline, &plants),
            plants: plants.into_iter().map(held).collect(),
        }
    }

    /// Whether there is anything to ease.
    pub fn any(&self) -> bool {
        !self.lanes.is_empty() || !self.plants.is_empty()
    }

    /// Eases the exposure of a step.
    ///
    /// A corridor that can carry w lets min(w, 1 − p) of a lane's orders pass besides the p that events leave, later by its
    /// detour: π = min(1, p + w), and the mean delay of what passes grows by detour · (π − p) / π. A cap of the
    /// lane counts what does not go by the corridor: it rises by (π − p) · baseline flow. Of a plant of which h is
    /// held, its owner withholds only c (1 − h); what owners redirect from an origin falls by the share of their output there
    /// that is held.
    pub fn ease(&mut self, levers: &Levers, exposure: &mut Exposure) {
        for way in &mut self.lanes {
            let (carried, detour) = (levers.carried[way.lane], levers.detour[way.lane]);
            (way.passage, way.added_transit) = (exposure.passage[way.lane], exposure.added_transit[way.lane]);
            way.cap = exposure.lane_cap[way.lane];
            let passes = (way.passage + carried).min(Row::ONE);
            let by_corridor = (passes - way.passage).over(passes, 0.0);
            exposure.passage[way.lane] = passes;
            exposure.lane_cap[way.lane] = way.cap + (passes - way.passage) * way.flow;
            exposure.added_transit[way.lane] = way.added_transit + by_corridor * detour.over(carried, 0.0);
        }
        for held in &mut self.plants {
            held.control = exposure.control[held.plant];
            exposure.control[held.plant] = held.control * (Row::ONE - levers.held[held.plant]);
        }
        for origin in &self.origins {
            let mut free = Row::ZERO;
            for (plant, part) in &origin.plants {
                free += levers.held[*plant] * *part;
            }
            for lane in origin.lanes.clone() {
                let redirected = exposure.redirected[lane];
                let left = (redirected + (Row::ONE - redirected) * free).min(Row::ONE);
                exposure.openness[lane] = exposure.allowed[lane] * left;
            }
        }
    }

    /// Restores what events say, for the next step's changes to be made to.
    pub fn undo(&self, exposure: &mut Exposure) {
        for way in &self.lanes {
            (exposure.passage[way.lane], exposure.added_transit[way.lane]) = (way.passage, way.added_transit);
            exposure.lane_cap[way.lane] = way.cap;
        }
        for held in &self.plants {
            exposure.control[held.plant] = held.control;
        }
        for lane in self.origins.iter().flat_map(|origin| origin.lanes.clone()) {
            exposure.openness[lane] = exposure.allowed[lane] * exposure.redirected[lane];
        }
    }
}

/// The origins of some plants, which stand in id order: those of one origin together.
fn commanded(baseline: &Baseline, plants: &[usize]) -> Vec<Commanded> {
    let network = &baseline.network;
    let origin_of = |plant: &usize| network.plants[*plant].origin;
    let of_origin = |held: &[usize]| {
        let origin = &network.origins[origin_of(&held[0]).index()];
        let abroad = origin.plants.clone().filter(|plant| owned_abroad(network, *plant));
        let all = math::sum(&abroad.map(|plant| baseline.output[plant]).collect::<Vec<f64>>());
        let part = |plant: &usize| if all > 0.0 { baseline.output[*plant] / all } else { 0.0 };
        Commanded {
            lanes: origin.lanes.clone(),
            plants: held.iter().map(|plant| (*plant, part(plant))).collect(),
        }
    };
    plants.chunk_by(|a, b| origin_of(a) == origin_of(b)).map(of_origin).collect()
}

/// Whether a plant's owner answers to another place than its own.
pub fn owned_abroad(network: &Network, plant: usize) -> bool {
    let plant = &network.plants[plant];
    plant.owner != network.origins[plant.origin.index()].place
}
