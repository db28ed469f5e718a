//! Accumulates a block's metrics step by step; allocates nothing after it is made.

use super::RunMetrics;
use super::cost::{Price, PriceRows, SpendingRows};
use super::service::{Flows, Outcome, Service, ServiceRows, Streaks, add_step};
use super::shortage::ShortageCost;
use super::stockpile::{Moves, StockRows, Terms};
use crate::baseline::Baseline;
use crate::instructions::Instructions;
use crate::instructions::Task;
use crate::levers::Rules;
use crate::math::Row;
use crate::math::pow;
use crate::network::Clock;
use crate::random::Block;
use crate::step::State;
use std::ops::Range;

/// Accumulators of one block under one policy.
#[derive(Clone, Debug)]
pub struct Recorder {
    clock: Clock,
    markets: Vec<Market>,
    consumers: Vec<Consumer>,
    terms: Vec<Terms>,
    /// First step of the year under way.
    year_start: usize,
    /// `[consumer]`, of the year under way.
    year: Vec<ServiceRows>,
    /// `[year][consumer]`, of years that are over.
    years: Vec<ServiceRows>,
    whole: Vec<ServiceRows>,
    streaks: Vec<Streaks>,
    spending: Vec<SpendingRows>,
    stocks: Vec<StockRows>,
    /// USD lost to shortage, by consumer, discounted.
    lost: Vec<Row>,
    /// Requirement met by another material, by consumer.
    substituted: Vec<Row>,
    /// USD by account of the policy, discounted.
    costs: Vec<Row>,
    /// What a dollar of each step is worth at the start of the first, by step.
    discount: Vec<f64>,
}

struct Record<'a> {
    recorder: &'a mut Recorder,
    t: usize,
    state: &'a State,
}

impl Task for Record<'_> {
    #[inline(always)]
    fn run(self) {
        self.recorder.add_step(self.t, self.state);
    }
}

/// A destination with consumers.
#[derive(Clone, Debug)]
struct Market {
    destination: usize,
    consumers: Range<usize>,
    contract_share: f64,
    reference_price: Option<f64>,
    /// ln p and p at the end of the step before.
    log_last: Row,
    last: Row,
    prices: PriceRows,
}

#[derive(Clone, Debug)]
struct Consumer {
    elasticity: f64,
    shortage_cost: Option<ShortageCost>,
}

impl Recorder {
    /// A recorder for a network and a policy's stockpiles.
    pub fn new(baseline: &Baseline, rules: &Rules) -> Recorder {
        let network = &baseline.network;
        let clock = network.clock;
        let markets = network
            .destinations
            .iter()
            .enumerate()
            .filter(|(_, destination)| !destination.consumers.is_empty())
            .map(|(index, destination)| {
                let material = &network.materials[destination.material.index()];
                Market {
                    destination: index,
                    consumers: destination.consumers.clone(),
                    contract_share: material.market.contract_share,
                    reference_price: material.reference_price,
                    log_last: Row::ZERO,
                    last: Row::ONE,
                    prices: PriceRows::NONE,
                }
            })
            .collect();
        let consumers: Vec<Consumer> = network
            .consumers
            .iter()
            .map(|consumer| Consumer {
                elasticity: consumer.elasticity,
                shortage_cost: consumer
                    .shortage_cost
                    .map(|value| ShortageCost::new(value, &consumer.shortage_steps)),
            })
            .collect();
        let terms: Vec<Terms> =
            rules.stockpiles.iter().map(|stockpile| Terms { target: stockpile.target }).collect();
        let n = consumers.len();
        Recorder {
            clock,
            markets,
            consumers,
            year_start: 0,
            year: vec![ServiceRows::ZERO; n],
            years: vec![ServiceRows::ZERO; n * clock.n_years()],
            whole: vec![ServiceRows::ZERO; n],
            streaks: vec![Streaks::NONE; n],
            spending: vec![SpendingRows::NONE; n],
            lost: vec![Row::ZERO; n],
            substituted: vec![Row::ZERO; n],
            costs: vec![Row::ZERO; rules.accounts.len()],
            discount: discount(clock, network.settings.discount_rate),
            stocks: vec![StockRows::start(Row::ZERO); terms.len()],
            terms,
        }
    }

    /// Forgets what was recorded and takes the levels at the start.
    pub fn begin(&mut self, state: &State) {
        self.year_start = 0;
        self.year.fill(ServiceRows::ZERO);
        self.years.fill(ServiceRows::ZERO);
        self.whole.fill(ServiceRows::ZERO);
        self.streaks.fill(Streaks::NONE);
        self.spending.fill(SpendingRows::NONE);
        self.lost.fill(Row::ZERO);
        self.substituted.fill(Row::ZERO);
        self.costs.fill(Row::ZERO);
        for market in &mut self.markets {
            market.prices = PriceRows::NONE;
            market.log_last = state.log_price[market.destination];
            market.last = state.price[market.destination];
        }
        for (stock, start) in self.stocks.iter_mut().zip(&state.stock) {
            *stock = StockRows::start(*start);
        }
    }

    /// Records step `t`, after it was made.
    pub fn record(&mut self, instructions: Instructions, t: usize, state: &State) {
        instructions.run(Record { recorder: self, t, state });
        self.close_year(t);
    }

    #[inline(always)]
    fn add_step(&mut self, t: usize, state: &State) {
        let in_year = (t - self.year_start + 1) as f64;
        for market in &mut self.markets {
            let log_spot = state.log_price[market.destination];
            let spot = state.price[market.destination];
            market.prices.add_step(log_spot, spot);
            let contract = state.contract_price[market.destination];
            let price = Price {
                log_asked: market.log_last,
                asked: market.last,
                paid: spot * (1.0 - market.contract_share) + contract * market.contract_share,
            };
            for d in market.consumers.clone() {
                let (requirement, demand, served) = (state.requirement[d], state.demand[d], state.served[d]);
                let flows = Flows { requirement, demand, served, recovered: state.recovered[d] };
                add_step(t, in_year, flows, &mut self.year[d], &mut self.streaks[d]);
                let consumer = &self.consumers[d];
                self.spending[d].add_step(consumer.elasticity, &price, requirement, demand, served);
                if let Some(cost) = &consumer.shortage_cost {
                    let short = (requirement - served).positive();
                    self.lost[d] += cost.of(requirement, short) * self.discount[t];
                }
            }
            (market.log_last, market.last) = (log_spot, spot);
        }
        for (k, (stock, terms)) in self.stocks.iter_mut().zip(&self.terms).enumerate() {
            let moves = Moves {
                level: state.stock[k],
                released: state.released[k],
                wanted: state.wanted[k],
                bought: state.bought[k],
                spoiled: state.spoiled[k],
            };
            stock.add_step(terms, moves);
        }
        for (total, moved) in self.substituted.iter_mut().zip(&state.substituted) {
            *total += *moved;
        }
    }

    /// Adds what step `t` cost each account of the policy, USD. What is paid in a step counts at its start.
    pub fn charge(&mut self, t: usize, costs: &[Row]) {
        for (total, cost) in self.costs.iter_mut().zip(costs) {
            *total += *cost * self.discount[t];
        }
    }

    /// Puts the year away if step `t` is its last.
    fn close_year(&mut self, t: usize) {
        let year = self.clock.year_of(t);
        if t + 1 < self.clock.n_steps && self.clock.year_of(t + 1) == year {
            return;
        }
        let n = self.year.len();
        for (d, current) in self.year.iter_mut().enumerate() {
            self.whole[d].add_year(current);
            self.years[year * n + d] = *current;
            *current = ServiceRows::ZERO;
        }
        self.year_start = t + 1;
    }

    /// The metrics of the block's runs that count, in run order, with their weights.
    pub fn finish(&self, block: &Block, weights: &[f64]) -> Vec<RunMetrics> {
        (0..block.n_runs)
            .map(|run| RunMetrics {
                run: block.first_run + run as u64,
                weight: weights[run],
                outcomes: self.outcomes(run),
                years: self.years(run),
                stockpiles: self.stocks.iter().map(|stock| stock.of(run)).collect(),
                costs: self.costs.iter().map(|cost| cost.0[run]).collect(),
                series: Vec::new(),
            })
            .collect()
    }

    /// By consumer: destinations stand in id order and so do their consumers.
    fn outcomes(&self, run: usize) -> Vec<Outcome> {
        let of = |market| move |d| (market, d);
        let in_order = self.markets.iter().flat_map(|market| market.consumers.clone().map(of(market)));
        in_order.map(|(market, d)| self.outcome(run, market, d)).collect()
    }

    fn years(&self, run: usize) -> Vec<Service> {
        let n = self.consumers.len();
        let of = |d: usize| (0..self.clock.n_years()).map(move |year| self.years[year * n + d].of(run));
        (0..n).flat_map(of).collect()
    }

    fn outcome(&self, run: usize, market: &Market, d: usize) -> Outcome {
        let (streaks, spending) = (&self.streaks[d], &self.spending[d]);
        let mut whole = self.whole[d].of(run);
        whole.longest_short = streaks.longest(run);
        let money = |units: f64| market.reference_price.map(|price| units * price);
        Outcome {
            whole,
            first_short: streaks.first(run),
            recovery_steps: streaks.recovery(run, self.clock.n_steps),
            price_peak: market.prices.peak(run),
            price_mean: market.prices.mean(run, self.clock.n_steps),
            price_paid: spending.paid(run),
            extra_spending: money(spending.extra(run)),
            lost_surplus: money(spending.lost(run)),
            shortage_cost: self.consumers[d].shortage_cost.as_ref().map(|_| self.lost[d].0[run]),
            substituted: self.substituted[d].0[run],
        }
    }
}

/// (1 + r)^(−t · dt) for every step.
fn discount(clock: Clock, rate: f64) -> Vec<f64> {
    (0..clock.n_steps).map(|t| pow(1.0 + rate, -(t as f64 * clock.dt))).collect()
}
