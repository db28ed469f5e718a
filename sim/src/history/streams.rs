//! What an event is made of, each part drawn from numbers of its own.
//!
//! An event has a cell of its hazard's key, in which wait, duration, severity and targets have numbers apart, and every link has
//! a stream: changing one law, or a law that takes more numbers than another, moves nothing else.

use crate::exposure::Cause;
use crate::exposure::Event;
use crate::exposure::Picked;
use crate::hazards::Drawn;
use crate::math::{Row, WIDTH};
use crate::random::Block;
use crate::random::Law;
use crate::random::subset;
use crate::random::{Cell, Cells, Key, KeyHash, Purpose, Stream};

/// Cells of events that other events turn into or spread to; those of the field and of dates lie apart.
const CHILD_CELLS: u64 = 1 << 61;

/// Keys of a hazard's numbers.
#[derive(Debug)]
pub(super) struct Streams {
    /// Of its events, by cell: when they begin and what they are.
    pub(super) own: KeyHash,
    /// By entry of `escalates`.
    escalates: Vec<KeyHash>,
    /// By hazard of a settlement.
    settles: Vec<KeyHash>,
}

/// An event to come, as drawn by the one before it.
pub(super) struct Child {
    pub(super) start: f64,
    pub(super) cell: u64,
}

impl Streams {
    pub(super) fn new(block: &Block, hazards: &[Drawn], drawn: &Drawn) -> Streams {
        let name = drawn.stream();
        let key = |name: &str| Key { seed: block.seed, draw: block.draw, name }.hashed();
        // A name holds no control character, so no hazard's name makes it another's key.
        let part = |part: &str| key(&format!("{name}\n{part}"));
        let links = &drawn.links;
        let other = |word: &str, index: usize| part(&format!("{word}\n{}", hazards[index].name));
        let settled = links.settles.iter().flat_map(|settles| &settles.hazards);
        Streams {
            own: key(&name),
            escalates: links.escalates.iter().map(|next| other("escalates", next.hazard)).collect(),
            settles: settled.map(|index| other("settles", *index)).collect(),
        }
    }

    /// The event of `cell` that begins at `start`; hazard and number are the caller's to set.
    pub(super) fn event(&self, drawn: &Drawn, run: u64, cell: u64, start: f64, cause: Cause) -> Event {
        let cell = self.own.cell(run, cell);
        Event {
            hazard: 0,
            number: 0,
            start,
            end: start + self.duration(drawn, &cell),
            severity: self.severity(drawn, &cell),
            picked: self.targets(drawn, || cell.stream(Purpose::Targets)),
            cause,
        }
    }

    /// Years, renewals included.
    fn duration(&self, drawn: &Drawn, cell: &Cell) -> f64 {
        let Some(law) = &drawn.duration else { return f64::INFINITY };
        let first = law.sample(&mut cell.stream(Purpose::Duration)) * drawn.duration_unit;
        renewed(drawn, law, first, cell)
    }

    /// The same in the runs `here` of a block.
    pub(super) fn durations(&self, drawn: &Drawn, cells: &Cells, here: [bool; WIDTH]) -> Row {
        let Some(law) = &drawn.duration else { return Row::INFINITY };
        let mut durations = law.draws(cells, Purpose::Duration, here) * drawn.duration_unit;
        if drawn.links.renews.is_some() {
            for (run, duration) in durations.0.iter_mut().enumerate().filter(|(run, _)| here[*run]) {
                *duration = renewed(drawn, law, *duration, &cells.of(run));
            }
        }
        durations
    }

    pub(super) fn severity(&self, drawn: &Drawn, cell: &Cell) -> f64 {
        let (least, most) = drawn.hazard.severity_bounds();
        drawn.severity.sample(&mut cell.stream(Purpose::Severity)).clamp(least, most)
    }

    /// The same in the runs `here` of a block.
    pub(super) fn severities(&self, drawn: &Drawn, cells: &Cells, here: [bool; WIDTH]) -> Row {
        let (least, most) = drawn.hazard.severity_bounds();
        Row(drawn
            .severity
            .draws(cells, Purpose::Severity, here)
            .0
            .map(|severity| severity.clamp(least, most)))
    }

    /// A random subset of the units in which an event can begin, each of its size as likely as any other. Without a sample
    /// all of them, which is said by `None` if they are all units.
    pub(super) fn targets(&self, drawn: &Drawn, stream: impl FnOnce() -> Stream) -> Option<Picked> {
        let n_units = drawn.hazard.n_seats();
        let Some(n_picked) = drawn.sample else {
            return (n_units < drawn.hazard.units().len()).then(|| Picked::first(n_units));
        };
        let n_picked = n_picked.min(n_units);
        // The smaller side is drawn.
        let n_drawn = n_picked.min(n_units - n_picked);
        let mut picked = Picked::default();
        subset(&mut stream(), n_units, n_drawn, |unit| picked.insert(unit));
        Some(if n_drawn == n_picked { picked } else { picked.others(n_units) })
    }

    /// Gap number `number` of a renewal, years.
    pub(super) fn gap(&self, run: u64, number: u64, law: &Law, unit: f64) -> f64 {
        law.sample(&mut self.own.cell(run, number).stream(Purpose::Wait)) * unit
    }

    /// Where the event of `cell` spreads to.
    pub(super) fn spread(&self, run: u64, cell: u64) -> Stream {
        self.own.cell(run, cell).stream(Purpose::Spread)
    }

    /// What the event of `cell`, which began at `start`, turns into by its link number `link`.
    pub(super) fn escalation(
        &self,
        drawn: &Drawn,
        link: usize,
        run: u64,
        cell: u64,
        start: f64,
    ) -> Option<Child> {
        let next = &drawn.links.escalates[link];
        let mut stream = self.escalates[link].stream(run, cell);
        child(&mut stream, next.probability, &next.after, next.after_unit, start)
    }

    /// Whether a settlement settles an event: `own` and `other` are their cells, `place` that of the hazard among those settled.
    pub(super) fn settled(&self, place: usize, run: u64, own: u64, other: u64, probability: f64) -> bool {
        probability >= 1.0 || self.settles[place].stream(run, own ^ mixed(other)).uniform() < probability
    }

    /// How long a settlement suspends, years.
    pub(super) fn suspension(&self, run: u64, cell: u64, law: &Law, unit: f64) -> f64 {
        law.sample(&mut self.own.cell(run, cell).stream(Purpose::Duration)) * unit
    }
}

/// How long an event lasts with its renewals, if it has any, after `first`; years.
fn renewed(drawn: &Drawn, law: &Law, first: f64, cell: &Cell) -> f64 {
    let Some(renews) = drawn.links.renews else { return first };
    let mut stream = cell.stream(Purpose::Renewals);
    let mut total = first;
    for _ in 0..renews.most {
        if !(stream.uniform() < renews.probability) {
            break;
        }
        total += law.sample(&mut stream) * drawn.duration_unit;
    }
    total
}

/// With some probability an event after a time. The law comes last: it may take any number of uniforms.
pub(super) fn child(
    stream: &mut Stream,
    probability: f64,
    after: &Law,
    unit: f64,
    start: f64,
) -> Option<Child> {
    // 52 random bits tell the children of a run apart.
    let cell = CHILD_CELLS | (stream.uniform() * (1_u64 << 52) as f64) as u64;
    let happens = stream.uniform() < probability;
    happens.then(|| Child { start: start + after.sample(stream) * unit, cell })
}

/// The bits of a cell spread over all 64 (Steele, Lea and Flood 2014), so that it can be xored with another.
fn mixed(cell: u64) -> u64 {
    let cell = (cell ^ (cell >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let cell = (cell ^ (cell >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    cell ^ (cell >> 31)
}
