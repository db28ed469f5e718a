//! Hazards that depend on no other, on no regime and on no price: each run's events in one go.

use super::live::Live;
use super::streams::Streams;
use crate::exposure::Cause;
use crate::exposure::Event;
use crate::hazards::Drawn;
use crate::hazards::Listed;
use crate::hazards::Times;
use crate::math::ln;
use crate::random::waiting_points;
use crate::scenario::Date;
use crate::scenario::GapFrom;

/// Gives the events of one hazard in one run to `add`, by start; the logarithm of the run's weight.
pub(super) fn events(drawn: &Drawn, streams: &Streams, run: u64, add: &mut impl FnMut(Live)) -> f64 {
    let shape = &drawn.shape;
    let horizon = shape.horizon() + shape.lead;
    let mut keep = |live: Live| {
        if Live::is_felt(&live.event, shape) {
            add(live);
        }
    };
    match &drawn.onset {
        Times::Poisson { per_year } => {
            let tilt = drawn.links.tilt;
            let points = waiting_points(streams.onset, run, per_year * tilt, horizon);
            let n = points.len();
            for (start, cell) in points {
                keep(Live::of(streams.event(drawn, run, cell, start, Cause::Onset), cell));
            }
            if tilt == 1.0 { 0.0 } else { log_weight(tilt, n, per_year * horizon) }
        }
        Times::Renewal { gap, unit, from } => {
            let mut start = 0.0;
            for number in 0.. {
                start += streams.gap(run, number, gap, *unit);
                if !(start < horizon) {
                    break;
                }
                let event = streams.event(drawn, run, number, start, Cause::Onset);
                if *from == GapFrom::End {
                    start = event.end;
                }
                keep(Live::of(event, number));
            }
            0.0
        }
        Times::Scheduled(dates) => {
            for &date in dates {
                let (start, cell) = (shape.years_until(date), cell_of(date));
                keep(Live::of(streams.event(drawn, run, cell, start, Cause::Schedule), cell));
            }
            0.0
        }
        Times::Catalogue(rows) => {
            for (number, row) in of_run(rows, run).enumerate() {
                keep(Live::of(listed(drawn, streams, run, number as u64, row), number as u64));
            }
            0.0
        }
        Times::Enters { .. } => unreachable!("a hazard of a regime does not stand alone"),
    }
}

/// ln of the likelihood ratio of `n` events where `mean` were expected, sampled at a rate `tilt` times as high.
///
/// Π (1 / tilt) · e^((tilt − 1) · mean): the weight of a run, which makes weighted means those of the rate as stated.
pub(super) fn log_weight(tilt: f64, n: usize, mean: f64) -> f64 {
    (tilt - 1.0) * mean - n as f64 * ln(tilt)
}

/// The rows of a catalogue for one run.
pub(super) fn of_run(rows: &[Listed], run: u64) -> impl Iterator<Item = &Listed> {
    rows[rows.partition_point(|row| row.run < run)..].iter().take_while(move |row| row.run == run)
}

/// The event of row number `number` of the run.
pub(super) fn listed(drawn: &Drawn, streams: &Streams, run: u64, number: u64, row: &Listed) -> Event {
    let severity = row.severity.unwrap_or_else(|| streams.severity(drawn, run, number));
    let (start, end, picked) = (row.start, row.end, row.picked.clone());
    Event { hazard: 0, number: 0, start, end, severity, picked, cause: Cause::Catalogue }
}

/// Days since the first date there is: another date in the schedule moves no draw of this one.
pub(super) fn cell_of(date: Date) -> u64 {
    let days = Date::MIN.until(date).expect("the span of two dates in days fits").get_days();
    u64::try_from(days).expect("no date is before the first")
}
