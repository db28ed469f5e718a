//! What each form writes.

use super::ExportRestriction;
use super::Restricted;
use super::form::{Permit, Quota, Size};
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::hazards::cut::{Cut, Leakage};
use crate::hazards::threat::Threat;

impl ExportRestriction {
    /// A ban or licence cuts c = (1 − passes meanwhile) · strength while licences are handled, then severity · (1 − passes) ·
    /// strength, with what it lets pass to that importer. Where end users are named, c is cut from what they may use.
    pub(super) fn permit(
        &self,
        permit: &Permit,
        leakage: Leakage,
        event: &Event,
        shape: &Shape,
        run: usize,
        script: &mut Script,
    ) {
        let pulse = shape.pulse(event.start, event.end);
        let handled = event.start + permit.handling;
        let handling = match permit.handling > 0.0 {
            true => shape.pulse_within(event.start, event.end, event.start..handled),
            false => Pulse::none(),
        };
        let announced = shape.announced(event.start);
        let meanwhile = 1.0 - permit.passes_meanwhile;
        let delay = pulse.map(|strength| permit.delay * strength);
        for (passes, units) in &self.passes {
            let afterwards = event.severity * (1.0 - passes);
            let cut = pulse
                .with(&handling, |strength, waiting| meanwhile * waiting + afterwards * (strength - waiting));
            let worst = if permit.handling > 0.0 { meanwhile.max(afterwards) } else { afterwards };
            let here = |unit: usize| event.touches(unit) && units.contains(unit);
            // The part of a lane's trade that needs leave: of all its trade, or of what goes to the users who are named.
            let on = |part: f64| {
                let (cut, delay) = (cut.map(|cut| cut * part), delay.map(|delay| delay * part));
                Cut::new(&cut, &delay, leakage, &announced, worst * part)
            };
            match &self.end_use {
                Some(end_use) => {
                    let refused = cut.map(|cut| (1.0 - leakage.share) * cut);
                    end_use.refuse(on, &refused, &self.lanes, here, run, script);
                }
                None => {
                    let lanes = self.lanes.iter().filter(|lane| here(lane.unit)).map(|lane| lane.lane);
                    on(1.0).write(lanes, run, script);
                }
            }
        }
    }

    /// A quota caps exports at f · quota · dt + (1 − f) · capacity · dt, with f the strength: the mean over the step.
    ///
    /// The cap is the origin's if all that leaves it is under the quota, else each lane has its part by baseline flow. What an
    /// origin leaves unused is carried over, up to a share of a year's allowance, while the quota holds in full.
    pub(super) fn quota(&self, quota: Quota, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let pulse = shape.pulse(event.start, event.end);
        let total: f64 = self.touched(event).fold(0.0, |total, lane| total + lane.flow);
        let share = match quota.size {
            Size::ShareOfBaseline(share) => share,
            Size::PerYear(amount) => {
                if total > 0.0 {
                    amount / total
                } else {
                    0.0
                }
            }
        };
        let all = self.lanes.iter().all(|lane| event.touches(lane.unit));
        let mut allowed = vec![0.0; self.origins.len()];
        for lane in self.touched(event) {
            let origin = &self.origins[lane.origin];
            if all && origin.whole {
                allowed[lane.origin] += share * lane.flow;
            } else {
                let cap = cap(&pulse, share * lane.flow, origin.capacity, shape.clock.dt);
                script.lay(Channel::LaneCap, lane.lane, run, &cap);
            }
        }
        for (origin, allowed) in self.origins.iter().zip(allowed).filter(|(origin, _)| all && origin.whole) {
            let cap = cap(&pulse, allowed, origin.capacity, shape.clock.dt);
            script.lay(Channel::ExportCap, origin.origin, run, &cap);
            // In a step in which the quota does not hold throughout, the cap is more than its allowance.
            let carried = pulse.map(|f| if f >= 1.0 { quota.carry_over * allowed } else { 0.0 });
            script.lay(Channel::CarryOver, origin.origin, run, &carried);
        }
        let cut = (1.0 - share).max(0.0);
        let threat = Threat::new(pulse.map(|f| cut * f), &shape.announced(event.start), cut);
        threat.write(1.0, self.touched(event).map(|lane| lane.lane), run, script);
    }

    /// A tax is a wedge between the origin's price and the destination's.
    pub(super) fn tax(&self, rate: f64, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let wedge = shape.pulse(event.start, event.end).map(|strength| rate * strength);
        for lane in self.touched(event) {
            script.lay(Channel::Wedge, lane.lane, run, &wedge);
        }
    }

    fn touched(&self, event: &Event) -> impl Iterator<Item = &Restricted> + Clone {
        self.lanes.iter().filter(|lane| event.touches(lane.unit))
    }
}

/// Cap per step; none in a step in which the quota has no strength.
fn cap(pulse: &Pulse, quota: f64, capacity: f64, dt: f64) -> Pulse {
    let free = capacity.max(quota);
    pulse.map(|f| if f > 0.0 { (f * quota + (1.0 - f) * free) * dt } else { f64::INFINITY })
}
