//! What is done about it: one file per measure. A measure reads its keys, fixes rules, and moves levers each step.

mod allocation;
mod compile;
mod stockpile;

pub use compile::Policy;
pub use compile::compile;

use crate::baseline::Baseline;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::observed::Observed;
use crate::random::Block;
use crate::scenario::Body;
use crate::scenario::Problems;

/// Every measure, in the order of the documentation. A new measure is one file, its `mod` line and its line here.
pub const KINDS: &[Kind] = &[stockpile::KIND, allocation::KIND];

/// A kind of measure: what documentation, `explain` and the reader need.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name: of the table `[NAME.…]` or of the key in `[policy.…]`.
    pub name: &'static str,
    /// Where it is written.
    pub form: Form,
    /// One sentence.
    pub summary: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// A fragment of a scenario that parses.
    pub example: &'static str,
    /// Reads it; adds to the problems and returns `None` if it can't.
    pub read: fn(&mut Reading<'_, '_>, &mut Problems) -> Option<Box<dyn Measure>>,
}

/// Where a measure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In a table of its own, `[stockpile.NAME]`, that policies `use`.
    Table,
    /// As a key of `[policy.NAME]`.
    Key,
}

/// What a measure is read from.
#[derive(Debug)]
pub struct Reading<'a, 'b> {
    /// Name of the table or of the policy.
    pub name: &'a str,
    /// The measure's own table, or the policy's.
    pub body: &'a mut Body<'b>,
    /// The balanced network.
    pub baseline: &'a Baseline,
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

    /// Prepares its memory, all zero, for a block of runs, with the draws it needs, keyed by its own name.
    fn begin(&self, block: &Block, memory: &mut [Row]) {
        let _ = (block, memory);
    }

    /// Moves the levers for the step about to be made.
    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let _ = (observed, memory, levers);
    }
}
