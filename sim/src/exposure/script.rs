//! Effects of a block's events as a script of sparse changes, made once and read under every policy.

use super::Pulse;
use super::Things;
use super::overlay::Overlay;
use super::{Channel, Channels};

/// What one event does to some things in one run, constant over `[from, until)` steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// First step.
    pub from: u32,
    /// First step after it.
    pub until: u32,
    /// To what: plants, lanes, origins, consumers, materials or hazards.
    pub things: Things,
    /// Run of the block.
    pub run: u8,
    /// What changes.
    pub channel: Channel,
    /// By how much.
    pub value: f64,
}

/// The value that some things have from a step on, all events combined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub things: Things,
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
/// hazards' names and of their starts, and combine in that order. What lasts costs nothing, and what neighbouring things have in
/// common costs once: a ban of a year on six lanes of an origin is two changes.
///
/// A span on things that nothing else touches at the time is two changes at once. Only where events overlap or follow each other
/// without a gap are the spans of a thing looked at again in the end, to be combined.
#[derive(Clone, Debug)]
pub struct Script {
    n_steps: u32,
    heeded: Channels,
    /// All, as written.
    spans: Vec<Span>,
    /// Until when things are touched so far, by channel.
    overlay: [Overlay; Channel::COUNT],
    /// Things that are touched by several events at a time.
    n_overlaid: u32,
    /// The things that are being laid on.
    group: Vec<Things>,
    /// Changes as laid, and the step of each.
    laid: Vec<Change>,
    steps: Vec<u32>,
    /// By step: those of step `t` are `changes[first[t]..first[t + 1]]`; the last step is the horizon's end, where all is
    /// neutral again.
    changes: Vec<Change>,
    first: Vec<usize>,
}

impl Script {
    /// An empty one for a horizon of so many steps: what lies past it is cut.
    pub fn new(n_steps: usize) -> Script {
        Script::heeding(n_steps, Channels::ALL)
    }

    /// The same, without what is written on other channels than these: nobody reads it.
    pub fn heeding(n_steps: usize, heeded: Channels) -> Script {
        Script {
            n_steps: n_steps as u32,
            heeded,
            spans: Vec::new(),
            overlay: Default::default(),
            n_overlaid: 0,
            group: Vec::new(),
            laid: Vec::new(),
            steps: Vec::new(),
            changes: Vec::new(),
            first: Vec::new(),
        }
    }

    /// The same script, empty again. It keeps its memory: to take it anew for each block costs more than to fill it.
    pub fn cleared(mut self) -> Script {
        self.spans.clear();
        self.overlay.iter_mut().for_each(Overlay::clear);
        self.n_overlaid = 0;
        self.laid.clear();
        self.steps.clear();
        self.changes.clear();
        self.first.clear();
        self
    }

    /// The channels that anyone reads.
    pub fn heeded(&self) -> Channels {
        self.heeded
    }

    /// Whether what is written on a channel is read by anyone.
    pub fn heeds(&self, channel: Channel) -> bool {
        self.heeded.has(channel)
    }

    /// Adds what an event does to one thing; steps in which that is nothing are left out.
    pub fn lay(&mut self, channel: Channel, item: usize, run: usize, pulse: &Pulse) {
        self.lay_each(channel, std::iter::once(item), run, pulse);
    }

    /// Adds the same to several things.
    pub fn lay_each(
        &mut self,
        channel: Channel,
        items: impl Iterator<Item = usize>,
        run: usize,
        pulse: &Pulse,
    ) {
        if !self.heeds(channel) || pulse.stretches().all(|(_, value)| value == channel.neutral()) {
            return;
        }
        let mut group = std::mem::take(&mut self.group);
        Things::group(items, &mut group);
        group.iter().for_each(|things| self.add(channel, *things, run as u8, pulse));
        self.group = group;
    }

    fn add(&mut self, channel: Channel, things: Things, run: u8, pulse: &Pulse) {
        let neutral = channel.neutral();
        let before = self.spans.len();
        for (steps, value) in pulse.stretches() {
            let (from, until) = (steps.start as u32, (steps.end as u32).min(self.n_steps));
            if value != neutral && from < until {
                self.spans.push(Span { from, until, things, run, channel, value });
            }
        }
        let Some((first, last)) = self.spans.get(before).zip(self.spans.last()) else { return };
        let (from, until) = (first.from, last.until);
        let overlaid = self.overlay[channel as usize].touch(things, run, from, until, &mut self.n_overlaid);
        let things = things.without(overlaid);
        if things.is_empty() {
            return;
        }
        let mut change = |step: u32, value: f64| {
            self.steps.push(step);
            self.laid.push(Change { things, run, channel, value });
        };
        let mut end = from;
        for span in &self.spans[before..] {
            if span.from > end {
                change(end, neutral);
            }
            change(span.from, span.value);
            end = span.until;
        }
        change(end, neutral);
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
        let mut kept = 0;
        for place in 0..self.laid.len() {
            let change = &self.laid[place];
            let things = change
                .things
                .without(self.overlay[change.channel as usize].overlaid(change.things, change.run));
            if !things.is_empty() {
                self.laid[kept] = Change { things, ..*change };
                self.steps[kept] = self.steps[place];
                kept += 1;
            }
        }
        self.laid.truncate(kept);
        self.steps.truncate(kept);
        let (mut numbers, mut pieces) = (Vec::new(), Vec::new());
        for span in &self.spans {
            let overlay = &self.overlay[span.channel as usize];
            for item in span.things.only(overlay.overlaid(span.things, span.run)).items() {
                numbers.push(overlay.number(item, span.run));
                pieces.push((item, *span));
            }
        }
        let (mut by_thing, mut first) = (Vec::new(), Vec::new());
        counting_sort(&numbers, self.n_overlaid as usize, &pieces, &mut by_thing, &mut first);
        let mut edges = Vec::new();
        for thing in first.windows(2) {
            let (item, Span { run, channel, .. }) = by_thing[thing[0]];
            let things = Things::one(item);
            combine(&by_thing[thing[0]..thing[1]], self.n_steps, &mut edges, |step, value| {
                self.steps.push(step);
                self.laid.push(Change { things, run, channel, value });
            });
        }
    }

    /// Changes of `step`, which holds until another; none past the horizon's end.
    pub fn at(&self, step: usize) -> &[Change] {
        match self.first.get(step..=step + 1) {
            Some(&[from, until]) => &self.changes[from..until],
            _ => &[],
        }
    }

    /// What events touch in a run, in whatever step.
    pub fn touched(&self, run: usize) -> impl Iterator<Item = (Channel, Things)> {
        let spans = self.spans.iter().filter(move |span| span.run as usize == run);
        spans.map(|span| (span.channel, span.things))
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

/// The values of one thing in one run: at each edge of a span, those of all that hold there, combined as written.
fn combine(spans: &[(usize, Span)], n_steps: u32, edges: &mut Vec<u32>, mut write: impl FnMut(u32, f64)) {
    let channel = spans[0].1.channel;
    let mut before = channel.neutral();
    edges.clear();
    edges.extend(spans.iter().flat_map(|(_, span)| [span.from, span.until]));
    // The spans of one event follow each other: sorted already, as a rule.
    edges.sort_unstable();
    edges.dedup();
    let mut past = 0;
    for &step in edges.iter() {
        // Spans that are over stay over: of a long row of them, only the later ones are looked at.
        while spans.get(past).is_some_and(|(_, span)| span.until <= step) {
            past += 1;
        }
        let here = spans[past..].iter().map(|(_, span)| span);
        let here = here.filter(|span| step < n_steps && (span.from..span.until).contains(&step));
        let together = here.map(|span| span.value).reduce(|value, other| channel.combine(value, other));
        let value = together.unwrap_or(channel.neutral());
        if value != before {
            write(step, value);
            before = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Script};
    use crate::exposure::{Channel, Pulse, Things};
    use crate::random::{Key, Stream};

    fn openness(run: u8, value: f64) -> Change {
        Change { things: Things::one(1), run, channel: Channel::Openness, value }
    }

    #[test]
    fn a_span_is_a_change_at_its_start_and_one_at_its_end() {
        let mut script = Script::new(9);
        script.lay(Channel::Openness, 1, 0, &Pulse::of_steps(2, &[0.5, 0.5, 0.5]));
        script.finish();
        assert_eq!(script.at(2), [openness(0, 0.5)]);
        assert_eq!(script.at(5), [openness(0, 1.0)]);
        let others = [0, 1, 3, 4, 6, 7, 8, 9, 10];
        assert!(others.into_iter().all(|step| script.at(step).is_empty()));
    }

    #[test]
    fn neutral_values_and_what_lies_past_the_horizon_are_left_out() {
        let mut script = Script::new(6);
        script.lay(Channel::Openness, 1, 0, &Pulse::of_steps(2, &[0.5, 1.0, 0.25, 0.25, 0.25]));
        script.lay(Channel::Openness, 1, 1, &Pulse::of_steps(8, &[0.5]));
        script.finish();
        let all: Vec<Change> = (0..=6).flat_map(|step| script.at(step).to_vec()).collect();
        assert_eq!(all, [openness(0, 0.5), openness(0, 1.0), openness(0, 0.25), openness(0, 1.0)]);
        assert_eq!(script.at(6), [openness(0, 1.0)], "neutral again at the horizon's end");
    }

    #[test]
    fn overlapping_events_combine_and_part_again() {
        let mut script = Script::new(9);
        script.lay(Channel::Openness, 1, 0, &Pulse::of_steps(0, &[0.5, 0.5, 0.5]));
        script.lay(Channel::Openness, 1, 0, &Pulse::of_steps(1, &[0.25, 0.25, 0.25]));
        script.finish();
        let values = |step: usize| script.at(step).iter().map(|change| change.value).collect::<Vec<_>>();
        assert_eq!([values(0), values(1), values(3), values(4)], [[0.5], [0.125], [0.25], [1.0]]);
        assert_eq!(script.in_step(2).count(), 2);
    }

    #[test]
    fn events_that_follow_each_other_change_once() {
        let mut script = Script::new(9);
        script.lay(Channel::Openness, 1, 0, &Pulse::of_steps(0, &[0.5, 0.5]));
        script.lay(Channel::Openness, 1, 0, &Pulse::of_steps(2, &[0.5, 0.5]));
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
                script.lay_each(channel, 0..items, pick(2), &Pulse::of_steps(first, &values));
            }
            script.finish();
            for channel in [Channel::Openness, Channel::AddedTransit] {
                for (item, run) in (0..3).flat_map(|item| [(item, 0), (item, 1)]) {
                    let mut value = channel.neutral();
                    for step in 0..=STEPS {
                        let is_here = |change: &&Change| {
                            (change.channel, change.run) == (channel, run) && change.things.has(item)
                        };
                        let changes: Vec<f64> =
                            script.at(step).iter().filter(is_here).map(|change| change.value).collect();
                        assert!(changes.len() <= 1, "{changes:?}");
                        value = changes.first().copied().unwrap_or(value);
                        let spans = script.in_step(step);
                        let spans = spans.filter(|span| {
                            (span.channel, span.run) == (channel, run) && span.things.has(item)
                        });
                        let expected =
                            spans.fold(channel.neutral(), |all, span| channel.combine(all, span.value));
                        assert_eq!(value, expected, "step {step}");
                    }
                }
            }
        }
    }
}
