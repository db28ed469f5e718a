//! Every run of a scenario under its first policy, step by step, as one wide CSV table: for hindcasts, and for looking closely.
//!
//! ```text
//! cargo run --release --example series -- scenarios/tit-for-tat series.csv
//! ```
//!
//! One row a point, draw, run and step. Columns, amounts per step: `shipped M FROM>TO`, `output M FROM`, `unsold M FROM`, `price_home M FROM`
//! of origins; `arrived M TO`, `inventory M TO`, `price M TO`, `contract M TO`
//! (prices relative to the baseline), `unmet M TO` (share) of destinations; `required M TO`, `served M TO` of all consumers there.

use shortfall::ensemble::{Model, study};
use shortfall::hazards::reach;
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::network::Network;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::{Plan, State};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;

const USAGE: &str = "series SCENARIO OUT.csv";

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, out] = &arguments[..] else { return Err(USAGE.into()) };
    let mut problems = Problems::default();
    let study = study(Path::new(scenario), &Options::default(), &mut problems);
    let study = study.map_err(|_| problems.render(false))?;
    study.check(0..study.open().n_points()).map_err(|refusal| format!("{refusal:?}"))?;
    let file = File::create(out).map_err(|error| format!("{out}: {error}"))?;
    let mut file = BufWriter::new(file);
    let first = Table::new(&study.base.baseline.network);
    let failed = |error: std::io::Error| format!("{out}: {error}");
    writeln!(file, "point,draw,run,step,{}", first.names.join(",")).map_err(failed)?;
    for point in 0..study.open().n_points() {
        for draw in 0..study.open().n_draws() {
            let mut problems = Problems::default();
            let model = study
                .model(study.case(point, draw), &mut problems)
                .map_err(|_| format!("point {point}, draw {draw}: {}", problems.render(false)))?;
            let table = Table::new(&model.baseline.network);
            if table.names != first.names {
                return Err(format!("point {point} has another network than the first"));
            }
            write(&mut file, &model, &table, point, draw).map_err(failed)?;
        }
    }
    file.flush().map_err(failed)
}

/// The rows of one case.
fn write(file: &mut impl Write, model: &Model, table: &Table, point: u64, draw: u64) -> std::io::Result<()> {
    let (network, settings) = (&model.baseline.network, &model.scenario.run);
    let policy = &model.policies[0];
    let plan = Plan::new(&model.baseline, &policy.rules, reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    for first_run in (0..settings.runs).step_by(WIDTH) {
        let n_runs = (settings.runs - first_run).min(WIDTH as u64) as usize;
        let block = Block { seed: settings.seed, draw, first_run, n_runs };
        let history = history::sample(&model.hazards, network.clock, &block);
        let mut steps: Vec<Vec<[f64; WIDTH]>> = Vec::with_capacity(network.clock.n_steps);
        workspace.simulate(&history, &block, |_, state| steps.push(table.read(network, state)));
        for run in 0..n_runs {
            for (step, rows) in steps.iter().enumerate() {
                write!(file, "{point},{draw},{},{step}", first_run + run as u64)?;
                for row in rows {
                    // Seven digits: more than anyone reads, and half the bytes.
                    write!(file, ",{}", row[run] as f32)?;
                }
                writeln!(file)?;
            }
        }
    }
    Ok(())
}

/// The columns.
struct Table {
    names: Vec<String>,
    /// Consumers of each destination.
    consumers: Vec<Range<usize>>,
    /// Plants of each origin.
    plants: Vec<Range<usize>>,
}

impl Table {
    fn new(network: &Network) -> Table {
        let place = |id: usize| &network.places[id].code;
        let material = |id: usize| &network.materials[id].code;
        let mut names = Vec::new();
        for lane in &network.lanes {
            let (origin, destination) =
                (&network.origins[lane.origin.index()], &network.destinations[lane.destination.index()]);
            let (from, to) = (place(origin.place.index()), place(destination.place.index()));
            names.push(format!("shipped {} {from}>{to}", material(origin.material.index())));
        }
        for origin in &network.origins {
            let at = format!("{} {}", material(origin.material.index()), place(origin.place.index()));
            names.extend(["output", "unsold", "price_home"].map(|what| format!("{what} {at}")));
        }
        for destination in &network.destinations {
            let at =
                format!("{} {}", material(destination.material.index()), place(destination.place.index()));
            let of = ["arrived", "inventory", "price", "contract", "unmet", "required", "served"];
            names.extend(of.map(|what| format!("{what} {at}")));
        }
        let consumers =
            network.destinations.iter().map(|destination| destination.consumers.clone()).collect();
        let plants = network.origins.iter().map(|origin| origin.plants.clone()).collect();
        Table { names, consumers, plants }
    }

    /// What a step left behind, in the order of the names.
    fn read(&self, network: &Network, state: &State) -> Vec<[f64; WIDTH]> {
        let mut rows: Vec<[f64; WIDTH]> = state.shipped.iter().map(|row| row.0).collect();
        for (e, plants) in self.plants.iter().enumerate() {
            rows.push(sum(&state.output[plants.clone()]));
            rows.push(state.unsold[e].0);
            rows.push(state.log_price_origin[e].exp().0);
        }
        for (i, consumers) in self.consumers.iter().enumerate() {
            rows.push(state.arrived[i].0);
            rows.push(state.inventory[i].0);
            rows.push(state.price[i].0);
            rows.push(state.contract_price[i].0);
            rows.push(state.unmet_share(i).0);
            rows.push(sum(&state.requirement[consumers.clone()]));
            rows.push(sum(&state.served[consumers.clone()]));
        }
        debug_assert_eq!(rows.len(), self.names.len(), "{}", network.name);
        rows
    }
}

fn sum(rows: &[shortfall::math::Row]) -> [f64; WIDTH] {
    let mut total = [0.0; WIDTH];
    for row in rows {
        total.iter_mut().zip(row.0).for_each(|(total, value)| *total += value);
    }
    total
}
