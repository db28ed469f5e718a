//! What is done about it: one file per measure. A measure reads its keys, fixes rules, and moves levers each step.

mod allocation;
mod compile;
mod stockpile;

pub use compile::{Policy, compile};

use crate::baseline::Baseline;
use crate::hazards::Key;
use crate::levers::{Levers, Rules};
use crate::math::Row;
use crate::observed::Observed;
use crate::random::Block;
use crate::scenario::{At, Problems};
use toml::de::DeValue;

/// Every measure, in the order of the documentation. A new measure is one file, its `mod` line and its line here.
pub const KINDS: &[Kind] = &[stockpile::KIND, allocation::KIND];

/// A kind of measure: what documentation, `explain` and the reader need.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The table or key that writes it: `stockpile`, `allocation`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// A fragment of a scenario that parses.
    pub example: &'static str,
    /// Reads a value: for `stockpile` the whole `[stockpile.NAME]` table, else the value of the key in `[policy.NAME]`.
    pub read: fn(Entry<'_>, &Baseline, &mut Problems) -> Option<Box<dyn Measure>>,
}

/// What a measure is read from.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The stockpile's or the policy's name.
    pub name: &'a At<String>,
    /// The table or value.
    pub value: &'a At<DeValue<'static>>,
    /// Names of the scenario's hazards, in order, for triggers.
    pub hazards: &'a [String],
}

/// A measure of a policy.
pub trait Measure: Send + Sync + std::fmt::Debug {
    /// Fixes what stays the same for the whole run; called once per policy, in the order of measures.
    fn install(&mut self, rules: &mut Rules);

    /// Rows of memory it needs per block.
    fn n_memory(&self, n_steps: usize) -> usize {
        let _ = n_steps;
        0
    }

    /// Prepares its memory for a block of runs, with the draws it needs, keyed by its own name.
    fn begin(&self, block: &Block, memory: &mut [Row]) {
        let _ = (block, memory);
    }

    /// Moves the levers for the step about to be made.
    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let _ = (observed, memory, levers);
    }
}
