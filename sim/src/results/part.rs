//! The rows of one run.

use super::pages::Cell;
use super::parquet::Spool;
use super::subject::{PolicyNames, StockpileNames, Subject};
use super::tables::{self, Table};
use crate::history::Occurrence;
use crate::metrics::RunMetrics;
use crate::metrics::Service;
use crate::units::MONTHS_PER_YEAR;

/// Whose rows are written: a subject at one point in one draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    pub(super) subject: &'a Subject,
    pub(super) point: u64,
    pub(super) draw: u64,
}

/// A function that writes the rows of one run under one policy of one table.
pub(super) type Write = for<'a> fn(&Rows<'a>, usize, &RunMetrics, &mut Spool<'_>);

/// The tables that have rows for every run and policy, each with what writes them.
pub(super) const BY_RUN: [(&Table, Write); 6] = [
    (&tables::OUTCOMES, |rows, policy, run, spool| rows.outcomes(policy, run, spool)),
    (&tables::YEARS, |rows, policy, run, spool| rows.years(policy, run, spool)),
    (&tables::STOCKPILES, |rows, policy, run, spool| rows.stockpiles(policy, run, spool)),
    (&tables::REQUIRED, |rows, policy, run, spool| rows.required(policy, run, spool)),
    (&tables::COSTS, |rows, policy, run, spool| rows.costs(policy, run, spool)),
    (&tables::SERIES, |rows, policy, run, spool| rows.series(policy, run, spool)),
];

impl Rows<'_> {
    fn outcomes(&self, policy: usize, metrics: &RunMetrics, spool: &mut Spool<'_>) {
        let key = self.key(policy, metrics);
        for (consumer, outcome) in self.subject.consumers.iter().zip(&metrics.outcomes) {
            let who = [consumer.material, consumer.place, consumer.sector, consumer.unit].map(Cell::Name);
            let prices = [
                step(outcome.first_short),
                step(outcome.recovery_steps),
                Cell::Real(outcome.price_peak),
                Cell::Real(outcome.price_mean),
                Cell::Real(outcome.price_paid),
                real(outcome.extra_spending),
                real(outcome.lost_surplus),
                real(outcome.shortage_cost),
                Cell::Real(outcome.substituted),
            ];
            spool.row(&[&key, &who, &service(&outcome.whole), &prices]);
        }
    }

    fn years(&self, policy: usize, metrics: &RunMetrics, spool: &mut Spool<'_>) {
        let key = self.key(policy, metrics);
        let n_years = metrics.years.len() / self.subject.consumers.len().max(1);
        for (consumer, years) in self.subject.consumers.iter().zip(metrics.years.chunks(n_years.max(1))) {
            let who = [consumer.material, consumer.place, consumer.sector, consumer.unit].map(Cell::Name);
            for (year, in_year) in years.iter().enumerate() {
                spool.row(&[&key, &who, &[Cell::Int(year as i64)], &service(in_year)]);
            }
        }
    }

    fn stockpiles(&self, policy: usize, metrics: &RunMetrics, spool: &mut Spool<'_>) {
        let key = self.key(policy, metrics);
        for (names, stock) in self.policy(policy).stockpiles.iter().zip(&metrics.stockpiles) {
            let what = [names.name, names.material, names.unit].map(Cell::Name);
            let amounts = [
                real(names.target),
                Cell::Real(stock.released),
                Cell::Real(stock.bought),
                Cell::Real(stock.spoiled),
                Cell::Real(stock.final_level),
                Cell::Real(stock.lowest),
                count(stock.steps_empty),
            ];
            spool.row(&[&key, &what, &amounts]);
        }
    }

    fn required(&self, policy: usize, metrics: &RunMetrics, spool: &mut Spool<'_>) {
        let key = self.key(policy, metrics);
        for (names, stock) in self.policy(policy).stockpiles.iter().zip(&metrics.stockpiles) {
            let what = [names.name, names.material, names.unit].map(Cell::Name);
            let days = required_days(names, stock.required);
            spool.row(&[&key, &what, &[Cell::Real(stock.required), Cell::Real(days)]]);
        }
    }

    fn costs(&self, policy: usize, metrics: &RunMetrics, spool: &mut Spool<'_>) {
        let key = self.key(policy, metrics);
        for ((party, item), usd) in self.policy(policy).accounts.iter().zip(&metrics.costs) {
            spool.row(&[&key, &[Cell::Name(*party), Cell::Name(*item), Cell::Real(*usd)]]);
        }
    }

    fn series(&self, policy: usize, metrics: &RunMetrics, spool: &mut Spool<'_>) {
        let key = self.key(policy, metrics);
        let items = &self.policy(policy).series;
        let n_steps = metrics.series.len() / items.len().max(1);
        for (names, values) in items.iter().zip(metrics.series.chunks(n_steps.max(1))) {
            let what = names.map(|name| name.map_or(Cell::Missing, Cell::Name));
            for (step, value) in values.iter().enumerate() {
                spool.row(&[&key, &what, &[Cell::Int(step as i64), Cell::Real(*value)]]);
            }
        }
    }

    /// The events of a run, by hazard and start.
    pub(super) fn events(&self, run: u64, weight: f64, events: &[Occurrence], spool: &mut Spool<'_>) {
        let [draw, run, weight] = self.run_key(run, weight);
        for Occurrence { event, policy, common } in events {
            let hazard = &self.subject.hazards[event.hazard as usize];
            let policy = policy.map_or(Cell::Missing, |policy| Cell::Name(self.policy(policy).name));
            let cause = self.subject.cause(event);
            let touched = self.subject.touched(event);
            spool.row(&[
                &[self.point_cell(), draw, run, weight],
                &[
                    Cell::Name(hazard.name),
                    Cell::Name(hazard.kind),
                    Cell::Int(i64::from(event.number)),
                    Cell::Real(event.start * MONTHS_PER_YEAR),
                    Cell::Real(event.end * MONTHS_PER_YEAR),
                    Cell::Real(event.severity),
                    Cell::Text(&touched),
                    Cell::Text(&cause),
                    Cell::Flag(*common),
                    policy,
                ],
            ]);
        }
    }

    fn policy(&self, policy: usize) -> &PolicyNames {
        &self.subject.policies[policy]
    }

    /// Point, policy, draw, run and weight.
    fn key(&self, policy: usize, metrics: &RunMetrics) -> [Cell<'static>; 5] {
        let [draw, run, weight] = self.run_key(metrics.run, metrics.weight);
        [self.point_cell(), Cell::Name(self.policy(policy).name), draw, run, weight]
    }

    fn run_key(&self, run: u64, weight: f64) -> [Cell<'static>; 3] {
        let whole = |number: u64| Cell::Int(i64::try_from(number).expect("numbers stay far below 2^63"));
        [whole(self.draw), whole(run), Cell::Real(weight)]
    }

    fn point_cell(&self) -> Cell<'static> {
        Cell::Int(i64::try_from(self.point).expect("points are bounded"))
    }
}

fn service(service: &Service) -> [Cell<'static>; 10] {
    [
        Cell::Real(service.requirement),
        Cell::Real(service.served),
        Cell::Real(service.unserved),
        Cell::Real(service.priced_out),
        Cell::Real(service.shortfall()),
        Cell::Real(service.shortfall_share()),
        Cell::Real(service.recovered),
        count(service.steps_short),
        count(service.longest_short),
        Cell::Real(service.worst_step),
    ]
}

fn required_days(names: &StockpileNames, required: f64) -> f64 {
    if names.use_per_day > 0.0 { required / names.use_per_day } else { 0.0 }
}

/// A count that was added up as a number.
fn count(n: f64) -> Cell<'static> {
    Cell::Int(n as i64)
}

fn step(step: Option<u32>) -> Cell<'static> {
    step.map_or(Cell::Missing, |step| Cell::Int(i64::from(step)))
}

fn real(value: Option<f64>) -> Cell<'static> {
    value.map_or(Cell::Missing, Cell::Real)
}
