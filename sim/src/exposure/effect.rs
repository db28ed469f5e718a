//! Effects as sparse writes: what changes in which step, for which run.

use super::Exposure;
use crate::math::Row;

/// What a write changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Multiplies the availability of a plant.
    Availability,
    /// Multiplies the openness of a lane.
    Openness,
    /// Takes the smaller cap of a lane.
    LaneCap,
    /// Takes the smaller export cap of an origin.
    ExportCap,
    /// Adds transit to a lane, steps.
    AddedTransit,
    /// Adds to the wedge of a lane.
    Wedge,
    /// Multiplies the surge of a consumer.
    Surge,
    /// Adds to the log price shock of a material.
    Shock,
    /// Raises the threatened share of a lane: 1 − (1 − a)(1 − b).
    Threat,
    /// Raises the announced share of a lane: 1 − (1 − a)(1 − b).
    Announced,
    /// Sets the hazard active.
    Active,
}

impl Channel {
    /// The value of a thing that no event touches; writing it changes nothing.
    pub fn neutral(self) -> f64 {
        match self {
            Channel::Availability | Channel::Openness | Channel::Surge => 1.0,
            Channel::LaneCap | Channel::ExportCap => f64::INFINITY,
            Channel::AddedTransit | Channel::Wedge | Channel::Shock => 0.0,
            Channel::Threat | Channel::Announced | Channel::Active => 0.0,
        }
    }

    /// What `written` makes of `value`: several events on one thing.
    fn combine(self, value: f64, written: f64) -> f64 {
        match self {
            Channel::Availability | Channel::Openness | Channel::Surge => value * written,
            Channel::LaneCap | Channel::ExportCap => value.min(written),
            Channel::AddedTransit | Channel::Wedge | Channel::Shock => value + written,
            Channel::Threat | Channel::Announced => 1.0 - (1.0 - value) * (1.0 - written),
            Channel::Active => value.max(written),
        }
    }
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Write {
    /// Step.
    pub step: u32,
    /// Index of the plant, lane, origin, consumer, material or hazard.
    pub item: u32,
    /// Run of the block.
    pub run: u8,
    /// What changes.
    pub channel: Channel,
    /// By how much.
    pub value: f64,
}

/// All changes of a block, by step; within a step in the order they were written (hazards by name, events by start).
///
/// Filled with [`Script::write`] or [`Script::lay`], sorted once with [`Script::finish`], then read with [`Script::at`].
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// As written.
    writes: Vec<Write>,
    /// By step.
    sorted: Vec<Write>,
    /// Writes of step `t` are `sorted[first[t]..first[t + 1]]`.
    first: Vec<usize>,
}

impl Script {
    /// Adds a change.
    pub fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Adds a change of one thing in consecutive steps from `first` on; neutral values are left out.
    pub fn lay(&mut self, channel: Channel, item: usize, run: usize, first: usize, values: &[f64]) {
        let neutral = channel.neutral();
        for (i, &value) in values.iter().enumerate() {
            if value != neutral {
                self.write(Write {
                    step: (first + i) as u32,
                    item: item as u32,
                    run: run as u8,
                    channel,
                    value,
                });
            }
        }
    }

    /// Sorts by step, keeping the order within a step; changes past the horizon are dropped. Call once, after all events.
    pub fn finish(&mut self, n_steps: usize) {
        self.writes.retain(|write| (write.step as usize) < n_steps);
        self.first.clear();
        self.first.resize(n_steps + 1, 0);
        for write in &self.writes {
            self.first[write.step as usize + 1] += 1;
        }
        for step in 0..n_steps {
            self.first[step + 1] += self.first[step];
        }
        self.sorted.clear();
        self.sorted.extend_from_slice(&self.writes);
        // Each step's place in `first` serves as its cursor and ends where the next step begins …
        for write in &self.writes {
            let cursor = &mut self.first[write.step as usize];
            self.sorted[*cursor] = *write;
            *cursor += 1;
        }
        // … so one shift restores the beginnings.
        self.first.rotate_right(1);
        self.first[0] = 0;
        self.writes.clear();
    }

    /// Changes of `step`; none past the horizon.
    pub fn at(&self, step: usize) -> &[Write] {
        match self.first.get(step..=step + 1) {
            Some(&[from, until]) => &self.sorted[from..until],
            _ => &[],
        }
    }

    /// Empties the script and keeps its memory.
    pub fn clear(&mut self) {
        self.writes.clear();
        self.sorted.clear();
        self.first.clear();
    }
}

impl Exposure {
    /// Resets what the step before touched and applies the script's changes of `step`.
    pub fn apply(&mut self, script: &Script, step: usize) {
        self.reset();
        for write in script.at(step) {
            let row = &mut self.rows(write.channel)[write.item as usize];
            let untouched = *row == Row::splat(write.channel.neutral());
            let value = &mut row.0[write.run as usize];
            *value = write.channel.combine(*value, write.value);
            if untouched {
                self.touched.push((write.channel, write.item));
            }
        }
    }

    /// Back to neutral.
    fn reset(&mut self) {
        while let Some((channel, item)) = self.touched.pop() {
            self.rows(channel)[item as usize] = Row::splat(channel.neutral());
        }
    }

    fn rows(&mut self, channel: Channel) -> &mut [Row] {
        match channel {
            Channel::Availability => &mut self.availability,
            Channel::Openness => &mut self.openness,
            Channel::LaneCap => &mut self.lane_cap,
            Channel::ExportCap => &mut self.export_cap,
            Channel::AddedTransit => &mut self.added_transit,
            Channel::Wedge => &mut self.wedge,
            Channel::Surge => &mut self.surge,
            Channel::Shock => &mut self.shock,
            Channel::Threat => &mut self.threat,
            Channel::Announced => &mut self.announced,
            Channel::Active => &mut self.active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Channel, Script, Write};
    use crate::exposure::Exposure;
    use crate::math::Row;

    const CHANNELS: [Channel; 11] = [
        Channel::Availability,
        Channel::Openness,
        Channel::LaneCap,
        Channel::ExportCap,
        Channel::AddedTransit,
        Channel::Wedge,
        Channel::Surge,
        Channel::Shock,
        Channel::Threat,
        Channel::Announced,
        Channel::Active,
    ];

    fn neutral() -> Exposure {
        let rows = |channel: Channel| vec![Row::splat(channel.neutral()); 3];
        Exposure {
            availability: rows(Channel::Availability),
            openness: rows(Channel::Openness),
            lane_cap: rows(Channel::LaneCap),
            export_cap: rows(Channel::ExportCap),
            added_transit: rows(Channel::AddedTransit),
            wedge: rows(Channel::Wedge),
            surge: rows(Channel::Surge),
            shock: rows(Channel::Shock),
            threat: rows(Channel::Threat),
            announced: rows(Channel::Announced),
            active: rows(Channel::Active),
            touched: Vec::new(),
        }
    }

    fn write(step: u32, item: u32, channel: Channel, value: f64) -> Write {
        Write { step, item, run: 2, channel, value }
    }

    #[test]
    fn a_script_is_in_the_order_of_steps_and_within_a_step_as_written() {
        let mut script = Script::default();
        for (i, step) in [3, 0, 3, 1, 7, 3, 0].into_iter().enumerate() {
            script.write(write(step, i as u32, Channel::Shock, 1.0));
        }
        script.finish(4);
        let items = |step| script.at(step).iter().map(|write| write.item).collect::<Vec<_>>();
        assert_eq!([items(0), items(1), items(2), items(3)], [vec![1, 6], vec![3], vec![], vec![0, 2, 5]]);
        assert!(items(7).is_empty(), "past the horizon");
    }

    #[test]
    fn a_cleared_script_is_as_good_as_new() {
        let mut script = Script::default();
        script.lay(Channel::Openness, 1, 0, 2, &[0.5, 1.0, 0.25]);
        script.finish(6);
        assert_eq!(script.at(2).len() + script.at(3).len() + script.at(4).len(), 2, "1 is neutral");
        script.clear();
        assert!(script.at(2).is_empty());
        script.write(write(5, 0, Channel::Openness, 0.5));
        script.finish(6);
        assert_eq!(script.at(5).len(), 1);
        assert!(script.at(2).is_empty());
    }

    #[test]
    fn events_on_one_thing_combine_as_their_channel_says() {
        let combined = [0.15, 0.15, 0.3, 0.3, 0.8, 0.8, 0.15, 0.8, 0.65, 0.65, 0.5];
        for (channel, expected) in CHANNELS.into_iter().zip(combined) {
            let mut script = Script::default();
            script.write(write(0, 1, channel, 0.5));
            script.write(write(0, 1, channel, 0.3));
            script.finish(1);
            let mut exposure = neutral();
            exposure.apply(&script, 0);
            let row = exposure.rows(channel)[1].0;
            assert!((row[2] - expected).abs() < 1e-15, "{channel:?}: {row:?}");
            assert_eq!((row[1], row[3]), (channel.neutral(), channel.neutral()), "other runs");
            assert_eq!(exposure.touched, [(channel, 1)], "listed once");
        }
    }

    #[test]
    fn what_a_step_touched_is_neutral_again_in_the_next() {
        let mut script = Script::default();
        for channel in CHANNELS {
            script.write(write(0, 2, channel, 0.25));
        }
        script.finish(2);
        let mut exposure = neutral();
        exposure.apply(&script, 0);
        exposure.apply(&script, 1);
        for channel in CHANNELS {
            assert_eq!(exposure.rows(channel), [Row::splat(channel.neutral()); 3], "{channel:?}");
        }
        assert!(exposure.touched.is_empty());
    }
}
