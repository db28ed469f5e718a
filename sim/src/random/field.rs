//! The fixed random field of a hazard: points in (time × intensity), drawn in cells that are keyed on their own.
//!
//! A cell is a strip of [`STRIP_YEARS`] and all intensities. Its points are drawn by ascending intensity: the gaps are
//! exponential with mean `1 / STRIP_YEARS`, the times uniform, which is the unit Poisson process on the strip, exactly.
//! So the points below a rate are the first ones of the strip's stream: a larger rate reads on in it, a longer
//! horizon reads more strips, and neither moves a point.

use super::stream::KeyHash;
use crate::math::ln;

/// Long enough that a study of a decade reads one stream, short enough that few points past its end are drawn.
const STRIP_YEARS: f64 = 16.0;
/// Cells of the strips' own streams.
const STRIP_CELLS: u64 = 1 << 63;
/// Cells of the events' streams.
const EVENT_CELLS: u64 = 1 << 62;

/// Points of the field below `rate` (per year) in `[0, horizon)` years, ascending in time, each with the cell of its own
/// stream for whatever else the event needs: [`KeyHash::stream`] with the same run.
///
/// A larger rate keeps every point of a smaller one, a longer horizon every point of a shorter one. None if either is
/// not above zero or not a number. Time and memory go with `rate · horizon`, which the caller bounds.
pub fn waiting_points(key: impl Into<KeyHash>, run: u64, rate: f64, horizon: f64) -> Vec<(f64, u64)> {
    let mut points = Vec::new();
    if !(rate > 0.0 && horizon > 0.0) {
        return points;
    }
    let key = key.into();
    let mut strip = 0_u64;
    while strip as f64 * STRIP_YEARS < horizon {
        let mut stream = key.stream(run, STRIP_CELLS | strip);
        let mut intensity = -ln(stream.uniform()) / STRIP_YEARS;
        let mut number = 0_u64;
        while intensity < rate {
            let time = (strip as f64 + stream.uniform()) * STRIP_YEARS;
            if time < horizon {
                points.push((time, EVENT_CELLS | (strip << 32) | number));
            }
            intensity -= ln(stream.uniform()) / STRIP_YEARS;
            number += 1;
        }
        strip += 1;
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    points
}
