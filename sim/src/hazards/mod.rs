//! What can happen: one file per kind. A kind reads its keys, finds what it touches, and writes what an event does.

mod capacity;
mod chokepoint_closure;
mod compile;
mod conflict;
mod cut;
mod demand_surge;
mod export_restriction;
mod footprint;
mod import_restriction;
mod keys;
mod links;
mod member_withdrawal;
mod outage;
mod owner_control;
mod political_act;
mod price_shock;
#[cfg(test)]
pub(crate) mod testing;
mod threat;

pub use compile::{Drawn, Listed, Times, compile, expected_events, left_out, reach};
pub use links::{
    Condition, Escalates, Excites, Links, Modulation, Observable, Regime, Renews, Settles, Spread,
    Suspension, state_dependent,
};

use crate::baseline::Baseline;
use crate::exposure::{Event, Script, Shape};
use crate::scenario::{HazardEntry, Problems};

/// Every kind, in the order of the documentation. A new kind is one file, its `mod` line and its line here.
pub const KINDS: &[Kind] = &[
    export_restriction::KIND,
    import_restriction::KIND,
    owner_control::KIND,
    conflict::KIND,
    price_shock::KIND,
    outage::KIND,
    chokepoint_closure::KIND,
    demand_surge::KIND,
    member_withdrawal::KIND,
    political_act::KIND,
];

/// A kind of hazard: what documentation, `explain` and the reader need.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The value of `kind`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What `severity` means for this kind, with its bounds.
    pub severity: &'static str,
    /// Its own keys.
    pub keys: &'static [Key],
    /// A complete `[hazard.NAME]` table that parses.
    pub example: &'static str,
    /// Reads the body of an entry against the network; adds to the problems and returns `None` if it can't.
    pub read: fn(&HazardEntry, &Baseline, &mut Problems) -> Option<Box<dyn Hazard>>,
}

/// A key of a kind or measure, for `explain`, the format reference and "did you mean".
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// `share`, `list of places`, `days`, ….
    pub unit: &'static str,
    /// `required`, or the default as text.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

impl Key {
    /// Names of `keys`, in order.
    pub fn names(keys: &[Key]) -> Vec<&'static str> {
        keys.iter().map(|key| key.name).collect()
    }
}

/// A hazard of a scenario.
pub trait Hazard: Send + Sync + std::fmt::Debug {
    /// Names of what an event can touch: importers of a restriction, plants of an outage, places of a conflict.
    /// `sample` draws from these, catalogues name them. Never empty.
    fn units(&self) -> &[String];

    /// How many of the units, from the first, an event can begin in; the others are only reached by [`Hazard::spread`].
    fn n_seats(&self) -> usize {
        self.units().len()
    }

    /// Bounds of `severity`; a draw outside is clamped, a fixed value outside refused at load. Two equal bounds: the
    /// hazard has no severity, and one that is given is refused.
    fn severity_bounds(&self) -> (f64, f64);

    /// Severity of events where the scenario gives none; `None`: it must give one.
    fn default_severity(&self) -> Option<f64> {
        Some(1.0)
    }

    /// How many units an event touches where the scenario does not say; `None`: all.
    fn default_sample(&self) -> Option<usize> {
        None
    }

    /// Most that an event of this hazard can add to the transit of a lane, in steps.
    fn longest_delay(&self) -> f64 {
        0.0
    }

    /// Whether an event of this hazard bars goods to named end users.
    fn names_end_users(&self) -> bool {
        false
    }

    /// How events pass to other units; `None`: they don't. The history makes the events, each with its cause.
    fn spread(&self) -> Option<&Spread> {
        None
    }

    /// Writes what `event` does in run `run` of the block, for every step it touches.
    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script);
}
