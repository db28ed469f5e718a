//! Effects as sparse writes: what changes in which step, for which run.

use super::Exposure;

/// What a write changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Multiplies the availability of a plant.
    Availability,
    /// Multiplies the openness of a lane.
    Openness,
    /// Takes the smaller cap of a lane.
    LaneCap,
    /// Takes the smaller export cap of an origin.
    ExportCap,
    /// Adds transit to a lane, steps.
    AddedTransit,
    /// Adds to the wedge of a lane.
    Wedge,
    /// Multiplies the surge of a consumer.
    Surge,
    /// Adds to the log price shock of a material.
    Shock,
    /// Raises the threatened share of a lane: 1 − (1 − a)(1 − b).
    Threat,
    /// Raises the announced share of a lane: 1 − (1 − a)(1 − b).
    Announced,
    /// Sets the hazard active.
    Active,
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Write {
    /// Step.
    pub step: u32,
    /// Index of the plant, lane, origin, consumer, material or hazard.
    pub item: u32,
    /// Run of the block.
    pub run: u8,
    /// What changes.
    pub channel: Channel,
    /// By how much.
    pub value: f64,
}

/// All changes of a block, by step; within a step in the order they were written (hazards by name, events by start).
#[derive(Clone, Debug, Default)]
pub struct Script {
    writes: Vec<Write>,
    /// Writes of step `t` are `first[t]..first[t + 1]`.
    first: Vec<usize>,
}

impl Script {
    /// Adds a change.
    pub fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Sorts by step, keeping the order within a step. Call once, after all events.
    pub fn finish(&mut self, n_steps: usize) {
        let _ = (n_steps, &self.first);
        todo!()
    }
}

impl Exposure {
    /// Resets what the step before touched and applies the script's changes of `step`.
    pub fn apply(&mut self, script: &Script, step: usize) {
        let _ = (script, step, &self.touched);
        todo!()
    }
}
