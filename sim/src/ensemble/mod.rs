//! Many runs in parallel, written in order.

mod again;
mod crew;
mod destination;
mod merge;
mod model;
mod plan;
mod progress;
mod simulate;
mod study;
mod summary;

pub use again::{Again, Which, again};
pub use merge::{Merged, merge};
pub use model::{Model, Refusal, prepare};
pub use progress::Progress;
pub use simulate::{Finished, RunOptions, Stopped, simulate};
pub use study::{Study, study};
pub use summary::Summary;
