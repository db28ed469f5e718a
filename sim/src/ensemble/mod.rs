//! Many runs in parallel, written in order.

mod destination;
mod model;
mod plan;
mod progress;
mod simulate;
mod summary;

pub use model::{Model, Refusal, prepare};
pub use progress::Progress;
pub use simulate::{RunOptions, Stopped, simulate};
pub use summary::Summary;
