//! The state of a block of runs, `[item][run in block]`, and what the last step did.

use super::Plan;
use super::end_use::Bars;
use super::lanes::Ways;
use super::plan::Route;
use crate::math::Row;

/// State and flows of a block. Amounts in the material's unit; flows per step.
#[derive(Clone, Debug)]
pub struct State {
    // What the next step starts from.
    /// I: inventory that users hold, by destination.
    pub inventory: Vec<Row>,
    /// J: unsold stock, by origin.
    pub unsold: Vec<Row>,
    /// P: under way to each destination.
    pub under_way: Vec<Row>,
    /// Need smoothed over the market's time, by destination.
    pub smoothed_need: Vec<Row>,
    /// w: share of each lane in its destination's orders.
    pub weight: Vec<Row>,
    /// x: output of the last step, by plant.
    pub output: Vec<Row>,
    /// Demand still asked for from earlier steps, by consumer.
    pub backlog: Vec<Row>,
    /// ln q, by origin, shocks included.
    pub log_price_origin: Vec<Row>,
    /// ln p, by destination, shocks included: the spot price.
    pub log_price: Vec<Row>,
    /// p, by destination.
    pub price: Vec<Row>,
    /// Contract price relative to the baseline, by destination: a lagged mean of the spot price.
    pub contract_price: Vec<Row>,
    /// B: the part of the inventory that refused users may not use, by destination; empty if no hazard names end users.
    pub barred: Vec<Row>,
    /// Unused allowance of a quota on exports that is kept for later, by origin.
    pub allowance: Vec<Row>,
    /// K: stock, by stockpile of the policy; 0 for an unlimited one.
    pub stock: Vec<Row>,

    // What the last step did.
    /// R, by consumer (1).
    pub requirement: Vec<Row>,
    /// D, by consumer (2).
    pub demand: Vec<Row>,
    /// Served out of D, by consumer (13).
    pub served: Vec<Row>,
    /// Served out of the backlog, by consumer.
    pub recovered: Vec<Row>,
    /// Shipped, by lane (8) and (9); of no meaning where the plan does not keep it.
    pub shipped: Vec<Row>,
    /// Arrived, by destination (11), deliveries of stockpiles not included.
    pub arrived: Vec<Row>,
    /// Claims of consumers and plants, by destination; up to a billionth of the baseline's need counts as none.
    pub claimed: Vec<Row>,
    /// The part of them that was not met in the end, by destination.
    pub unmet: Vec<Row>,
    /// The part of them that inventories and arrivals did not meet, before stockpiles helped, by destination.
    pub gap: Vec<Row>,
    /// Released, by stockpile: left the stock in this step.
    pub released: Vec<Row>,
    /// What would have been released if the stock had been large enough, by stockpile.
    pub wanted: Vec<Row>,
    /// Bought, by stockpile.
    pub bought: Vec<Row>,
    /// Spoiled, by stockpile.
    pub spoiled: Vec<Row>,
    /// Price at which each stockpile trades, relative to the baseline: mean over its destinations.
    pub stock_price: Vec<Row>,
    /// Requirement met by another material instead, by consumer; empty if the policy shifts no use.
    pub substituted: Vec<Row>,

    /// What is barred to named users.
    pub(super) bars: Bars,
    /// How far lanes are open whose way is closed.
    pub(super) ways: Ways,
    /// What the equations of one step hand to each other.
    pub(super) work: Work,
}

/// Intermediate rows of a step; those marked kept are read by the next one.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// Pipelines of destinations and stockpiles (kept).
    pub(super) pipeline: Vec<Row>,
    /// ln of the part of the price that the market makes, by origin and destination (kept).
    pub(super) market_price_origin: Vec<Row>,
    pub(super) market_price: Vec<Row>,
    /// 1 while a plant is open, and steps at a loss or above the restart price (kept).
    pub(super) open: Vec<Row>,
    pub(super) steps_below: Vec<Row>,
    pub(super) steps_above: Vec<Row>,
    /// What is felt of a price that lasts, as its logarithm, by origin and destination; at rest where the market has no use of
    /// it (kept).
    pub(super) lasting_origin: Vec<Row>,
    pub(super) lasting: Vec<Row>,
    /// Whether a shock has moved a material's prices in this run: what was never moved is not looked at (kept).
    pub(super) shocked: Vec<bool>,
    /// Whether any origin of a material keeps an allowance, by material (kept).
    pub(super) keeps_allowance: Vec<bool>,
    /// Planned output, `[rank][plant]` (kept for recipes that point back).
    pub(super) planned: Vec<Vec<Row>>,
    /// Input set aside, by input (kept for recipes that point back).
    pub(super) allocated: Vec<Row>,
    /// w as contracts hold it, by lane; empty if no measure moves orders (kept).
    pub(super) contract_weight: Vec<Row>,
    /// Capacity available, by plant.
    pub(super) capacity: Vec<Row>,
    /// Potential output, by plant (7).
    pub(super) potential: Vec<Row>,
    /// Claims and grants, by slot.
    pub(super) claim: Vec<Row>,
    pub(super) grant: Vec<Row>,
    /// I* as aimed at in this step, by destination.
    pub(super) target: Vec<Row>,
    /// M, `[rank][destination]` (4).
    pub(super) intake: Vec<Vec<Row>>,
    /// Orders that an origin got, open or not, `[rank][origin]` (5).
    pub(super) ordered: Vec<Vec<Row>>,
    /// Those that are open, all ranks, by origin (8).
    pub(super) asked: Vec<Row>,
    /// Orders of the origin in hand, `[rank][lane of the origin]`, where caps, contracts, home shares or ranks decide (8).
    pub(super) order: Vec<Vec<Row>>,
    /// Spare output after open orders, by origin (9).
    pub(super) spare: Vec<Row>,
    /// Open spare that a destination sees, by destination (9).
    pub(super) open_spare: Vec<Row>,
    /// What is asked for per unit of open spare, by destination (9).
    pub(super) offer: Vec<Row>,
    /// Shipped to each destination, by destination.
    pub(super) received: Vec<Row>,
    /// Share of the gap that weights close, and what a unit shipped counts for in their aim, by destination (14).
    pub(super) switching: Vec<Row>,
    pub(super) per_received: Vec<Row>,
    /// Price that a destination pays for what it buys, before (17), by destination (16).
    pub(super) landed: Vec<Row>,
    /// Shipped by each origin, by origin.
    pub(super) sent: Vec<Row>,
    /// Deliveries of lagged stockpiles in this step, by destination.
    pub(super) delivered: Vec<Row>,
    /// What the claims that a lagged stockpile serves would lack without deliveries, by destination.
    pub(super) lacking: Vec<Row>,
    /// Whether anything threatens a material's lanes, by material.
    pub(super) alert: Vec<bool>,
    /// Threatened and announced share of baseline intake, by destination; only where `alert` is set.
    pub(super) threatened: Vec<Row>,
    pub(super) announced: Vec<Row>,
}

impl State {
    /// The state at the start: inventories, pipelines and prices at their targets.
    pub fn new(plan: &Plan) -> State {
        let rows = |n: usize| vec![Row::ZERO; n];
        let by_rank = |n: usize| vec![rows(n); plan.n_ranks];
        let (origins, destinations) = (plan.origins.len(), plan.destinations.len());
        let (lanes, plants, consumers) = (plan.lanes.weight.len(), plan.plants.len(), plan.consumers.len());
        let (stockpiles, slots) = (plan.stockpiles.len(), plan.claims.slots.len());
        let mut state = State {
            inventory: rows(destinations),
            unsold: rows(origins),
            under_way: rows(destinations),
            smoothed_need: rows(destinations),
            weight: rows(lanes),
            output: rows(plants),
            backlog: rows(consumers),
            log_price_origin: rows(origins),
            log_price: rows(destinations),
            price: rows(destinations),
            contract_price: rows(destinations),
            barred: rows(if plan.end_use { destinations } else { 0 }),
            allowance: rows(origins),
            stock: rows(stockpiles),
            requirement: rows(consumers),
            demand: rows(consumers),
            served: rows(consumers),
            recovered: rows(consumers),
            shipped: rows(lanes),
            arrived: rows(destinations),
            claimed: rows(destinations),
            unmet: rows(destinations),
            gap: rows(destinations),
            released: rows(stockpiles),
            wanted: rows(stockpiles),
            bought: rows(stockpiles),
            spoiled: rows(stockpiles),
            stock_price: rows(stockpiles),
            substituted: rows(if plan.shifts.is_empty() { 0 } else { consumers }),
            bars: Bars::new(plan),
            ways: Ways::new(plan),
            work: Work {
                pipeline: rows(plan.n_pipeline),
                market_price_origin: rows(origins),
                market_price: rows(destinations),
                lasting_origin: rows(origins),
                lasting: rows(destinations),
                open: rows(plants),
                steps_below: rows(plants),
                steps_above: rows(plants),
                shocked: vec![false; plan.materials.len()],
                keeps_allowance: vec![false; plan.materials.len()],
                planned: by_rank(plants),
                allocated: rows(plan.inputs.len()),
                contract_weight: rows(if plan.moves.orders { lanes } else { 0 }),
                capacity: rows(plants),
                potential: rows(plants),
                claim: rows(slots),
                grant: rows(slots),
                target: rows(destinations),
                intake: by_rank(destinations),
                ordered: by_rank(origins),
                asked: rows(origins),
                order: by_rank(plan.origins.iter().map(|origin| origin.lanes.len()).max().unwrap_or(0)),
                spare: rows(origins),
                open_spare: rows(destinations),
                offer: rows(destinations),
                received: rows(destinations),
                switching: rows(destinations),
                per_received: rows(destinations),
                landed: rows(destinations),
                sent: rows(origins),
                delivered: rows(destinations),
                lacking: rows(destinations),
                alert: vec![false; plan.materials.len()],
                threatened: rows(destinations),
                announced: rows(destinations),
            },
        };
        state.reset(plan);
        state
    }

    /// Share of a destination's claims that was not met in the end.
    #[inline(always)]
    pub fn unmet_share(&self, destination: usize) -> Row {
        self.unmet[destination].over(self.claimed[destination], 0.0)
    }

    /// Share of a destination's claims that inventories and arrivals did not meet, before stockpiles helped.
    #[inline(always)]
    pub fn gap_share(&self, destination: usize) -> Row {
        self.gap[destination].over(self.claimed[destination], 0.0)
    }

    /// Back to the start, without allocating. What a step writes before it reads is left as it is.
    pub fn reset(&mut self, plan: &Plan) {
        for (i, destination) in plan.destinations.iter().enumerate() {
            let cover = destination.cover + destination.extra_cover;
            self.inventory[i] = Row::splat(cover * destination.need + destination.reserve);
            self.under_way[i] = Row::splat(destination.under_way);
            self.smoothed_need[i] = Row::splat(destination.need);
        }
        for (e, origin) in plan.origins.iter().enumerate() {
            self.unsold[e] = Row::splat(origin.unsold_target);
        }
        for (j, plant) in plan.plants.iter().enumerate() {
            self.output[j] = Row::splat(plant.output);
        }
        self.work.pipeline.fill(Row::ZERO);
        for (l, route) in plan.lanes.route.iter().enumerate() {
            self.weight[l] = Row::splat(plan.lanes.weight[l]);
            if plan.moves.orders {
                self.work.contract_weight[l] = self.weight[l];
            }
            let pipeline = plan.destinations[plan.lanes.destination[l] as usize].pipeline.clone();
            fill_pipeline(&mut self.work.pipeline[pipeline], plan.lanes.flow[l], route);
        }
        for (k, stockpile) in plan.stockpiles.iter().enumerate() {
            self.stock[k] = Row::splat(stockpile.initial);
        }
        for (u, input) in plan.inputs.iter().enumerate() {
            self.work.allocated[u] = Row::splat(input.per_output * plan.plants[input.plant].output);
        }
        for (j, plant) in plan.plants.iter().enumerate() {
            for of_rank in &mut self.work.planned {
                of_rank[j] = Row::ZERO;
            }
            self.work.planned[plan.n_ranks - 1][j] = Row::splat(plant.output);
        }
        self.backlog.fill(Row::ZERO);
        self.log_price_origin.fill(Row::ZERO);
        self.log_price.fill(Row::ZERO);
        self.price.fill(Row::ONE);
        self.contract_price.fill(Row::ONE);
        self.claimed.fill(Row::ZERO);
        self.unmet.fill(Row::ZERO);
        self.gap.fill(Row::ZERO);
        self.allowance.fill(Row::ZERO);
        self.barred.fill(Row::ZERO);
        self.bars.reset();
        self.work.keeps_allowance.fill(false);
        self.work.shocked.fill(false);
        self.stock_price.fill(Row::ONE);
        self.work.delivered.fill(Row::ZERO);
        self.work.market_price_origin.fill(Row::ZERO);
        self.work.market_price.fill(Row::ZERO);
        self.work.lasting_origin.fill(Row::ZERO);
        self.work.lasting.fill(Row::ZERO);
        self.work.open.fill(Row::ONE);
        self.work.steps_below.fill(Row::ZERO);
        self.work.steps_above.fill(Row::ZERO);
    }
}

/// All ranks of an item, out of rows by rank and item.
#[inline(always)]
pub(super) fn total(by_rank: &[Vec<Row>], item: usize) -> Row {
    let mut total = by_rank[0][item];
    for of_rank in &by_rank[1..] {
        total += of_rank[item];
    }
    total
}

/// Adds a lane's steady flow to a pipeline, before step 0: what was shipped in each earlier step arrives, by (11), in this slot.
fn fill_pipeline(pipeline: &mut [Row], flow: f64, route: &Route) {
    for (slot, row) in pipeline.iter_mut().enumerate().take(route.whole + 1) {
        let share = if slot < route.whole { 1.0 } else { route.late };
        *row += Row::splat(flow * share);
    }
}
