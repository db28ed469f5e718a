//! One step of a block of runs: equations (1) to (18), in the order of the model.
//!
//! The step allocates nothing, draws nothing and knows no kind of hazard or measure: it reads [`Exposure`] and [`Levers`].

mod plan;
mod state;

pub use plan::Plan;
pub use state::State;

use crate::exposure::Exposure;
use crate::levers::Levers;

/// Makes step `t`.
pub fn advance(plan: &Plan, t: usize, exposure: &Exposure, levers: &Levers, state: &mut State) {
    let _ = (plan, t, exposure, levers, state);
    todo!()
}
