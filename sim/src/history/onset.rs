//! Onsets: Poisson, scheduled, catalogue.

use super::History;
use crate::hazards::Drawn;
use crate::network::Clock;
use crate::random::Block;

/// The events of a block of runs and their effects.
pub fn sample(hazards: &[Drawn], clock: Clock, block: &Block) -> History {
    let _ = (hazards, clock, block);
    todo!()
}
