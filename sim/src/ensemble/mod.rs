//! Many runs in parallel, written in order.

mod model;
mod plan;
mod progress;
mod simulate;

pub use model::{Model, Refusal, prepare};
pub use progress::Progress;
pub use simulate::{RunOptions, Stopped, Summary, simulate};
