//! What the events table says of a run: which events there were, and under which policies.

use crate::exposure::Event;

/// An event with the policies under which it occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// The event.
    pub event: Event,
    /// Position of the one policy that the row tells of; `None`: it is so under every policy of the run.
    pub policy: Option<usize>,
    /// True if the hazard has an event with this start under every policy.
    pub common: bool,
}

impl Occurrence {
    /// An event that does not depend on policies.
    pub fn common(event: Event) -> Occurrence {
        Occurrence { event, policy: None, common: true }
    }
}
