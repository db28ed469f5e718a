//! Named end users whom an origin refuses: what is barred to them, and what that does to trade, stocks and service.
//!
//! Goods go on flowing to a place where some users are refused; what left over a barred lane counts there as the *barred
//! stock* B, the part of the inventory I that the refused may not use. What they may use is the free part F = I − B. Nothing here is
//! entered before something is barred in some run of the block; the other runs get the numbers they would get without it,
//! to the last bit.

mod service;
mod stock;
mod trade;

pub(super) use service::lacking;
pub(super) use service::usable;
pub(super) use service::withhold;
pub(super) use stock::arrive;
pub(super) use stock::drawn;
pub(super) use stock::drawn_by_plants;
pub(super) use stock::pooled;
pub(super) use trade::offers;
pub(super) use trade::orders;

use super::Plan;
use super::State;
use super::claims::User;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use std::ops::Range;

/// What the parts of this module hand to each other, and what they keep. All empty if no hazard names end users.
#[derive(Clone, Debug)]
pub(super) struct Bars {
    /// Whether anything has been barred in some run since the start (kept).
    pub(super) awake: bool,
    /// The barred part of what is under way, laid out as the pipelines of destinations (kept).
    under_way: Vec<Row>,
    /// Share of each claim that may be met out of the free part alone, by slot.
    refused: Vec<Row>,
    /// Share of the orders for barred goods that passes, by destination.
    passes: Vec<Row>,
    /// Share of orders and offers that passes, by lane; of lanes of origins that bar anything.
    open: Vec<Row>,
    /// What is left of the barred stock when all who may use it have what they claim, by destination.
    idle: Vec<Row>,
}

impl Bars {
    pub(super) fn new(plan: &Plan) -> Bars {
        let rows = |n: usize| vec![Row::ZERO; if plan.end_use { n } else { 0 }];
        Bars {
            awake: false,
            under_way: rows(plan.n_pipeline),
            refused: rows(plan.claims.slots.len()),
            passes: rows(plan.destinations.len()),
            open: rows(plan.lanes.weight.len()),
            idle: rows(plan.destinations.len()),
        }
    }

    /// Share of orders and offers that passes on these lanes of an origin that bars anything.
    #[inline(always)]
    pub(super) fn open_on(&self, lanes: Range<usize>) -> &[Row] {
        &self.open[lanes]
    }

    pub(super) fn reset(&mut self) {
        self.awake = false;
        self.under_way.fill(Row::ZERO);
    }
}

/// Notes whether anything is or was barred, and who is refused in this step.
///
/// A stockpile buys of the free part alone: what it holds may go to anyone.
#[inline(always)]
pub(super) fn wake(plan: &Plan, exposure: &Exposure, state: &mut State) {
    let bars = &mut state.bars;
    bars.awake |= plan.end_use && exposure.any(Channel::Barred);
    if !bars.awake {
        return;
    }
    for (slot, refused) in plan.claims.slots.iter().zip(&mut bars.refused) {
        *refused = match slot.user {
            User::Consumer(d) | User::Floor(d) => exposure.refused_consumer[d],
            User::Input(u) => exposure.refused_plant[plan.inputs[u].plant],
            User::Fill(..) => Row::ONE,
        };
    }
}
