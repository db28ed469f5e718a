//! Small worlds for tests: written as scenario files, read back, balanced and run as a user's scenario would be.
#![allow(dead_code, reason = "each test crate uses its part of the kit")]

pub mod random;
pub mod steered;
pub mod study;
pub mod weather;

use shortfall::ensemble::{Model, prepare};
use shortfall::history;
use shortfall::metrics::RunMetrics;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::{Plan, State};
use std::fmt::Write as _;
use std::path::Path;

/// A scenario under construction.
#[derive(Clone, Debug)]
pub struct World {
    pub time: String,
    pub network: String,
    pub market: String,
    pub more: String,
    pub places: Vec<String>,
    /// Whether rows of places have the column `gdp_usd`.
    pub gdp: bool,
    pub materials: Vec<String>,
    pub plants: Vec<String>,
    /// Names of plants that are planned.
    pub planned: Vec<String>,
    /// Plants with the place of their owner, where that is another than theirs.
    pub owners: Vec<(String, String)>,
    pub recipes: Vec<String>,
    pub lanes: Vec<String>,
    pub consumers: Vec<String>,
    /// Rows of events.csv, the catalogue that hazards may name: run, start and end in months, hazard.
    pub events: Vec<String>,
}

impl World {
    /// Monthly steps, exogenous prices, no inventories, no second round, nothing switches; places AAA, BBB, CCC.
    pub fn new(months: usize) -> World {
        World {
            time: format!("start = \"2027-01-01\"\nyears = {}\nstep = \"month\"\n", months as f64 / 12.0),
            network: "prices = \"exogenous\"\ndefault_transit_days = 0\n".into(),
            market:
                "cover_days = 0\nadjustment_days = 30.4375\nsmoothing_days = \"baseline\"\nunsold_days = 0\n\
                     unsold_adjustment_days = 30.4375\nspot_share = 0\ncontract_share = 0\nhome_share = 0\n\
                     switching_per_year = 0\nhoarding = 0\nfront_loading = 0\nprior = \"none\"\n"
                    .into(),
            more: String::new(),
            gdp: false,
            places: ["AAA", "BBB", "CCC"].map(String::from).to_vec(),
            materials: Vec::new(),
            plants: Vec::new(),
            planned: Vec::new(),
            owners: Vec::new(),
            recipes: Vec::new(),
            lanes: Vec::new(),
            consumers: Vec::new(),
            events: Vec::new(),
        }
    }

    /// A material in t, without a price.
    pub fn material(mut self, name: &str) -> World {
        self.materials.push(format!("{name},t,ore,1000"));
        self
    }

    /// A plant, amounts per month.
    pub fn plant(mut self, name: &str, material: &str, place: &str, capacity: f64, output: f64) -> World {
        self.plants.push(format!("{name},{material},{place},{},{},,,,,,,", capacity * 12.0, output * 12.0));
        self
    }

    /// A plant that is not there until a measure builds it.
    pub fn planned(mut self, name: &str, material: &str, place: &str, capacity: f64) -> World {
        self.plants.push(format!("{name},{material},{place},{},,,,,,,,", capacity * 12.0));
        self.planned.push(name.into());
        self
    }

    /// A plant with the columns after output: minimum_run, ramp_months, unit_cost, exit_lag_months, restart_lag_months, host, host_ratio.
    pub fn plant_with(mut self, head: (&str, &str, &str), capacity: f64, output: f64, rest: &str) -> World {
        let (name, material, place) = head;
        self.plants.push(format!("{name},{material},{place},{},{},{rest}", capacity * 12.0, output * 12.0));
        self
    }

    /// A plant's owner answers to this place.
    pub fn owned(mut self, plant: &str, owner: &str) -> World {
        self.owners.push((plant.into(), owner.into()));
        self
    }

    /// One input of an output.
    pub fn recipe(mut self, output: &str, input: &str, amount: f64) -> World {
        self.recipes.push(format!("{output},{input},{amount},"));
        self
    }

    /// One input of one plant, which then has a recipe of its own.
    pub fn recipe_of(mut self, plant: &str, output: &str, input: &str, amount: f64) -> World {
        self.recipes.push(format!("{output},{input},{amount},{plant}"));
        self
    }

    /// A lane, flow per month, transit in months.
    pub fn lane(mut self, material: &str, from: &str, to: &str, flow: f64, transit_months: f64) -> World {
        self.lanes.push(format!("{material},{from},{to},{},{}", flow * 12.0, transit_months * 30.4375));
        self
    }

    /// A consumer, demand per month.
    pub fn consumer(
        mut self,
        material: &str,
        place: &str,
        sector: &str,
        demand: f64,
        priority: u32,
    ) -> World {
        self.consumers.push(format!("{material},{place},{sector},{},{priority},0,0,", demand * 12.0));
        self
    }

    /// A consumer with the columns after demand: priority, elasticity, backlog_share.
    pub fn consumer_with(mut self, head: (&str, &str, &str), demand: f64, rest: &str) -> World {
        let (material, place, sector) = head;
        self.consumers.push(format!("{material},{place},{sector},{},{rest},", demand * 12.0));
        self
    }

    /// An event of run 0 in events.csv, from one month to another: a date would fall beside the months of the model.
    pub fn event(mut self, hazard: &str, from: f64, until: f64) -> World {
        self.events.push(format!("0,{from},{until},{hazard}"));
        self
    }

    /// Sets a market parameter for all materials.
    pub fn market(mut self, key: &str, value: impl std::fmt::Display) -> World {
        let kept: Vec<&str> =
            self.market.lines().filter(|line| !line.starts_with(&format!("{key} "))).collect();
        self.market = format!("{}\n{key} = {value}\n", kept.join("\n"));
        self
    }

    /// Sets a key of `[network]`.
    pub fn network(mut self, key: &str, value: &str) -> World {
        let kept: Vec<&str> =
            self.network.lines().filter(|line| !line.starts_with(&format!("{key} "))).collect();
        self.network = format!("{}\n{key} = {value}\n", kept.join("\n"));
        self
    }

    /// Adds tables: hazards, stockpiles, policies.
    pub fn toml(mut self, text: &str) -> World {
        let _ = writeln!(self.more, "\n{text}");
        self
    }

    /// Writes the scenario into a folder.
    pub fn write(&self, folder: &Path) {
        let policy = if self.more.contains("[policy.") { "" } else { "\n[policy.none]\n" };
        let toml = format!(
            "format = 1\ntitle = \"a test\"\n[time]\n{}[run]\nseed = 1\nruns = 8\n[network]\n{}[market]\n{}{}{policy}",
            self.time, self.network, self.market, self.more
        );
        let table = |name: &str, header: &str, rows: &[String]| {
            std::fs::write(folder.join(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        };
        std::fs::write(folder.join("scenario.toml"), toml).unwrap();
        table("places.csv", if self.gdp { "place,gdp_usd" } else { "place" }, &self.places);
        table("materials.csv", "material,unit,tier,reference_price_usd", &self.materials);
        let plants = "plant,material,place,capacity_per_year,output_per_year,minimum_run,ramp_months,unit_cost,\
                      exit_lag_months,restart_lag_months,host,host_ratio,planned,owner";
        let is_planned = |row: &str| self.planned.iter().any(|name| row.starts_with(&format!("{name},")));
        let owner = |row: &str| {
            let found = self.owners.iter().find(|(name, _)| row.starts_with(&format!("{name},")));
            found.map_or("", |(_, owner)| owner.as_str())
        };
        let rows = self
            .plants
            .iter()
            .map(|row| format!("{row},{},{}", if is_planned(row) { "yes" } else { "" }, owner(row)));
        table("plants.csv", plants, &rows.collect::<Vec<_>>());
        if !self.events.is_empty() {
            table("events.csv", "run,start_months,end_months,hazard", &self.events);
        }
        if !self.recipes.is_empty() {
            table("recipes.csv", "output,input,amount,plant", &self.recipes);
        }
        table("lanes.csv", "material,from,to,flow_per_year,transit_days", &self.lanes);
        table(
            "consumers.csv",
            "material,place,sector,demand_per_year,priority,elasticity,backlog_share,growth_per_year",
            &self.consumers,
        );
    }

    /// Reads the scenario; panics with the problems if it is refused.
    pub fn model(&self) -> Model {
        let folder = tempfile::tempdir().unwrap();
        self.write(folder.path());
        let mut problems = Problems::default();
        match prepare(folder.path(), &Options::default(), &mut problems) {
            Ok(model) => model,
            Err(refusal) => panic!("{}\n{refusal:?}", problems.render(false)),
        }
    }

    /// Runs the first policy and keeps run 0, step by step.
    pub fn run(&self) -> Trace {
        let model = self.model();
        Trace::of(&model, 0)
    }
}

/// One run of a block, step by step.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// `[step][consumer]`
    pub requirement: Vec<Vec<f64>>,
    pub demand: Vec<Vec<f64>>,
    pub served: Vec<Vec<f64>>,
    pub recovered: Vec<Vec<f64>>,
    /// `[step][destination]`
    pub inventory: Vec<Vec<f64>>,
    /// The part of it that is barred to refused users; empty where no hazard names any.
    pub barred: Vec<Vec<f64>>,
    pub price: Vec<Vec<f64>>,
    /// `[step][origin]`
    pub unsold: Vec<Vec<f64>>,
    pub price_origin: Vec<Vec<f64>>,
    /// `[step][plant]`
    pub output: Vec<Vec<f64>>,
    /// `[step][lane]`
    pub shipped: Vec<Vec<f64>>,
    /// `[step][stockpile]`
    pub stock: Vec<Vec<f64>>,
    pub released: Vec<Vec<f64>>,
    pub metrics: Option<RunMetrics>,
}

impl Trace {
    /// Run 0 under policy number `policy`.
    pub fn of(model: &Model, policy: usize) -> Trace {
        Trace::of_run(model, policy, 0)
    }

    /// Run `run` of the first block under policy number `policy`.
    pub fn of_run(model: &Model, policy: usize, run: usize) -> Trace {
        let policy = &model.policies[policy];
        let reach = shortfall::hazards::reach(&model.hazards);
        let plan = Plan::new(&model.baseline, &policy.rules, reach);
        let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
        let block = Block { seed: model.scenario.run.seed, draw: 0, first_run: 0, n_runs: 8 };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        let mut trace = Trace::default();
        let metrics = workspace.simulate(&history, &block, |_, state| trace.push(state, run));
        trace.metrics = metrics.into_iter().nth(run);
        trace
    }

    fn push(&mut self, state: &State, run: usize) {
        let first = |rows: &[shortfall::math::Row]| rows.iter().map(|row| row.0[run]).collect::<Vec<f64>>();
        self.requirement.push(first(&state.requirement));
        self.demand.push(first(&state.demand));
        self.served.push(first(&state.served));
        self.recovered.push(first(&state.recovered));
        self.inventory.push(first(&state.inventory));
        self.barred.push(first(&state.barred));
        self.price.push(state.log_price.iter().map(|row| row.0[run].exp()).collect());
        self.unsold.push(first(&state.unsold));
        self.price_origin.push(state.log_price_origin.iter().map(|row| row.0[run].exp()).collect());
        self.output.push(first(&state.output));
        self.shipped.push(first(&state.shipped));
        self.stock.push(first(&state.stock));
        self.released.push(first(&state.released));
    }

    /// What a party pays for an item under policy number `policy`, USD.
    pub fn cost(&self, model: &Model, policy: usize, party: &str, item: &str) -> f64 {
        let accounts = &model.policies[policy].rules.accounts;
        let index = accounts.iter().position(|account| account.party == party && account.item == item);
        let index = index.unwrap_or_else(|| panic!("no account of {party} for {item} in {accounts:?}"));
        self.metrics.as_ref().expect("run 0 has metrics").costs[index]
    }

    /// What all items of all parties come to, USD.
    pub fn total_cost(&self) -> f64 {
        self.metrics.as_ref().expect("run 0 has metrics").costs.iter().sum()
    }

    /// Shortfall of consumer `d` by step.
    pub fn shortfall(&self, d: usize) -> Vec<f64> {
        self.requirement.iter().zip(&self.served).map(|(r, s)| r[d] - s[d]).collect()
    }

    /// Shortfall of consumer `d` over all steps.
    pub fn total(&self, d: usize) -> f64 {
        self.shortfall(d).iter().sum()
    }
}

/// Fails unless the numbers are equal within 1e-9 of the larger or of one.
#[track_caller]
pub fn assert_close(found: f64, expected: f64) {
    let gap = (found - expected).abs();
    assert!(gap <= 1e-9 * expected.abs().max(1.0), "found {found}, expected {expected}");
}

/// The same for a series.
#[track_caller]
pub fn assert_series(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?} for {expected:?}");
    for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
        let gap = (found - expected).abs();
        assert!(gap <= 1e-9 * expected.abs().max(1.0), "step {step}: found {found}, expected {expected}");
    }
}
