//! What an event is made of, each part drawn from a stream of its own.
//!
//! Duration, severity, targets and every link have streams apart: changing one law, or a law that takes more numbers than
//! another, moves nothing else.

use crate::exposure::Cause;
use crate::exposure::Event;
use crate::hazards::Drawn;
use crate::random::Block;
use crate::random::Key;
use crate::random::KeyHash;
use crate::random::Law;
use crate::random::Stream;

/// Cells of events that other events turn into or spread to; those of the field and of dates lie apart.
const CHILD_CELLS: u64 = 1 << 61;

/// Keys of a hazard's streams.
#[derive(Debug)]
pub(super) struct Streams {
    pub(super) onset: KeyHash,
    duration: KeyHash,
    severity: KeyHash,
    targets: KeyHash,
    renewals: Option<KeyHash>,
    pub(super) gap: KeyHash,
    pub(super) spread: KeyHash,
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
            onset: key(&name),
            duration: part("duration"),
            severity: part("severity"),
            targets: part("targets"),
            renewals: links.renews.map(|_| part("renewals")),
            gap: part("gap"),
            spread: part("spread"),
            escalates: links.escalates.iter().map(|next| other("escalates", next.hazard)).collect(),
            settles: settled.map(|index| other("settles", *index)).collect(),
        }
    }

    /// The event of `cell` that begins at `start`; hazard and number are the caller's to set.
    pub(super) fn event(&self, drawn: &Drawn, run: u64, cell: u64, start: f64, cause: Cause) -> Event {
        Event {
            hazard: 0,
            number: 0,
            start,
            end: start + self.duration(drawn, run, cell),
            severity: self.severity(drawn, run, cell),
            picked: self.targets(drawn, run, cell),
            cause,
        }
    }

    /// Years, renewals included.
    fn duration(&self, drawn: &Drawn, run: u64, cell: u64) -> f64 {
        let Some(law) = &drawn.duration else { return f64::INFINITY };
        let mut total = law.sample(&mut self.duration.stream(run, cell)) * drawn.duration_unit;
        if let (Some(renews), Some(key)) = (drawn.links.renews, &self.renewals) {
            let mut stream = key.stream(run, cell);
            let mut left = renews.most;
            while left > 0 && stream.uniform() < renews.probability {
                total += law.sample(&mut stream) * drawn.duration_unit;
                left -= 1;
            }
        }
        total
    }

    pub(super) fn severity(&self, drawn: &Drawn, run: u64, cell: u64) -> f64 {
        let (least, most) = drawn.hazard.severity_bounds();
        drawn.severity.sample(&mut self.severity.stream(run, cell)).clamp(least, most)
    }

    /// A random subset of the units in which an event can begin, each of its size as likely as any other: the first places
    /// of a shuffle. Without a sample all of them, which is said by `None` if they are all units.
    fn targets(&self, drawn: &Drawn, run: u64, cell: u64) -> Option<Vec<u32>> {
        let n_units = drawn.hazard.n_seats();
        let Some(n_picked) = drawn.sample else {
            return (n_units < drawn.hazard.units().len()).then(|| (0..n_units as u32).collect());
        };
        let n_picked = n_picked.min(n_units);
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

    /// Gap number `number` of a renewal, years.
    pub(super) fn gap(&self, run: u64, number: u64, law: &Law, unit: f64) -> f64 {
        law.sample(&mut self.gap.stream(run, number)) * unit
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
        law.sample(&mut self.duration.stream(run, cell)) * unit
    }
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
