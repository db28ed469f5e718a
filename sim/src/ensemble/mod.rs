//! Many runs in parallel, written in order.

mod again;
#[cfg(test)]
mod broken;
mod crew;
mod destination;
mod estimate;
mod forecast;
mod merge;
mod model;
mod plan;
mod precision;
mod progress;
mod simulate;
mod study;
mod summary;
mod users;

pub use again::{Again, Which, again};
pub use estimate::{Estimate, estimate};
pub use forecast::{Forecast, forecast};
pub use merge::{Merged, merge};
pub use model::{Model, Refusal, prepare};
pub use precision::runs_for;
pub use progress::Progress;
pub use simulate::{Finished, RunOptions, Stopped, simulate};
pub use study::{Study, study};
pub use summary::Summary;
