//! The fixed random field of a hazard: points in (time × intensity), each drawn from a cell of its own.
//!
//! A strip is [`STRIP_YEARS`] long and has all intensities. Its points are drawn by ascending intensity: the gaps are
//! exponential with mean `1 / STRIP_YEARS`, the times uniform, which is the unit Poisson process on the strip, exactly.
//! So the points below a rate are the first ones of the strip: a larger rate reads on in it, a longer
//! horizon reads more strips, and neither moves a point.

use super::stream::{Cells, KeyHash, Purpose};
use crate::math::{Row, WIDTH, ln};

/// Long enough that a study of a decade reads one strip, short enough that few points past its end are drawn.
const STRIP_YEARS: f64 = 16.0;
/// Cells of points. Cells of other events of a hazard lie below.
const POINT_CELLS: u64 = 1 << 62;

/// A point of the field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Years from the start.
    pub time: f64,
    /// Per year: the point counts while the rate is above it.
    pub intensity: f64,
    /// Its cell, for whatever else its event needs: [`KeyHash::cell`] with the same run.
    pub cell: u64,
}

/// Cell of point `number` of a strip.
fn cell(strip: u64, number: u64) -> u64 {
    POINT_CELLS | (strip << 32) | number
}

/// The points of one strip in one run, by ascending intensity.
#[derive(Debug)]
struct Strip {
    key: KeyHash,
    run: u64,
    index: u64,
    next: Point,
    number: u64,
}

impl Strip {
    fn open(key: KeyHash, run: u64, index: u64) -> Strip {
        let next = point(&key, run, index, 0, 0.0);
        Strip { key, run, index, next, number: 0 }
    }

    /// The next point if it lies below `rate`.
    #[inline]
    fn next_below(&mut self, rate: f64) -> Option<Point> {
        if !(self.next.intensity < rate) {
            return None;
        }
        self.number += 1;
        let after = point(&self.key, self.run, self.index, self.number, self.next.intensity);
        Some(std::mem::replace(&mut self.next, after))
    }

    fn end(&self) -> f64 {
        (self.index + 1) as f64 * STRIP_YEARS
    }
}

/// Point `number` of a strip, above one of intensity `below`.
fn point(key: &KeyHash, run: u64, strip: u64, number: u64, below: f64) -> Point {
    let of_point = key.cell(run, cell(strip, number));
    let intensity = below - ln(of_point.uniform(Purpose::Wait)) / STRIP_YEARS;
    let time = (strip as f64 + of_point.uniform(Purpose::Time)) * STRIP_YEARS;
    Point { time, intensity, cell: cell(strip, number) }
}

/// Points of the field below `rate` (per year) in `[0, horizon)` years, ascending in time, each with its cell for whatever
/// else the event needs: [`KeyHash::cell`] with the same run.
///
/// A larger rate keeps every point of a smaller one, a longer horizon every point of a shorter one. None if either is
/// not above zero or not a number. Time and memory go with `rate · horizon`, which the caller bounds.
pub fn waiting_points(key: impl Into<KeyHash>, run: u64, rate: f64, horizon: f64) -> Vec<(f64, u64)> {
    let mut points = Vec::new();
    let key = key.into();
    for index in 0..n_strips(rate, horizon) {
        let mut strip = Strip::open(key, run, index);
        while let Some(point) = strip.next_below(rate) {
            if point.time < horizon {
                points.push((point.time, point.cell));
            }
        }
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    points
}

/// The same in [`WIDTH`] runs from `first_run` on, given to `take` in no order of time: the cell, its numbers in all runs, the
/// times in years, and which runs have the point.
pub fn points_of_block(
    key: &KeyHash,
    first_run: u64,
    rate: f64,
    horizon: f64,
    mut take: impl FnMut(u64, &Cells, Row, [bool; WIDTH]),
) {
    for strip in 0..n_strips(rate, horizon) {
        let mut intensity = Row::ZERO;
        for number in 0.. {
            let cell = cell(strip, number);
            let cells = key.cells(first_run, cell);
            intensity -= cells.uniform(Purpose::Wait).ln() / STRIP_YEARS;
            if !intensity.0.iter().any(|intensity| *intensity < rate) {
                break;
            }
            let time = (cells.uniform(Purpose::Time) + strip as f64) * STRIP_YEARS;
            let here = std::array::from_fn(|run| intensity.0[run] < rate && time.0[run] < horizon);
            take(cell, &cells, time, here);
        }
    }
}

/// How many strips hold the points below `rate` before `horizon`.
fn n_strips(rate: f64, horizon: f64) -> u64 {
    if rate > 0.0 && horizon > 0.0 { (horizon / STRIP_YEARS).ceil() as u64 } else { 0 }
}

/// The field of one run read in time, up to a rate that may rise and fall.
///
/// Whenever the rate rises, [`FieldReader::read`] reads on in intensity before time goes on. So every point below the rate
/// that holds at its time is met, and each at most once: thinning without a bound that holds for ever, and without a step.
#[derive(Debug)]
pub struct FieldReader {
    strip: Strip,
    /// Points read and still to come, by descending time.
    points: Vec<Point>,
}

impl FieldReader {
    /// The field from time 0 on.
    pub fn new(key: KeyHash, run: u64) -> FieldReader {
        FieldReader { strip: Strip::open(key, run, 0), points: Vec::new() }
    }

    /// Reads all points of the strip below `rate`; those that do not lie after `now` are past.
    pub fn read(&mut self, rate: f64, now: f64) {
        let before = self.points.len();
        while let Some(point) = self.strip.next_below(rate) {
            if point.time > now {
                self.points.push(point);
            }
        }
        if self.points.len() > before {
            self.points.sort_unstable_by(|a, b| b.time.total_cmp(&a.time).then(b.cell.cmp(&a.cell)));
        }
    }

    /// Time of the next point that was read; infinite if none is left in this strip.
    pub fn next_time(&self) -> f64 {
        self.points.last().map_or(f64::INFINITY, |point| point.time)
    }

    /// Takes the next point.
    pub fn take(&mut self) -> Option<Point> {
        self.points.pop()
    }

    /// Where the strip ends and the next is to be opened.
    pub fn strip_end(&self) -> f64 {
        self.strip.end()
    }

    /// Goes on to the next strip.
    pub fn open_next(&mut self) {
        self.points.clear();
        self.strip = Strip::open(self.strip.key, self.strip.run, self.strip.index + 1);
    }
}
