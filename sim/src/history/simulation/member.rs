//! One hazard within a simulation: when it may have its next event.

use crate::exposure::Cause;
use crate::hazards::Drawn;
use crate::hazards::Times;
use crate::history::alone::{cell_of, of_run};
use crate::history::parts::Part;
use crate::history::regime::Jump;
use crate::history::streams::Streams;
use crate::random::FieldReader;
use crate::scenario::GapFrom;

/// What a simulation keeps of one hazard.
#[derive(Debug)]
pub(super) struct Member {
    /// Its field, if it has a rate of its own or is excited.
    pub(super) field: Option<FieldReader>,
    /// Its own rate now, tilted and by its regimes, without what the state of the market does to it; per year.
    pub(super) plain: f64,
    /// The same with what the state of the market does.
    pub(super) own: f64,
    /// Conditions of `rate_when` that hold.
    pub(super) holds: Vec<bool>,
    /// Starts that are known beforehand, by descending time.
    pub(super) agenda: Vec<Planned>,
    /// Its next renewal.
    pub(super) renewal: Option<Renewal>,
    /// Events so far that a table has.
    pub(super) n_kept: u32,
}

/// A start that is known beforehand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    pub(super) time: f64,
    /// Cell of the event's streams; of a catalogue, number of the row among those of the run.
    pub(super) cell: u64,
}

/// The gap that runs before the next event of a renewal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renewal {
    /// When the event comes.
    pub(super) next: f64,
    pub(super) number: u64,
    gap: f64,
    /// The event at whose end the gap begins, as a position among all; it may be ended early.
    pub(super) after: Option<usize>,
}

impl Member {
    pub(super) fn new(
        drawn: &Drawn,
        streams: &Streams,
        part: &Part,
        paths: &[Vec<Jump>],
        run: u64,
        is_excited: bool,
    ) -> Member {
        let mut agenda: Vec<Planned> = match &drawn.onset {
            Times::Scheduled(dates) => {
                let planned = |date| Planned { time: drawn.shape.years_until(date), cell: cell_of(date) };
                dates.iter().map(|date| planned(*date)).collect()
            }
            Times::Catalogue(rows) => {
                let rows = of_run(rows, run).zip(0..);
                rows.map(|(row, cell)| Planned { time: row.start, cell }).collect()
            }
            Times::Enters { regime, state } => {
                let place = part.regimes.iter().position(|(known, _)| known.name == regime.name);
                let path = &paths[place.expect("the part has every regime of its members")];
                let jumps = path.iter().zip(0..).filter(|(jump, _)| jump.state == *state);
                jumps.map(|(jump, cell)| Planned { time: jump.time, cell }).collect()
            }
            Times::Poisson { .. } | Times::Renewal { .. } => Vec::new(),
        };
        agenda.reverse();
        let has_rate = matches!(drawn.onset, Times::Poisson { per_year } if per_year > 0.0);
        let renewal = match &drawn.onset {
            Times::Renewal { gap, unit, .. } => {
                let gap = streams.gap(run, 0, gap, *unit);
                Some(Renewal { next: gap, number: 0, gap, after: None })
            }
            _ => None,
        };
        Member {
            field: (has_rate || is_excited).then(|| FieldReader::new(streams.own, run)),
            plain: 0.0,
            own: 0.0,
            holds: vec![false; drawn.links.when.len()],
            agenda,
            renewal,
            n_kept: 0,
        }
    }

    /// Sets its own rate for these states of the part's regimes and the conditions that hold.
    pub(super) fn set_rate(&mut self, drawn: &Drawn, part: &Part, states: &[usize]) {
        let Times::Poisson { per_year } = drawn.onset else { return };
        self.plain = drawn.links.regimes.iter().fold(per_year * drawn.links.tilt, |rate, modulation| {
            let name = &modulation.regime.name;
            let place = part.regimes.iter().position(|(known, _)| known.name == *name);
            rate * modulation.factors[states[place.expect("the part has every regime of its members")]]
        });
        let held = drawn.links.when.iter().zip(&self.holds).filter(|(_, holds)| **holds);
        self.own = held.fold(self.plain, |rate, (condition, _)| rate * condition.factor);
    }

    /// What of its own brought an event about whose mark lies below its own rate: the rate as stated or as lowered, or the
    /// condition that raised it past the mark.
    pub(super) fn own_cause(&self, drawn: &Drawn, mark: f64) -> Cause {
        let mut rate = self.plain;
        if mark < rate {
            return Cause::Onset;
        }
        let mut last = 0;
        for (number, condition) in drawn.links.when.iter().enumerate() {
            if self.holds[number] && mark >= rate {
                rate *= condition.factor;
                last = number;
            }
        }
        Cause::Trigger(last as u32)
    }

    /// After its renewal's event, at position `index` of all, from `start` to `end`: the next gap.
    pub(super) fn renew(
        &mut self,
        drawn: &Drawn,
        streams: &Streams,
        run: u64,
        index: usize,
        start: f64,
        end: f64,
    ) {
        let (Times::Renewal { gap, unit, from }, Some(before)) = (&drawn.onset, self.renewal) else { return };
        let number = before.number + 1;
        let gap = streams.gap(run, number, gap, *unit);
        let (begins, after) = match from {
            GapFrom::Start => (start, None),
            GapFrom::End => (end, Some(index)),
        };
        self.renewal = Some(Renewal { next: begins + gap, number, gap, after });
    }

    /// The event at position `index` was ended at `time`: a gap that waits for its end begins.
    pub(super) fn ended(&mut self, index: usize, time: f64) {
        if let Some(renewal) = self.renewal.as_mut().filter(|renewal| renewal.after == Some(index)) {
            renewal.next = time + renewal.gap;
        }
    }
}
