//! The lanes of one origin, as the loops over them read them.

use super::Plan;
use super::State;
use super::end_use::Bars;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use crate::math::each;
use std::ops::Range;

/// What is read of an origin's lanes: where they lead, how much of an intake is ordered on them, how far they are open.
///
/// Lane `k` of the origin is lane `all.start + k` of the network. Loops over them are written with [`on_lanes`].
#[derive(Clone, Debug)]
pub(super) struct Lanes<'a> {
    /// The lanes of the network that they are.
    pub(super) all: Range<usize>,
    /// Destinations.
    pub(super) to: &'a [u32],
    /// w at the start.
    pub(super) fixed_weight: &'a [f64],
    /// w, where anything moves it.
    pub(super) weight: Option<&'a [Row]>,
    /// o, unless all lanes are open in every run.
    pub(super) openness: Option<&'a [Row]>,
}

impl<'a> Lanes<'a> {
    /// The lanes of origin `e` of material `g`; `weight` of all lanes of the network.
    #[inline(always)]
    pub(super) fn of(
        plan: &'a Plan,
        g: usize,
        e: usize,
        weight: &'a [Row],
        ways: &'a Ways,
        bars: &'a Bars,
        exposure: &'a Exposure,
    ) -> Lanes<'a> {
        let all = plan.origins[e].lanes.clone();
        let openness = if bars.awake && exposure.any_from(e, Channel::Barred) {
            Some(bars.open_on(all.clone()))
        } else if exposure.any_from(e, Channel::Passage) {
            Some(&ways.open[all.clone()])
        } else if exposure.any_from(e, Channel::Openness) {
            Some(&exposure.openness[all.clone()])
        } else {
            None
        };
        Lanes {
            to: &plan.lanes.destination[all.clone()],
            fixed_weight: &plan.lanes.weight[all.clone()],
            weight: plan.materials[g].weights_move.then(|| &weight[all.clone()]),
            openness,
            all,
        }
    }
}

/// Does something for each lane: `on_lanes!(lanes, |k, i, weight, open| { … })`, with the lane's number at its origin, its
/// destination, w and o.
///
/// Written out for each kind of origin, so that weights which nothing moves are one number for all runs, open lanes have no
/// openness to read, and no loop asks which it is. A closure would not do: what is called is compiled without the
/// processor's features.
macro_rules! on_lanes {
    ($lanes:expr, |$k:pat_param, $i:pat_param, $weight:pat_param, $open:pat_param| $body:block) => {{
        use crate::math::Row;
        use crate::math::each;
        let lanes: &Lanes = $lanes;
        match (lanes.weight, lanes.openness) {
            (None, None) => {
                for ($k, (to, weight)) in each(lanes.to.iter().zip(lanes.fixed_weight).enumerate()) {
                    let ($i, $weight, $open) = (*to as usize, Row::splat(*weight), Row::ONE);
                    $body
                }
            }
            (None, Some(openness)) => {
                let to = lanes.to.iter().zip(lanes.fixed_weight);
                for ($k, ((to, weight), open)) in each(to.zip(openness).enumerate()) {
                    let ($i, $weight, $open) = (*to as usize, Row::splat(*weight), *open);
                    $body
                }
            }
            (Some(weight), None) => {
                for ($k, (to, weight)) in each(lanes.to.iter().zip(weight).enumerate()) {
                    let ($i, $weight, $open) = (*to as usize, *weight, Row::ONE);
                    $body
                }
            }
            (Some(weight), Some(openness)) => {
                for ($k, ((to, weight), open)) in each(lanes.to.iter().zip(weight).zip(openness).enumerate()) {
                    let ($i, $weight, $open) = (*to as usize, *weight, *open);
                    $body
                }
            }
        }
    }};
}
pub(super) use on_lanes;

/// Openness of the lanes whose way events close: openness · passage.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    /// By lane; only of origins with such lanes.
    open: Vec<Row>,
}

impl Ways {
    pub(super) fn new(plan: &Plan) -> Ways {
        Ways { open: vec![Row::ONE; plan.lanes.weight.len()] }
    }
}

/// Works out how far the lanes are open whose way is closed in some run.
#[inline(always)]
pub(super) fn ways(plan: &Plan, exposure: &Exposure, state: &mut State) {
    if !exposure.any(Channel::Passage) {
        return;
    }
    for (e, origin) in plan.origins.iter().enumerate() {
        if exposure.any_from(e, Channel::Passage) {
            for l in each(origin.lanes.clone()) {
                state.ways.open[l] = exposure.openness[l] * exposure.passage[l];
            }
        }
    }
}
