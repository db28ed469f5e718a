//! What is done about it: one file per measure. A measure reads its keys, fixes rules, and moves levers each step.

mod allocation;
mod bill;
mod compile;
mod corridor;
mod diversification;
mod floor;
mod new_capacity;
mod offtake;
mod ownership;
mod phase;
mod price_floor;
mod private_mandate;
mod reading;
mod recycling;
mod sharing_agreement;
mod stockpile;
mod substitution;
mod support_package;
mod warning;

pub use compile::Policy;
pub use compile::compile;
pub use compile::refuse_unknown;
pub use reading::Reading;

use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::observed::Observed;
use crate::random::Block;
use crate::scenario::Problems;

/// Every measure, in the order of the documentation. A new measure is one file, its `mod` line and its line here.
pub const KINDS: &[Kind] = &[
    stockpile::KIND,
    private_mandate::KIND,
    new_capacity::KIND,
    price_floor::KIND,
    recycling::KIND,
    substitution::KIND,
    offtake::KIND,
    diversification::KIND,
    sharing_agreement::KIND,
    support_package::KIND,
    corridor::KIND,
    ownership::KIND,
    warning::KIND,
    allocation::KIND,
    floor::KIND,
];

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

/// A row of a kind's table of keys.
const fn key(name: &'static str, unit: &'static str, default: &'static str, meaning: &'static str) -> Key {
    Key { name, unit, default, meaning }
}

/// A measure of a policy.
///
/// What it draws comes from streams of its own name, so that it meets the same luck in every policy that uses it.
pub trait Measure: Send + Sync + std::fmt::Debug {
    /// Fixes what stays the same for the whole run; called once per policy, in the order of measures.
    fn install(&mut self, rules: &mut Rules);

    /// Sees what all measures fixed; called once per policy after every [`Measure::install`].
    fn settle(&mut self, rules: &Rules) {
        let _ = rules;
    }

    /// Rows of memory it needs per block.
    fn n_memory(&self, n_steps: usize) -> usize {
        let _ = n_steps;
        0
    }

    /// Prepares its memory, all zero, for a block of runs, with the draws it needs, keyed by its own name.
    fn begin(&self, block: &Block, memory: &mut [Row]) {
        let _ = (block, memory);
    }

    /// Moves the levers by which events of the step about to be made are eased, before anything observes it.
    fn ease(&self, step: usize, levers: &mut Levers) {
        let _ = (step, levers);
    }

    /// Moves the levers, which are at rest, for the step about to be made.
    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let _ = (observed, memory, levers);
    }

    /// Adds what the step just made costs, USD, to the accounts that it opened; income is below zero.
    fn charge(&self, observed: &Observed<'_>, levers: &Levers, memory: &mut [Row], costs: &mut [Row]) {
        let _ = (observed, levers, memory, costs);
    }
}
