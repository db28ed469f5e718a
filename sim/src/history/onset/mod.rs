//! Onsets: Poisson, scheduled, catalogue.
//!
//! Every event has three streams of its own, for its duration, its severity and its targets: changing one law, or a law
//! that takes more numbers than another, moves nothing else.

#[cfg(test)]
mod tests;

use super::History;
use crate::exposure::Cause;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::hazards::Drawn;
use crate::hazards::Times;
use crate::network::Clock;
use crate::random::Block;
use crate::random::Key;
use crate::random::KeyHash;
use crate::random::waiting_points;
use crate::scenario::Date;

/// The events of the block's runs that count, and their effects.
pub fn sample(hazards: &[Drawn], clock: Clock, block: &Block) -> History {
    let mut events = vec![Vec::new(); block.n_runs];
    let mut script = Script::default();
    for (index, drawn) in hazards.iter().enumerate() {
        let streams = Streams::new(block, &drawn.name);
        for (run, events) in events.iter_mut().enumerate() {
            let begins = events.len();
            let mut add = |event: Event| {
                let number = (events.len() - begins) as u32;
                let event = Event { hazard: index as u32, number, ..event };
                write(drawn, &event, run, &mut script);
                events.push(event);
            };
            occurrences(drawn, &streams, block.first_run + run as u64, &mut add);
        }
    }
    script.finish(clock.n_steps);
    History { events, weights: vec![1.0; block.n_runs], script }
}

/// Gives the events of one hazard in one run to `add`, by start.
fn occurrences(drawn: &Drawn, streams: &Streams, run: u64, add: &mut impl FnMut(Event)) {
    let shape = &drawn.shape;
    // An event after the horizon is felt within it if it is announced before.
    let horizon = shape.horizon() + shape.lead;
    let mut keep = |event: Event| {
        if event.end + shape.recovery > 0.0 && event.start < horizon {
            add(event);
        }
    };
    match &drawn.onset {
        Times::Poisson { per_year } => {
            for (start, cell) in waiting_points(streams.onset, run, *per_year, horizon) {
                keep(streams.event(drawn, run, cell, start, Cause::Onset));
            }
        }
        Times::Scheduled(dates) => {
            for &date in dates {
                let start = shape.years_until(date);
                keep(streams.event(drawn, run, cell_of(date), start, Cause::Schedule));
            }
        }
        Times::Catalogue(rows) => {
            let rows = &rows[rows.partition_point(|row| row.run < run)..];
            for (number, row) in rows.iter().take_while(|row| row.run == run).enumerate() {
                let severity = row.severity.unwrap_or_else(|| streams.severity(drawn, run, number as u64));
                let (start, end, picked) = (row.start, row.end, row.picked.clone());
                keep(Event { hazard: 0, number: 0, start, end, severity, picked, cause: Cause::Catalogue });
            }
        }
    }
}

/// Days since the first date there is: another date in the schedule moves no draw of this one.
fn cell_of(date: Date) -> u64 {
    let days = Date::MIN.until(date).expect("the span of two dates in days fits").get_days();
    u64::try_from(days).expect("no date is before the first")
}

/// The effects of an event, and that its hazard is active.
fn write(drawn: &Drawn, event: &Event, run: usize, script: &mut Script) {
    let shape = &drawn.shape;
    let active = shape.under_way(event.start, event.end).map(|share| if share > 0.0 { 1.0 } else { 0.0 });
    script.lay(Channel::Active, event.hazard as usize, run, active.first, &active.strength);
    drawn.hazard.effects(event, shape, run, script);
}

/// Keys of a hazard's streams.
struct Streams {
    onset: KeyHash,
    duration: KeyHash,
    severity: KeyHash,
    targets: KeyHash,
}

impl Streams {
    fn new(block: &Block, hazard: &str) -> Streams {
        let key = |name: &str| Key { seed: block.seed, draw: block.draw, name }.hashed();
        // A name holds no control character, so no hazard's name makes it another's key.
        Streams {
            onset: key(&format!("hazard {hazard}")),
            duration: key(&format!("hazard {hazard}\nduration")),
            severity: key(&format!("hazard {hazard}\nseverity")),
            targets: key(&format!("hazard {hazard}\ntargets")),
        }
    }

    /// The event of `cell` that begins at `start`; hazard and number are the caller's to set.
    fn event(&self, drawn: &Drawn, run: u64, cell: u64, start: f64, cause: Cause) -> Event {
        let duration = match &drawn.duration {
            Some(law) => law.sample(&mut self.duration.stream(run, cell)) * drawn.duration_unit,
            None => f64::INFINITY,
        };
        let severity = self.severity(drawn, run, cell);
        Event {
            hazard: 0,
            number: 0,
            start,
            end: start + duration,
            severity,
            picked: self.targets(drawn, run, cell),
            cause,
        }
    }

    fn severity(&self, drawn: &Drawn, run: u64, cell: u64) -> f64 {
        let (least, most) = drawn.hazard.severity_bounds();
        drawn.severity.sample(&mut self.severity.stream(run, cell)).clamp(least, most)
    }

    /// A random subset of the hazard's units, each of its size as likely as any other: the first places of a shuffle.
    fn targets(&self, drawn: &Drawn, run: u64, cell: u64) -> Option<Vec<u32>> {
        let n_units = drawn.hazard.units().len();
        let n_picked = drawn.sample?.min(n_units);
        let mut stream = self.targets.stream(run, cell);
        let mut units: Vec<u32> = (0..n_units as u32).collect();
        for place in 0..n_picked {
            let left = n_units - place;
            // The product may round up to `left`.
            let step = ((stream.uniform() * left as f64) as usize).min(left - 1);
            units.swap(place, place + step);
        }
        units.truncate(n_picked);
        units.sort_unstable();
        Some(units)
    }
}
