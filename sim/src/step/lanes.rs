//! The lanes of one origin, as the loops over them read them.

use super::Plan;
use super::end_use::Bars;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use std::ops::Range;

/// What is read of an origin's lanes: where they lead, how much of an intake is ordered on them, how far they are open.
///
/// Lane `k` of the origin is lane `all.start + k` of the network. Weights that nothing moves are one number for all runs, and
/// lanes that are all open have no openness to read: both come out as if they had been rows.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'a> {
    /// The lanes of the network that they are.
    pub(super) all: Range<usize>,
    to: &'a [u32],
    fixed_weight: &'a [f64],
    /// Empty where nothing moves them.
    weight: &'a [Row],
    /// Empty where all lanes are open in every run, to trade …
    openness: &'a [Row],
    /// … and on their way.
    passage: &'a [Row],
}

impl<'a> Lanes<'a> {
    /// The lanes of origin `e` of material `g`; `weight` of all lanes of the network.
    #[inline(always)]
    pub(super) fn of(
        plan: &'a Plan,
        g: usize,
        e: usize,
        weight: &'a [Row],
        bars: &'a Bars,
        exposure: &'a Exposure,
    ) -> Lanes<'a> {
        let all = plan.origins[e].lanes.clone();
        let closed = |channel| exposure.any_from(e, channel);
        let rows = |closed: bool, rows: &'a [Row]| if closed { &rows[all.clone()] } else { &[] };
        let mut openness = rows(closed(Channel::Openness), &exposure.openness);
        let mut passage = rows(closed(Channel::Passage), &exposure.passage);
        if bars.awake && closed(Channel::Barred) {
            (openness, passage) = (bars.open_on(all.clone()), &[]);
        }
        Lanes {
            to: &plan.lanes.destination[all.clone()],
            fixed_weight: &plan.lanes.weight[all.clone()],
            weight: if plan.materials[g].weights_move { &weight[all.clone()] } else { &[] },
            openness,
            passage,
            all,
        }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.to.len()
    }

    /// Destination of lane `k`.
    #[inline(always)]
    pub(super) fn to(&self, k: usize) -> usize {
        self.to[k] as usize
    }

    /// w of lane `k`.
    #[inline(always)]
    pub(super) fn weight(&self, k: usize) -> Row {
        if self.weight.is_empty() { Row::splat(self.fixed_weight[k]) } else { self.weight[k] }
    }

    /// o of lane `k`.
    #[inline(always)]
    pub(super) fn open(&self, k: usize) -> Row {
        let trade = if self.openness.is_empty() { Row::ONE } else { self.openness[k] };
        if self.passage.is_empty() { trade } else { trade * self.passage[k] }
    }
}
