//! Effects of a block's events as a script of sparse changes, made once and read under every policy.

use super::Channel;
use crate::math::WIDTH;

/// What one event does to one thing in one run, constant over `[from, until)` steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// First step.
    pub from: u32,
    /// First step after it.
    pub until: u32,
    /// Index of the plant, lane, origin, consumer, material or hazard.
    pub item: u32,
    /// Run of the block.
    pub run: u8,
    /// What changes.
    pub channel: Channel,
    /// By how much.
    pub value: f64,
}

/// The value that one thing has from a step on, all events combined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Index of the thing.
    pub item: u32,
    /// Run of the block.
    pub run: u8,
    /// What changes.
    pub channel: Channel,
    /// Its value from here on.
    pub value: f64,
}

/// All changes of a block, by step.
///
/// Filled with [`Script::lay`], closed once with [`Script::finish`], then read with [`Script::at`]. Events are written in the order of
/// hazards' names and of their starts, and combine in that order. What lasts costs nothing: a ban of a year on a
/// lane is two changes, not twelve.
///
/// A span on a thing that nothing else touches at the time is two changes at once. Only where events overlap are the spans of
/// a thing looked at again in the end, to be combined.
#[derive(Clone, Debug)]
pub struct Script {
    n_steps: u32,
    /// All, as written.
    spans: Vec<Span>,
    /// The last span so far, by channel, then item and run.
    last: [Vec<Last>; Channel::COUNT],
    /// Things that two events touch at some time.
    n_overlaid: usize,
    /// Where the values of the pulse that is being laid change.
    flat: Vec<(u32, u32, f64)>,
    /// Changes as laid, and the step of each.
    laid: Vec<Change>,
    steps: Vec<u32>,
    /// By step: those of step `t` are `changes[first[t]..first[t + 1]]`; the last step is the horizon's end, where all is
    /// neutral again.
    changes: Vec<Change>,
    first: Vec<usize>,
}

/// The last span of one thing in one run.
#[derive(Clone, Copy, Debug)]
struct Last {
    /// 0: untouched. [`OVERLAID`]: at some time two events touch it.
    until: u32,
    /// Place of the change that ends it; of an overlaid thing, its number among those.
    end: u32,
    value: f64,
}

const UNTOUCHED: Last = Last { until: 0, end: 0, value: 0.0 };
const OVERLAID: u32 = u32::MAX;

impl Script {
    /// An empty one for a horizon of so many steps: what lies past it is cut.
    pub fn new(n_steps: usize) -> Script {
        Script {
            n_steps: n_steps as u32,
            spans: Vec::new(),
            last: Default::default(),
            n_overlaid: 0,
            flat: Vec::new(),
            laid: Vec::new(),
            steps: Vec::new(),
            changes: Vec::new(),
            first: Vec::new(),
        }
    }

    /// The same script, empty again. It keeps its memory: to take it anew for each block costs more than to fill it.
    pub fn cleared(mut self) -> Script {
        self.spans.clear();
        self.last.iter_mut().for_each(|last| last.fill(UNTOUCHED));
        self.n_overlaid = 0;
        self.laid.clear();
        self.steps.clear();
        self.changes.clear();
        self.first.clear();
        self
    }

    /// Adds what an event does to one thing in consecutive steps from `first` on; neutral values are left out.
    pub fn lay(&mut self, channel: Channel, item: usize, run: usize, first: usize, values: &[f64]) {
        self.lay_each(channel, std::iter::once(item), run, first, values);
    }

    /// Adds the same to several things.
    pub fn lay_each(
        &mut self,
        channel: Channel,
        items: impl Iterator<Item = usize>,
        run: usize,
        first: usize,
        values: &[f64],
    ) {
        let mut flat = std::mem::take(&mut self.flat);
        flat.clear();
        let mut from = first as u32;
        for same in values.chunk_by(|a, b| a == b) {
            let until = from + same.len() as u32;
            if same[0] != channel.neutral() && from < self.n_steps {
                flat.push((from, until.min(self.n_steps), same[0]));
            }
            from = until;
        }
        if !flat.is_empty() {
            for item in items {
                for (from, until, value) in flat.iter().copied() {
                    let (item, run) = (item as u32, run as u8);
                    self.add(Span { from, until, item, run, channel, value });
                }
            }
        }
        self.flat = flat;
    }

    fn add(&mut self, span: Span) {
        self.spans.push(span);
        let Span { from, until, item, run, channel, value } = span;
        let last = &mut self.last[channel as usize];
        let at = item as usize * WIDTH + run as usize;
        if at >= last.len() {
            last.resize((item as usize + 1) * WIDTH, UNTOUCHED);
        }
        let last = &mut last[at];
        if last.until == OVERLAID {
            return;
        }
        if from < last.until {
            *last = Last { until: OVERLAID, end: self.n_overlaid as u32, value };
            self.n_overlaid += 1;
            return;
        }
        let change = |value: f64| Change { item, run, channel, value };
        if last.until == 0 || from > last.until {
            self.steps.push(from);
            self.laid.push(change(value));
        } else if value == last.value {
            // It goes on as it was: only its end moves.
            self.steps[last.end as usize] = until;
            last.until = until;
            return;
        } else {
            self.laid[last.end as usize] = change(value);
        }
        *last = Last { until, end: self.laid.len() as u32, value };
        self.steps.push(until);
        self.laid.push(change(channel.neutral()));
    }

    /// Combines what overlaps and sorts the changes by step. Call once, after all events.
    pub fn finish(&mut self) {
        if self.n_overlaid > 0 {
            self.combine_overlaid();
        }
        counting_sort(&self.steps, self.n_steps as usize + 1, &self.laid, &mut self.changes, &mut self.first);
    }

    /// Replaces the changes of things where events overlap by those of all their events together.
    fn combine_overlaid(&mut self) {
        let number = |channel: Channel, item: u32, run: u8| {
            let last = self.last[channel as usize][item as usize * WIDTH + run as usize];
            (last.until == OVERLAID).then_some(last.end)
        };
        let (mut steps, mut changes) = (Vec::new(), Vec::new());
        for (step, change) in self.steps.iter().zip(&self.laid) {
            if number(change.channel, change.item, change.run).is_none() {
                steps.push(*step);
                changes.push(*change);
            }
        }
        let here =
            self.spans.iter().filter_map(|span| Some((number(span.channel, span.item, span.run)?, *span)));
        let (things, spans): (Vec<u32>, Vec<Span>) = here.unzip();
        let (mut by_thing, mut first) = (Vec::new(), Vec::new());
        counting_sort(&things, self.n_overlaid, &spans, &mut by_thing, &mut first);
        let mut edges = Vec::new();
        for thing in first.windows(2) {
            combine(&by_thing[thing[0]..thing[1]], self.n_steps, &mut edges, |step, change| {
                steps.push(step);
                changes.push(change);
            });
        }
        (self.steps, self.laid) = (steps, changes);
    }

    /// Changes of `step`, which holds until another; none past the horizon's end.
    pub fn at(&self, step: usize) -> &[Change] {
        match self.first.get(step..=step + 1) {
            Some(&[from, until]) => &self.changes[from..until],
            _ => &[],
        }
    }

    /// What events touch in a run, in whatever step.
    pub fn touched(&self, run: usize) -> impl Iterator<Item = (Channel, usize)> {
        let spans = self.spans.iter().filter(move |span| span.run as usize == run);
        spans.map(|span| (span.channel, span.item as usize))
    }

    /// What events do in `step`, each for itself, as written.
    pub fn in_step(&self, step: usize) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(move |span| (span.from..span.until).contains(&(step as u32)))
    }
}

/// `values` by key, those of one key as they stood, and where each key's begin. Linear in both.
fn counting_sort<T: Copy>(
    keys: &[u32],
    n_keys: usize,
    values: &[T],
    sorted: &mut Vec<T>,
    first: &mut Vec<usize>,
) {
    first.clear();
    first.resize(n_keys + 1, 0);
    for key in keys {
        first[*key as usize + 1] += 1;
    }
    for key in 0..n_keys {
        first[key + 1] += first[key];
    }
    sorted.clear();
    sorted.extend_from_slice(values);
    // Each key's place in `first` serves as its cursor and ends where the next key begins …
    for (key, value) in keys.iter().zip(values) {
        let cursor = &mut first[*key as usize];
        sorted[*cursor] = *value;
        *cursor += 1;
    }
    // … so one shift restores the beginnings.
    first.rotate_right(1);
    first[0] = 0;
}

/// Changes of one thing in one run: at each edge of a span, the values of all that hold there, combined as written.
fn combine(spans: &[Span], n_steps: u32, edges: &mut Vec<u32>, mut write: impl FnMut(u32, Change)) {
    let Span { item, run, channel, .. } = spans[0];
    let mut before = channel.neutral();
    let mut change = |step: u32, value: f64| {
        if value != before {
            write(step, Change { item, run, channel, value });
            before = value;
        }
    };
    edges.clear();
    edges.extend(spans.iter().flat_map(|span| [span.from, span.until]));
    // The spans of one event follow each other: sorted already, as a rule.
    edges.sort_unstable();
    edges.dedup();
    let mut past = 0;
    for &step in edges.iter() {
        // Spans that are over stay over: of a long row of them, only the later ones are looked at.
        while spans.get(past).is_some_and(|span| span.until <= step) {
            past += 1;
        }
        let here =
            spans[past..].iter().filter(|span| step < n_steps && (span.from..span.until).contains(&step));
        change(step, here.fold(channel.neutral(), |value, span| channel.combine(value, span.value)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Script};
    use crate::exposure::Channel;
    use crate::random::{Key, Stream};

    fn openness(run: u8, value: f64) -> Change {
        Change { item: 1, run, channel: Channel::Openness, value }
    }

    #[test]
    fn a_span_is_a_change_at_its_start_and_one_at_its_end() {
        let mut script = Script::new(9);
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 0.5, 0.5]);
        script.finish();
        assert_eq!(script.at(2), [openness(0, 0.5)]);
        assert_eq!(script.at(5), [openness(0, 1.0)]);
        let others = [0, 1, 3, 4, 6, 7, 8, 9, 10];
        assert!(others.into_iter().all(|step| script.at(step).is_empty()));
    }

    #[test]
    fn neutral_values_and_what_lies_past_the_horizon_are_left_out() {
        let mut script = Script::new(6);
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 1.0, 0.25, 0.25, 0.25]);
        script.lay(Channel::Openness, 1, 1, 8, &[0.5]);
        script.finish();
        let all: Vec<Change> = (0..=6).flat_map(|step| script.at(step).to_vec()).collect();
        assert_eq!(all, [openness(0, 0.5), openness(0, 1.0), openness(0, 0.25), openness(0, 1.0)]);
        assert_eq!(script.at(6), [openness(0, 1.0)], "neutral again at the horizon's end");
    }

    #[test]
    fn overlapping_events_combine_and_part_again() {
        let mut script = Script::new(9);
        script.lay(Channel::Openness, 1, 0, 0, &[0.5, 0.5, 0.5]);
        script.lay(Channel::Openness, 1, 0, 1, &[0.25, 0.25, 0.25]);
        script.finish();
        let values = |step: usize| script.at(step).iter().map(|change| change.value).collect::<Vec<_>>();
        assert_eq!([values(0), values(1), values(3), values(4)], [[0.5], [0.125], [0.25], [1.0]]);
        assert_eq!(script.in_step(2).count(), 2);
    }

    #[test]
    fn events_that_follow_each_other_change_once() {
        let mut script = Script::new(9);
        script.lay(Channel::Openness, 1, 0, 0, &[0.5, 0.5]);
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 0.5]);
        script.finish();
        assert_eq!(script.at(2), []);
        assert_eq!(script.at(4), [openness(0, 1.0)]);
    }

    /// Spans laid at random on three things of two channels, with many overlaps: in each step each thing has the value that
    /// the spans come to, taken one by one as written.
    #[test]
    fn whatever_is_laid_each_step_has_what_all_spans_come_to() {
        const STEPS: usize = 12;
        let mut dice = Stream::new(Key { seed: 1, draw: 0, name: "spans" }, 0, 0);
        let mut pick = |n: usize| (dice.uniform() * n as f64) as usize;
        for _ in 0..500 {
            let mut script = Script::new(STEPS);
            for _ in 0..pick(8) {
                let channel = [Channel::Openness, Channel::AddedTransit][pick(2)];
                let values: Vec<f64> = (0..1 + pick(5)).map(|_| [1.0, 0.5, 0.25][pick(3)]).collect();
                let (first, items) = (pick(STEPS + 2), 1 + pick(3));
                script.lay_each(channel, 0..items, pick(2), first, &values);
            }
            script.finish();
            for channel in [Channel::Openness, Channel::AddedTransit] {
                for (item, run) in (0..3).flat_map(|item| [(item, 0), (item, 1)]) {
                    let mut value = channel.neutral();
                    for step in 0..=STEPS {
                        let is_here = |change: &&Change| {
                            (change.channel, change.item, change.run) == (channel, item, run)
                        };
                        let changes: Vec<f64> =
                            script.at(step).iter().filter(is_here).map(|change| change.value).collect();
                        assert!(changes.len() <= 1, "{changes:?}");
                        value = changes.first().copied().unwrap_or(value);
                        let spans = script.in_step(step);
                        let spans =
                            spans.filter(|span| (span.channel, span.item, span.run) == (channel, item, run));
                        let expected =
                            spans.fold(channel.neutral(), |all, span| channel.combine(all, span.value));
                        assert_eq!(value, expected, "step {step}");
                    }
                }
            }
        }
    }
}
