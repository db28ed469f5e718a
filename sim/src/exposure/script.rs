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
#[derive(Clone, Debug, Default)]
pub struct Script {
    spans: Vec<Span>,
    /// Number of each span's thing: channel, item and run. Things are numbered as they are first touched.
    thing_of: Vec<u32>,
    n_things: u32,
    /// One more than the thing's number, by channel, then item and run; 0: not touched.
    numbers: [Vec<u32>; Channel::COUNT],
    /// By step: those of step `t` are `changes[first[t]..first[t + 1]]`; the last step is the horizon's end, where all is neutral again.
    changes: Vec<Change>,
    first: Vec<usize>,
}

impl Script {
    /// Adds what an event does to one thing in consecutive steps from `first` on; neutral values are left out.
    pub fn lay(&mut self, channel: Channel, item: usize, run: usize, first: usize, values: &[f64]) {
        let mut start = 0;
        for same in values.chunk_by(|a, b| a == b) {
            let (from, until) = ((first + start) as u32, (first + start + same.len()) as u32);
            start += same.len();
            if same[0] != channel.neutral() {
                let thing = self.thing(channel, item, run);
                self.thing_of.push(thing);
                self.spans.push(Span {
                    from,
                    until,
                    item: item as u32,
                    run: run as u8,
                    channel,
                    value: same[0],
                });
            }
        }
    }

    fn thing(&mut self, channel: Channel, item: usize, run: usize) -> u32 {
        let numbers = &mut self.numbers[channel as usize];
        let at = item * WIDTH + run;
        if at >= numbers.len() {
            numbers.resize((item + 1) * WIDTH, 0);
        }
        if numbers[at] == 0 {
            self.n_things += 1;
            numbers[at] = self.n_things;
        }
        numbers[at] - 1
    }

    /// Combines the spans and sorts the changes by step; what lies past the horizon is cut. Call once, after all events.
    pub fn finish(&mut self, n_steps: usize) {
        let mut changes: Vec<(u32, Change)> = Vec::with_capacity(2 * self.spans.len());
        let mut edges = Vec::new();
        let (by_thing, first) = counting_sort(&self.thing_of, self.n_things as usize, &self.spans);
        for thing in first.windows(2) {
            combine(&by_thing[thing[0]..thing[1]], n_steps as u32, &mut edges, &mut changes);
        }
        let steps: Vec<u32> = changes.iter().map(|(step, _)| *step).collect();
        let changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
        (self.changes, self.first) = counting_sort(&steps, n_steps + 1, &changes);
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
fn counting_sort<T: Copy>(keys: &[u32], n_keys: usize, values: &[T]) -> (Vec<T>, Vec<usize>) {
    let mut first = vec![0; n_keys + 1];
    for key in keys {
        first[*key as usize + 1] += 1;
    }
    for key in 0..n_keys {
        first[key + 1] += first[key];
    }
    let mut sorted = values.to_vec();
    // Each key's place in `first` serves as its cursor and ends where the next key begins …
    for (key, value) in keys.iter().zip(values) {
        let cursor = &mut first[*key as usize];
        sorted[*cursor] = *value;
        *cursor += 1;
    }
    // … so one shift restores the beginnings.
    first.rotate_right(1);
    first[0] = 0;
    (sorted, first)
}

/// Changes of one thing in one run: at each edge of a span, the values of all that hold there, combined as written.
fn combine(spans: &[Span], n_steps: u32, edges: &mut Vec<u32>, changes: &mut Vec<(u32, Change)>) {
    let Span { item, run, channel, .. } = spans[0];
    let mut before = channel.neutral();
    let mut change = |step: u32, value: f64| {
        if value != before {
            changes.push((step, Change { item, run, channel, value }));
            before = value;
        }
    };
    edges.clear();
    edges.extend(spans.iter().flat_map(|span| [span.from, span.until]));
    // The spans of one event follow each other: sorted already, as a rule.
    edges.sort_unstable();
    edges.dedup();
    let mut past = 0;
    for &edge in edges.iter() {
        let step = edge.min(n_steps);
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

    fn openness(run: u8, value: f64) -> Change {
        Change { item: 1, run, channel: Channel::Openness, value }
    }

    #[test]
    fn a_span_is_a_change_at_its_start_and_one_at_its_end() {
        let mut script = Script::default();
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 0.5, 0.5]);
        script.finish(9);
        assert_eq!(script.at(2), [openness(0, 0.5)]);
        assert_eq!(script.at(5), [openness(0, 1.0)]);
        let others = [0, 1, 3, 4, 6, 7, 8, 9, 10];
        assert!(others.into_iter().all(|step| script.at(step).is_empty()));
    }

    #[test]
    fn neutral_values_and_what_lies_past_the_horizon_are_left_out() {
        let mut script = Script::default();
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 1.0, 0.25, 0.25, 0.25]);
        script.lay(Channel::Openness, 1, 1, 8, &[0.5]);
        script.finish(6);
        let all: Vec<Change> = (0..=6).flat_map(|step| script.at(step).to_vec()).collect();
        assert_eq!(all, [openness(0, 0.5), openness(0, 1.0), openness(0, 0.25), openness(0, 1.0)]);
        assert_eq!(script.at(6), [openness(0, 1.0)], "neutral again at the horizon's end");
    }

    #[test]
    fn overlapping_events_combine_and_part_again() {
        let mut script = Script::default();
        script.lay(Channel::Openness, 1, 0, 0, &[0.5, 0.5, 0.5]);
        script.lay(Channel::Openness, 1, 0, 1, &[0.25, 0.25, 0.25]);
        script.finish(9);
        let values = |step: usize| script.at(step).iter().map(|change| change.value).collect::<Vec<_>>();
        assert_eq!([values(0), values(1), values(3), values(4)], [[0.5], [0.125], [0.25], [1.0]]);
        assert_eq!(script.in_step(2).count(), 2);
    }

    #[test]
    fn events_that_follow_each_other_change_once() {
        let mut script = Script::default();
        script.lay(Channel::Openness, 1, 0, 0, &[0.5, 0.5]);
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 0.5]);
        script.finish(9);
        assert_eq!(script.at(2), []);
        assert_eq!(script.at(4), [openness(0, 1.0)]);
    }
}
