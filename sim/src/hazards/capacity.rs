//! Plants that lose capacity, and what that threatens: the common part of conflicts and outages.

use super::threat::Threat;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::math;
use crate::network::PlantId;
use std::ops::Range;

/// A plant that an event can hit.
#[derive(Clone, Debug)]
pub(super) struct Target {
    plant: usize,
    origin: usize,
    /// Its share of the baseline output of its origin.
    share: f64,
    lanes: Range<usize>,
}

impl Target {
    /// The plant in a balanced network.
    pub(super) fn new(plant: PlantId, baseline: &Baseline) -> Target {
        let origin = baseline.network.plants[plant.index()].origin.index();
        let side = &baseline.network.origins[origin];
        let total = math::sum(&baseline.output[side.plants.clone()]);
        let share = if total > 0.0 { baseline.output[plant.index()] / total } else { 0.0 };
        Target { plant: plant.index(), origin, share, lanes: side.lanes.clone() }
    }

    /// The lanes that carry its origin's output, home included.
    pub(super) fn lanes(&self) -> Range<usize> {
        self.lanes.clone()
    }
}

/// Writes an event that takes its severity, as a share, from the capacity of `targets`, in id order.
///
/// a_j = 1 − severity · strength, or the same as a share that the owner withholds (`Channel::Control`). Each lane of an origin is threatened by the share of output that it loses.
pub(super) fn lose<'a>(
    channel: Channel,
    targets: impl Iterator<Item = &'a Target> + Clone,
    event: &Event,
    shape: &Shape,
    run: usize,
    script: &mut Script,
) {
    let loss = shape.pulse(event.start, event.end).map(|strength| event.severity * strength);
    let written = loss.map(|loss| if channel == Channel::Control { loss } else { 1.0 - loss });
    let threat = Threat::new(loss, &shape.announced(event.start), event.severity);
    for target in targets.clone() {
        script.lay(channel, target.plant, run, &written);
    }
    by_origin(targets, |first, share| threat.write(share, first.lanes(), run, script));
}

/// Calls `f` for each origin of `targets`, in id order, with its first target and the share of its output that they make.
pub(super) fn by_origin<'a>(targets: impl Iterator<Item = &'a Target>, mut f: impl FnMut(&'a Target, f64)) {
    // Plants of an origin stand together, so what they make is one running sum.
    let mut open: Option<(&Target, f64)> = None;
    for target in targets {
        open = match open {
            Some((first, share)) if first.origin == target.origin => Some((first, share + target.share)),
            _ => {
                if let Some((done, share)) = open {
                    f(done, share);
                }
                Some((target, target.share))
            }
        };
    }
    if let Some((done, share)) = open {
        f(done, share);
    }
}
