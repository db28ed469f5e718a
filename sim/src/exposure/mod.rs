//! What events do to the network in a step. Hazards write only this, and the step reads only this.
//!
//! Each number is the mean over the step. Several events on one thing: availabilities and openness multiply, caps take
//! the smallest, delays, wedges and shocks add, surges multiply.

mod effect;
mod event;
mod shape;

pub use effect::{Channel, Script, Write};
pub use event::{Cause, Event};
pub use shape::{Pulse, Shape};

use crate::baseline::Baseline;
use crate::math::Row;

/// The state of the world outside the market in one step, for a block of runs.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// a_j: share of capacity that is there, by plant.
    pub availability: Vec<Row>,
    /// o_l: share of orders and offers that pass, by lane. Home lanes stay at 1 under export restrictions.
    pub openness: Vec<Row>,
    /// Most that a lane carries, units per step, by lane.
    pub lane_cap: Vec<Row>,
    /// Most that an origin ships on foreign lanes, units per step, by origin.
    pub export_cap: Vec<Row>,
    /// Transit added to what is shipped now, steps, by lane.
    pub added_transit: Vec<Row>,
    /// Wedge between origin and destination price, share, by lane.
    pub wedge: Vec<Row>,
    /// s_d: factor on the requirement, by consumer.
    pub surge: Vec<Row>,
    /// z: log price shock, by material (origins and destinations alike).
    pub shock: Vec<Row>,
    /// Share of a lane's baseline flow that announced or running events cut.
    pub threat: Vec<Row>,
    /// The part of `threat` that is announced and has not begun.
    pub announced: Vec<Row>,
    /// 1 where an event of the hazard is under way, by hazard.
    pub active: Vec<Row>,
    /// What is off its neutral value, to be reset at the next step.
    touched: Vec<(Channel, u32)>,
}

impl Exposure {
    /// Nothing happens.
    pub fn neutral(baseline: &Baseline, n_hazards: usize) -> Exposure {
        let network = &baseline.network;
        let lanes = network.lanes.len();
        Exposure {
            availability: vec![Row::ONE; network.plants.len()],
            openness: vec![Row::ONE; lanes],
            lane_cap: vec![Row::INFINITY; lanes],
            export_cap: vec![Row::INFINITY; network.origins.len()],
            added_transit: vec![Row::ZERO; lanes],
            wedge: vec![Row::ZERO; lanes],
            surge: vec![Row::ONE; network.consumers.len()],
            shock: vec![Row::ZERO; network.materials.len()],
            threat: vec![Row::ZERO; lanes],
            announced: vec![Row::ZERO; lanes],
            active: vec![Row::ZERO; n_hazards],
            touched: Vec::new(),
        }
    }
}
