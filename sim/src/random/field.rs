//! The fixed random field of a hazard: points in (time × intensity), drawn in cells that are keyed on their own.
//!
//! A cell is a strip of [`STRIP_YEARS`] and all intensities. Its points are drawn by ascending intensity: the gaps are
//! exponential with mean `1 / STRIP_YEARS`, the times uniform, which is the unit Poisson process on the strip, exactly.
//! So the points below a rate are the first ones of the strip's stream: a larger rate reads on in it, a longer
//! horizon reads more strips, and neither moves a point.

use super::stream::KeyHash;
use super::stream::Stream;
use crate::math::ln;

/// Long enough that a study of a decade reads one stream, short enough that few points past its end are drawn.
const STRIP_YEARS: f64 = 16.0;
/// Cells of the strips' own streams.
const STRIP_CELLS: u64 = 1 << 63;
/// Cells of the events' streams.
const EVENT_CELLS: u64 = 1 << 62;

/// A point of the field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Years from the start.
    pub time: f64,
    /// Per year: the point counts while the rate is above it.
    pub intensity: f64,
    /// Cell of the streams for whatever else its event needs: [`KeyHash::stream`] with the same run.
    pub cell: u64,
}

/// The points of one strip, by ascending intensity.
#[derive(Debug)]
struct Strip {
    stream: Stream,
    index: u64,
    /// Of the next point.
    intensity: f64,
    number: u64,
}

impl Strip {
    fn open(key: &KeyHash, run: u64, index: u64) -> Strip {
        let mut stream = key.stream(run, STRIP_CELLS | index);
        let intensity = -ln(stream.uniform()) / STRIP_YEARS;
        Strip { stream, index, intensity, number: 0 }
    }

    /// The next point if it lies below `rate`.
    #[inline]
    fn next_below(&mut self, rate: f64) -> Option<Point> {
        if !(self.intensity < rate) {
            return None;
        }
        let time = (self.index as f64 + self.stream.uniform()) * STRIP_YEARS;
        let cell = EVENT_CELLS | (self.index << 32) | self.number;
        let point = Point { time, intensity: self.intensity, cell };
        self.intensity -= ln(self.stream.uniform()) / STRIP_YEARS;
        self.number += 1;
        Some(point)
    }

    fn end(&self) -> f64 {
        (self.index + 1) as f64 * STRIP_YEARS
    }
}

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
    let mut index = 0;
    while index as f64 * STRIP_YEARS < horizon {
        let mut strip = Strip::open(&key, run, index);
        while let Some(point) = strip.next_below(rate) {
            if point.time < horizon {
                points.push((point.time, point.cell));
            }
        }
        index += 1;
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    points
}

/// The field of one run read in time, up to a rate that may rise and fall.
///
/// Whenever the rate rises, [`FieldReader::read`] reads on in intensity before time goes on. So every point below the rate
/// that holds at its time is met, and each at most once: thinning without a bound that holds for ever, and without a step.
#[derive(Debug)]
pub struct FieldReader {
    key: KeyHash,
    run: u64,
    strip: Strip,
    /// Points read and still to come, by descending time.
    points: Vec<Point>,
}

impl FieldReader {
    /// The field from time 0 on.
    pub fn new(key: KeyHash, run: u64) -> FieldReader {
        FieldReader { key, run, strip: Strip::open(&key, run, 0), points: Vec::new() }
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
        self.strip = Strip::open(&self.key, self.run, self.strip.index + 1);
    }
}
