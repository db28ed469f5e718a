//! What events do to the network in a step. Hazards write only this, and the step reads only this.
//!
//! Each number is the mean over the step. Several events on one thing: availabilities and openness multiply, caps take
//! the smallest, delays, wedges and shocks add, surges multiply.

mod channel;
mod event;
mod overlay;
mod picked;
mod pulse;
mod reach;
mod script;
mod shape;
mod things;

pub use channel::{Channel, Channels};
pub use event::{Cause, Event, Parent};
pub use picked::Picked;
pub use pulse::Pulse;
pub use reach::Reach;
pub use script::{Change, Script, Span};
pub use shape::Shape;
pub use things::Things;

use crate::baseline::Baseline;
use crate::math::Row;

/// The state of the world outside the market in one step, for a block of runs.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// a_j: share of capacity that is there, by plant.
    pub availability: Vec<Row>,
    /// Share of capacity that a plant's owner withholds.
    pub control: Vec<Row>,
    /// o_l: share of orders and offers that pass, by lane: allowed · redirected. Home lanes stay at 1 under export restrictions.
    pub openness: Vec<Row>,
    /// The part of the openness that rules of trade leave, by lane.
    pub allowed: Vec<Row>,
    /// The part of the openness that owners who redirect output leave, by lane.
    pub redirected: Vec<Row>,
    /// Share of orders and offers that a lane's way lets pass, by lane: it multiplies the openness.
    pub passage: Vec<Row>,
    /// Most that a lane carries, units per step, by lane.
    pub lane_cap: Vec<Row>,
    /// Most that an origin ships on foreign lanes, units per step, by origin.
    pub export_cap: Vec<Row>,
    /// Most of its unused allowance that an origin keeps for later, units, by origin.
    pub carry_over: Vec<Row>,
    /// Transit added to what is shipped now, steps, by lane.
    pub added_transit: Vec<Row>,
    /// Wedge between origin and destination price, share, by lane.
    pub wedge: Vec<Row>,
    /// b_l: share of what leaves on a lane that the refused users of its destination may not use, by lane.
    pub barred: Vec<Row>,
    /// Share of what a consumer claims for which it may not use what is barred.
    pub refused_consumer: Vec<Row>,
    /// The same of a plant's inputs.
    pub refused_plant: Vec<Row>,
    /// s_d: factor on the requirement, by consumer.
    pub surge: Vec<Row>,
    /// z: log price shock, by material (origins and destinations alike).
    pub shock: Vec<Row>,
    /// Share of a lane's baseline flow that announced or running events cut.
    pub threat: Vec<Row>,
    /// The part of `threat` that is announced and has not begun.
    pub announced: Vec<Row>,
    /// Share of new capacity work at an origin that is halted: the step does not read it, measures do.
    pub technology: Vec<Row>,
    /// Share of a place's membership of joint stockpiles that is withdrawn: the step does not read it, measures do.
    pub withdrawn: Vec<Row>,
    /// 1 where an event of the hazard is under way, by hazard.
    pub active: Vec<Row>,
    /// How many numbers of each channel are off their neutral value.
    disturbed: [u32; Channel::COUNT],
    /// The same for the lanes of each origin.
    lanes_disturbed: Vec<[u32; Channel::COUNT]>,
    /// Origin of each lane.
    origin_of: Vec<u32>,
}

impl Exposure {
    /// Nothing happens.
    pub fn neutral(baseline: &Baseline, n_hazards: usize) -> Exposure {
        let network = &baseline.network;
        let lanes = network.lanes.len();
        Exposure {
            availability: vec![Row::ONE; network.plants.len()],
            control: vec![Row::ZERO; network.plants.len()],
            openness: vec![Row::ONE; lanes],
            allowed: vec![Row::ONE; lanes],
            redirected: vec![Row::ONE; lanes],
            passage: vec![Row::ONE; lanes],
            lane_cap: vec![Row::INFINITY; lanes],
            export_cap: vec![Row::INFINITY; network.origins.len()],
            carry_over: vec![Row::ZERO; network.origins.len()],
            added_transit: vec![Row::ZERO; lanes],
            wedge: vec![Row::ZERO; lanes],
            barred: vec![Row::ZERO; lanes],
            refused_consumer: vec![Row::ZERO; network.consumers.len()],
            refused_plant: vec![Row::ZERO; network.plants.len()],
            surge: vec![Row::ONE; network.consumers.len()],
            shock: vec![Row::ZERO; network.materials.len()],
            threat: vec![Row::ZERO; lanes],
            announced: vec![Row::ZERO; lanes],
            technology: vec![Row::ZERO; network.origins.len()],
            withdrawn: vec![Row::ZERO; network.places.len()],
            active: vec![Row::ZERO; n_hazards],
            disturbed: [0; Channel::COUNT],
            lanes_disturbed: vec![[0; Channel::COUNT]; network.origins.len()],
            origin_of: network.lanes.iter().map(|lane| lane.origin.index() as u32).collect(),
        }
    }

    /// Applies the script's changes of `step`. Steps come in order, up to the horizon's end, which makes all neutral again.
    pub fn apply(&mut self, script: &Script, step: usize) {
        self.apply_in(script, step, |_| true);
    }

    /// The same in some runs of the block, the others left as they are.
    pub fn apply_in(&mut self, script: &Script, step: usize, runs: impl Fn(usize) -> bool) {
        for change in script.at(step).iter().filter(|change| runs(change.run as usize)) {
            self.set(change.channel, change.things, change.run as usize, change.value);
        }
    }

    /// Makes neutral whatever the script touches in a run: another takes its place there.
    pub fn forget(&mut self, script: &Script, run: usize) {
        for (channel, things) in script.touched(run) {
            self.set(channel, things, run, channel.neutral());
        }
    }

    fn set(&mut self, channel: Channel, things: Things, run: usize, value: f64) {
        let (neutral, seen) = (channel.neutral(), channel.seen_in());
        let rows = self.rows(channel);
        let mut before = 0;
        for item in things.items() {
            let old = std::mem::replace(&mut rows[item].0[run], value);
            before |= u64::from(old != neutral) << (item % u64::BITS as usize);
        }
        // Most changes are from one disturbance to another or back, alike for all things.
        let now = if value == neutral { 0 } else { u64::MAX };
        self.count(
            seen,
            things.without(before).only(now),
            things.only(before).without(now),
            channel.of_lanes(),
        );
        if seen == Channel::Openness {
            for item in things.items() {
                self.openness[item].0[run] = self.allowed[item].0[run] * self.redirected[item].0[run];
            }
        }
    }

    /// Counts things that are disturbed now, and others that no longer are.
    fn count(&mut self, channel: Channel, more: Things, less: Things, are_lanes: bool) {
        let seen = channel as usize;
        self.disturbed[seen] = self.disturbed[seen] + more.len() - less.len();
        if are_lanes {
            more.items().for_each(|lane| self.lanes_disturbed[self.origin_of[lane] as usize][seen] += 1);
            less.items().for_each(|lane| self.lanes_disturbed[self.origin_of[lane] as usize][seen] -= 1);
        }
    }

    /// Lets transit be added to a lane by what is no event, in any step from now on.
    pub fn expect_detours(&mut self, lane: usize) {
        self.disturbed[Channel::AddedTransit as usize] += 1;
        self.lanes_disturbed[self.origin_of[lane] as usize][Channel::AddedTransit as usize] += 1;
    }

    /// True if anything of a channel is off its neutral value in any run: if not, the step need not look.
    #[inline(always)]
    pub fn any(&self, channel: Channel) -> bool {
        self.disturbed[channel as usize] > 0
    }

    /// True if anything of a channel is off its neutral value on any lane of an origin, in any run.
    #[inline(always)]
    pub fn any_from(&self, origin: usize, channel: Channel) -> bool {
        self.lanes_disturbed[origin][channel as usize] > 0
    }

    /// Share of orders and offers that pass on a lane: openness · passage.
    #[inline(always)]
    pub fn open(&self, lane: usize) -> Row {
        if self.any(Channel::Passage) {
            self.openness[lane] * self.passage[lane]
        } else {
            self.openness[lane]
        }
    }

    fn rows(&mut self, channel: Channel) -> &mut [Row] {
        match channel {
            Channel::Availability => &mut self.availability,
            Channel::Control => &mut self.control,
            Channel::Openness => &mut self.allowed,
            Channel::Redirected => &mut self.redirected,
            Channel::Passage => &mut self.passage,
            Channel::LaneCap => &mut self.lane_cap,
            Channel::ExportCap => &mut self.export_cap,
            Channel::CarryOver => &mut self.carry_over,
            Channel::AddedTransit => &mut self.added_transit,
            Channel::Wedge => &mut self.wedge,
            Channel::Barred => &mut self.barred,
            Channel::RefusedConsumer => &mut self.refused_consumer,
            Channel::RefusedPlant => &mut self.refused_plant,
            Channel::Surge => &mut self.surge,
            Channel::Shock => &mut self.shock,
            Channel::Threat => &mut self.threat,
            Channel::Announced => &mut self.announced,
            Channel::Technology => &mut self.technology,
            Channel::Withdrawn => &mut self.withdrawn,
            Channel::Active => &mut self.active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Channel, Exposure, Pulse, Script};
    use crate::math::Row;

    const CHANNELS: [Channel; Channel::COUNT] = [
        Channel::Availability,
        Channel::Control,
        Channel::Openness,
        Channel::Redirected,
        Channel::Passage,
        Channel::LaneCap,
        Channel::ExportCap,
        Channel::CarryOver,
        Channel::AddedTransit,
        Channel::Wedge,
        Channel::Barred,
        Channel::RefusedConsumer,
        Channel::RefusedPlant,
        Channel::Surge,
        Channel::Shock,
        Channel::Threat,
        Channel::Announced,
        Channel::Technology,
        Channel::Withdrawn,
        Channel::Active,
    ];

    fn neutral() -> Exposure {
        let rows = |channel: Channel| vec![Row::splat(channel.neutral()); 3];
        Exposure {
            availability: rows(Channel::Availability),
            control: rows(Channel::Control),
            openness: rows(Channel::Openness),
            allowed: rows(Channel::Openness),
            redirected: rows(Channel::Redirected),
            passage: rows(Channel::Passage),
            lane_cap: rows(Channel::LaneCap),
            export_cap: rows(Channel::ExportCap),
            carry_over: rows(Channel::CarryOver),
            added_transit: rows(Channel::AddedTransit),
            wedge: rows(Channel::Wedge),
            barred: rows(Channel::Barred),
            refused_consumer: rows(Channel::RefusedConsumer),
            refused_plant: rows(Channel::RefusedPlant),
            surge: rows(Channel::Surge),
            shock: rows(Channel::Shock),
            threat: rows(Channel::Threat),
            announced: rows(Channel::Announced),
            technology: rows(Channel::Technology),
            withdrawn: rows(Channel::Withdrawn),
            active: rows(Channel::Active),
            disturbed: [0; Channel::COUNT],
            lanes_disturbed: vec![[0; Channel::COUNT]; 2],
            origin_of: vec![0, 1, 1],
        }
    }

    #[test]
    fn events_on_one_thing_combine_as_their_channel_says() {
        let combined = [
            0.15, 0.65, 0.15, 0.15, 0.15, 0.3, 0.3, 0.5, 0.8, 0.8, 0.65, 0.65, 0.65, 0.15, 0.8, 0.65, 0.65,
            0.65, 0.65, 0.5,
        ];
        for (channel, expected) in CHANNELS.into_iter().zip(combined) {
            let mut script = Script::new(1);
            script.lay(channel, 1, 2, &Pulse::of_steps(0, &[0.5]));
            script.lay(channel, 1, 2, &Pulse::of_steps(0, &[0.3]));
            script.finish();
            let mut exposure = neutral();
            exposure.apply(&script, 0);
            assert!(exposure.any(channel.seen_in()), "{channel:?}");
            let row = exposure.rows(channel)[1].0;
            assert!((row[2] - expected).abs() < 1e-15, "{channel:?}: {row:?}");
            assert_eq!((row[1], row[3]), (channel.neutral(), channel.neutral()), "other runs");
        }
    }

    #[test]
    fn all_is_neutral_again_at_the_end_of_the_horizon() {
        let mut script = Script::new(2);
        for channel in CHANNELS {
            script.lay(channel, 2, 0, &Pulse::of_steps(0, &[0.25; 5]));
        }
        script.finish();
        let mut exposure = neutral();
        for step in 0..=2 {
            exposure.apply(&script, step);
        }
        for channel in CHANNELS {
            assert_eq!(exposure.rows(channel), [Row::splat(channel.neutral()); 3], "{channel:?}");
            assert!(!exposure.any(channel), "{channel:?}");
        }
        assert_eq!(exposure.lanes_disturbed, [[0; Channel::COUNT]; 2]);
    }

    #[test]
    fn a_script_is_forgotten_in_its_run_alone() {
        let mut script = Script::new(9);
        for channel in CHANNELS {
            script.lay(channel, 2, 0, &Pulse::of_steps(0, &[0.25; 5]));
            script.lay(channel, 2, 3, &Pulse::of_steps(0, &[0.25; 5]));
        }
        script.finish();
        let mut exposure = neutral();
        exposure.apply(&script, 0);
        let full: Vec<Row> = CHANNELS.iter().map(|channel| exposure.rows(*channel)[2]).collect();
        exposure.forget(&script, 0);
        for (channel, full) in CHANNELS.iter().zip(full) {
            let row = exposure.rows(*channel)[2];
            assert_eq!((row.0[0], row.0[3]), (channel.neutral(), full.0[3]), "{channel:?}");
        }
        exposure.forget(&script, 3);
        assert!(CHANNELS.iter().all(|channel| !exposure.any(*channel)));
        assert_eq!(exposure.openness, neutral().openness);
    }

    #[test]
    fn an_origin_is_disturbed_by_what_touches_its_lanes_and_by_nothing_else() {
        for channel in CHANNELS {
            let mut script = Script::new(1);
            script.lay(channel, 1, 2, &Pulse::of_steps(0, &[0.5]));
            script.finish();
            let mut exposure = neutral();
            exposure.apply(&script, 0);
            assert!(!exposure.any_from(0, channel), "{channel:?}");
            assert_eq!(exposure.any_from(1, channel.seen_in()), channel.of_lanes(), "{channel:?}");
        }
    }

    #[test]
    fn what_trade_allows_and_what_owners_leave_are_one_openness() {
        let mut script = Script::new(4);
        script.lay(Channel::Openness, 1, 2, &Pulse::of_steps(0, &[0.5, 0.5]));
        script.lay(Channel::Redirected, 1, 2, &Pulse::of_steps(1, &[0.25, 0.25]));
        script.finish();
        let mut exposure = neutral();
        let seen = [0, 1, 2, 3].map(|step| {
            exposure.apply(&script, step);
            exposure.openness[1].0[2]
        });
        assert_eq!(seen, [0.5, 0.125, 0.25, 1.0]);
        assert!(!exposure.any(Channel::Openness));
    }
}
