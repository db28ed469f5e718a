//! The fixed random field of a hazard: points in (time × intensity), drawn in cells that are keyed on their own.

use super::stream::Key;

/// Points of the field below `rate` (per year) in `[0, horizon)` years, ascending in time, each with the key of its own
/// stream for whatever else the event needs. A larger rate keeps every point of a smaller one.
pub fn waiting_points(key: Key<'_>, run: u64, rate: f64, horizon: f64) -> Vec<(f64, u64)> {
    let _ = (key, run, rate, horizon);
    todo!()
}
