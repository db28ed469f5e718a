//! Hazards that depend on no other, on no regime and on no price: the events of a block's runs in one go, side by side.

use super::live::Live;
use super::streams::Streams;
use crate::exposure::Cause;
use crate::exposure::Event;
use crate::hazards::Drawn;
use crate::hazards::Listed;
use crate::hazards::Times;
use crate::math::{Row, WIDTH, ln};
use crate::random::{Block, Cells, Purpose, points_of_block};
use crate::scenario::Date;
use crate::scenario::GapFrom;

/// Adds the events of one hazard to those of each run, by start, and to each run's weight its logarithm.
pub(super) fn events(
    hazard: usize,
    drawn: &Drawn,
    streams: &Streams,
    block: &Block,
    lives: &mut [Vec<Live>],
    log_weights: &mut [f64],
) {
    let first: Vec<usize> = lives.iter().map(Vec::len).collect();
    let shape = &drawn.shape;
    let horizon = shape.horizon() + shape.lead;
    let mut add = |run: usize, event: Event, cell: u64| {
        if Live::is_felt(&event, shape) {
            lives[run].push(Live::of(event, cell));
        }
    };
    // What happens in some runs of the block at once.
    let mut add_all = |cell: u64, cells: &Cells, start: Row, here: [bool; WIDTH], cause: Cause| {
        let end = start + streams.durations(drawn, cells, here);
        let severity = streams.severities(drawn, cells, here);
        for run in (0..block.n_runs).filter(|run| here[*run]) {
            let picked = streams.targets(drawn, || cells.stream(run, Purpose::Targets));
            let (start, end, severity) = (start.0[run], end.0[run], severity.0[run]);
            add(run, Event { hazard: hazard as u32, number: 0, start, end, severity, picked, cause }, cell);
        }
        end
    };
    match &drawn.onset {
        Times::Poisson { per_year } => {
            let tilt = drawn.links.tilt;
            let mut n = [0; WIDTH];
            points_of_block(
                &streams.own,
                block.first_run,
                per_year * tilt,
                horizon,
                |cell, cells, time, here| {
                    n.iter_mut().zip(here).for_each(|(n, here)| *n += usize::from(here));
                    add_all(cell, cells, time, here, Cause::Onset);
                },
            );
            if tilt != 1.0 {
                let mean = per_year * horizon;
                log_weights.iter_mut().zip(n).for_each(|(weight, n)| *weight += log_weight(tilt, n, mean));
            }
            for (lives, first) in lives.iter_mut().zip(&first) {
                let by_time =
                    |a: &Live, b: &Live| a.event.start.total_cmp(&b.event.start).then(a.cell.cmp(&b.cell));
                lives[*first..].sort_unstable_by(by_time);
            }
        }
        Times::Renewal { gap, unit, from } => {
            let (mut since, mut here) = (Row::ZERO, [true; WIDTH]);
            for number in 0.. {
                let cells = streams.own.cells(block.first_run, number);
                let start = since + gap.draws(&cells, Purpose::Wait, here) * *unit;
                here.iter_mut().zip(start.0).for_each(|(here, start)| *here &= start < horizon);
                if !here.contains(&true) {
                    break;
                }
                let end = add_all(number, &cells, start, here, Cause::Onset);
                since = if *from == GapFrom::End { end } else { start };
            }
        }
        Times::Scheduled(dates) => {
            for &date in dates {
                let cell = cell_of(date);
                let cells = streams.own.cells(block.first_run, cell);
                add_all(cell, &cells, Row::splat(shape.years_until(date)), [true; WIDTH], Cause::Schedule);
            }
        }
        Times::Catalogue(rows) => {
            for run in 0..block.n_runs {
                let number_of_run = block.first_run + run as u64;
                for (row, cell) in of_run(rows, number_of_run).zip(0..) {
                    add(
                        run,
                        Event { hazard: hazard as u32, ..listed(drawn, streams, number_of_run, cell, row) },
                        cell,
                    );
                }
            }
        }
        Times::Enters { .. } => unreachable!("a hazard of a regime does not stand alone"),
    }
    for (lives, first) in lives.iter_mut().zip(&first) {
        lives[*first..].iter_mut().zip(0..).for_each(|(live, number)| live.event.number = number);
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
    let severity = row.severity.unwrap_or_else(|| streams.severity(drawn, &streams.own.cell(run, number)));
    let (start, end, picked) = (row.start, row.end, row.picked.clone());
    Event { hazard: 0, number: 0, start, end, severity, picked, cause: Cause::Catalogue }
}

/// Days since the first date there is: another date in the schedule moves no draw of this one.
pub(super) fn cell_of(date: Date) -> u64 {
    let days = Date::MIN.until(date).expect("the span of two dates in days fits").get_days();
    u64::try_from(days).expect("no date is before the first")
}
