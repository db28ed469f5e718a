//! The rows of one policy.

use super::files::WriteError;
use super::parquet::{Cell, Spool};
use super::subject::{PolicyNames, StockpileNames, Subject};
use super::tables;
use crate::metrics::RunMetrics;
use crate::metrics::Service;
use arrow_array::StringArray;
use std::path::Path;
use std::sync::Arc;

/// The tables of one policy, spooled on their own so that policies can be written side by side.
#[derive(Debug)]
pub struct Part {
    subject: Arc<Subject>,
    policy: usize,
    pub(super) outcomes: Spool,
    pub(super) years: Spool,
    pub(super) stockpiles: Spool,
    pub(super) required: Spool,
    pub(super) costs: Spool,
}

/// Sweep point and draw of every run as yet: a scenario is one point with one draw.
pub(super) const POINT: Cell<'static> = Cell::Int(0);
pub(super) const DRAW: Cell<'static> = Cell::Int(0);

impl Part {
    /// Empty tables of policy number `policy`, spooled to `folder`.
    pub(super) fn create(
        folder: &Path,
        subject: &Arc<Subject>,
        names: &Arc<StringArray>,
        policy: usize,
    ) -> Result<Part, WriteError> {
        let spool = |table| Spool::create(folder.join(spool_name(table, policy)), table, names);
        Ok(Part {
            subject: subject.clone(),
            policy,
            outcomes: spool(&tables::OUTCOMES)?,
            years: spool(&tables::YEARS)?,
            stockpiles: spool(&tables::STOCKPILES)?,
            required: spool(&tables::REQUIRED)?,
            costs: spool(&tables::COSTS)?,
        })
    }

    /// Adds a run. Runs come in order.
    pub fn run(&mut self, metrics: &RunMetrics) -> Result<(), WriteError> {
        let subject = self.subject.clone();
        let policy = &subject.policies[self.policy];
        let key = run_key(metrics.run, metrics.weight);
        let key = [POINT, Cell::Name(policy.name), key[0], key[1], key[2]];
        for (consumer, outcome) in subject.consumers.iter().zip(&metrics.outcomes) {
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
            self.outcomes.row(&[&key, &who, &service(&outcome.whole), &prices])?;
            for (year, in_year) in outcome.years.iter().enumerate() {
                self.years.row(&[&key, &who, &[Cell::Int(year as i64)], &service(in_year)])?;
            }
        }
        self.stocks(&key, policy, metrics)?;
        self.costs(&key, policy, metrics)
    }

    fn stocks(
        &mut self,
        key: &[Cell<'_>],
        policy: &PolicyNames,
        metrics: &RunMetrics,
    ) -> Result<(), WriteError> {
        for (names, stock) in policy.stockpiles.iter().zip(&metrics.stockpiles) {
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
            self.stockpiles.row(&[key, &what, &amounts])?;
            let days = required_days(names, stock.required);
            self.required.row(&[key, &what, &[Cell::Real(stock.required), Cell::Real(days)]])?;
        }
        Ok(())
    }

    fn costs(
        &mut self,
        key: &[Cell<'_>],
        policy: &PolicyNames,
        metrics: &RunMetrics,
    ) -> Result<(), WriteError> {
        for ((party, item), usd) in policy.accounts.iter().zip(&metrics.costs) {
            self.costs.row(&[key, &[Cell::Name(*party), Cell::Name(*item), Cell::Real(*usd)]])?;
        }
        Ok(())
    }
}

/// File of a table's spool. Never ends in `.parquet`: nothing may take it for a table.
pub(super) fn spool_name(table: &tables::Table, policy: usize) -> String {
    format!("{}-{policy}.spool", table.name)
}

/// Draw, run and weight.
pub(super) fn run_key(run: u64, weight: f64) -> [Cell<'static>; 3] {
    let run = i64::try_from(run).expect("run numbers stay far below 2^63");
    [DRAW, Cell::Int(run), Cell::Real(weight)]
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
