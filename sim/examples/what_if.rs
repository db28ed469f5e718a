//! One hazard at a date, everything else quiet: prices, stocks and what is missing, step by step, without a policy.
//!
//! ```text
//! cargo run --release --example what_if -- scenarios/cobalt-fpv drc_suspension 2027-06-01 8 cobalt_hydroxide:COD cobalt_hydroxide:CHN
//! ```

use shortfall::ensemble::{Model, prepare};
use shortfall::hazards::{Times, reach};
use shortfall::history;
use shortfall::random::{Block, Law};
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems, parse_date};
use shortfall::step::{Plan, State};
use std::path::Path;

const USAGE: &str = "what_if SCENARIO HAZARD DATE MONTHS MATERIAL:PLACE…";

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, hazard, date, months, markets @ ..] = &arguments[..] else { return Err(USAGE.into()) };
    let mut problems = Problems::default();
    let mut model = prepare(Path::new(scenario), &Options::default(), &mut problems)
        .map_err(|_| problems.render(false))?;
    model.hazards.retain(|drawn| drawn.name == *hazard);
    let drawn = model.hazards.first_mut().ok_or_else(|| format!("no hazard \"{hazard}\""))?;
    drawn.onset = Times::Scheduled(vec![parse_date(date)?]);
    drawn.duration = Some(Law::fixed(months.parse().map_err(|_| USAGE)?));
    drawn.duration_unit = 1.0 / 12.0;
    drawn.severity = Law::fixed(drawn.severity.central());
    let markets: Vec<Market> = markets.iter().map(|name| market(&model, name)).collect::<Result<_, _>>()?;

    let network = &model.baseline.network;
    let policy = model.policies.first().ok_or("the scenario has no policy")?;
    let plan = Plan::new(&model.baseline, &policy.rules, reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let block = Block { seed: 1, draw: 0, first_run: 0, n_runs: 1 };
    let history = history::sample(&model.hazards, network.clock, &block);
    workspace.simulate(&history, &block, |t, state| {
        let said: Vec<String> = markets.iter().map(|market| market.say(&model, state)).collect();
        println!("{t:3}  {}", said.join("  "));
    });
    Ok(())
}

/// A destination.
struct Market {
    name: String,
    index: usize,
}

fn market(model: &Model, name: &str) -> Result<Market, String> {
    let network = &model.baseline.network;
    let named = |i: &usize| {
        let at = &network.destinations[*i];
        let (material, place) = (&network.materials[at.material.index()], &network.places[at.place.index()]);
        format!("{}:{}", material.code, place.code) == name
    };
    let index = (0..network.destinations.len()).find(named);
    index.map(|index| Market { name: name.into(), index }).ok_or_else(|| format!("nobody uses {name}"))
}

impl Market {
    fn say(&self, model: &Model, state: &State) -> String {
        let days = state.inventory[self.index].0[0] / model.baseline.need[self.index] * 365.25;
        let price = state.log_price[self.index].exp().0[0];
        let unmet = 100.0 * state.unmet_share(self.index).0[0];
        format!("{}: price {price:.2}, cover {days:.0} d, unmet {unmet:.0} %", self.name)
    }
}
