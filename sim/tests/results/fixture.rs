//! A network of one consumer a name, and runs made up from their numbers.

use shortfall::baseline::{Baseline, Path};
use shortfall::exposure::{Cause, Event, Picked, Script, Shape};
use shortfall::hazards::{Drawn, Hazard, Links, Times};
use shortfall::history::Occurrence;
use shortfall::levers::{Rules, Stockpile};
use shortfall::metrics::{Outcome, RunMetrics, Service, StockOutcome};
use shortfall::network::{
    Clock, Consumer, Destination, DestinationId, Material, MaterialId, Network, Place, PlaceId,
};
use shortfall::policies::Policy;
use shortfall::random::Law;
use shortfall::results::{self, Chunk, Done, Draft, Encoder, Keep, Manifest, Piece, Shard, Subject};
use shortfall::scenario::{
    Allocation, Location, Market, PriceMode, Recovery, RunSettings, Scenario, Settings, Source, SourceId,
    Surplus, Time,
};
use shortfall::units::StepLength;
use std::sync::Arc;

pub(crate) const YEARS: usize = 2;

/// Materials of these names, each used in one place.
pub(crate) fn baseline(names: &[String]) -> Baseline {
    let materials: Vec<Material> = names.iter().enumerate().map(|(m, name)| material(m, name)).collect();
    let destinations = (0..names.len()).map(|m| Destination {
        material: MaterialId::new(m),
        place: PlaceId::new(0),
        consumers: m..m + 1,
        cover_days: 30.0,
    });
    let consumers = (0..names.len()).map(|m| Consumer {
        destination: DestinationId::new(m),
        sector: 0,
        demand: 100.0,
        growth: 0.0,
        elasticity: 0.0,
        class: 0,
        backlog_share: 0.0,
        shortage_cost: None,
        shortage_steps: Vec::new(),
    });
    let network = Network {
        name: "made-up".to_owned(),
        clock: clock(),
        settings: settings(),
        places: vec![Place { code: "NAM".to_owned(), name: "Namibia".to_owned(), gdp: None, position: None }],
        blocs: Vec::new(),
        sectors: vec!["civil, \"other\"".to_owned()],
        chokepoints: Vec::new(),
        origins: Vec::new(),
        destinations: destinations.collect(),
        lanes: Vec::new(),
        plants: Vec::new(),
        consumers: consumers.collect(),
        n_classes: 1,
        assumptions: Vec::new(),
        materials,
    };
    let n = names.len();
    let path = Path::level(n, n, 0);
    let need = vec![365.25; n];
    Baseline {
        network,
        output: Vec::new(),
        need,
        flow: Vec::new(),
        weight: Vec::new(),
        path,
        adjustments: Vec::new(),
        warnings: Vec::new(),
    }
}

fn material(m: usize, name: &str) -> Material {
    Material {
        code: name.to_owned(),
        name: name.to_owned(),
        unit: "t".to_owned(),
        basis: String::new(),
        tier: "ore".to_owned(),
        reference_price: None,
        market: market(),
        origins: 0..0,
        destinations: m..m + 1,
        lanes: 0..0,
    }
}

pub(crate) fn clock() -> Clock {
    Clock { start: start(), dt: 1.0 / 12.0, n_steps: 12 * YEARS }
}

fn start() -> shortfall::scenario::Date {
    "2027-01-01".parse().unwrap()
}

fn settings() -> Settings {
    Settings {
        prices: PriceMode::Exogenous,
        allocation: Allocation::Priority,
        tolerance: 0.01,
        surplus: Surplus::ByUse,
        prior: None,
        default_transit_days: 30.0,
        price_bounds: (0.1, 10.0),
        discount_rate: 0.0,
        market: market(),
        markets: Vec::new(),
    }
}

fn market() -> Market {
    Market {
        prior: None,
        cover_days: 30.0,
        adjustment_days: 90.0,
        smoothing_days: None,
        unsold_days: 0.0,
        unsold_adjustment_days: 90.0,
        storage_days: f64::INFINITY,
        spot_share: 0.5,
        contract_share: 0.0,
        contract_lag_days: 90.0,
        home_share: 0.0,
        switching_per_year: 0.0,
        price_cover: 0.0,
        price_unsold: 0.0,
        price_utilisation: 0.0,
        price_unserved: 0.0,
        price_fear: 0.0,
        price_cost: 0.0,
        elasticity_later: 0.0,
        capacity_later: 0.0,
        later_days: 730.0,
        price_days: 30.0,
        hoarding: 0.0,
        front_loading: 0.0,
    }
}

/// A policy that holds stockpiles of these names, of the first material; `unlimited` is.
pub(crate) fn policy(name: &str, stockpiles: &[&str]) -> Policy {
    let stockpiles = stockpiles.iter().map(|name| Stockpile {
        name: (*name).to_owned(),
        material: MaterialId::new(0),
        destinations: vec![DestinationId::new(0)],
        serves: None,
        target: if *name == "unlimited" { f64::INFINITY } else { 50.0 },
        initial: 50.0,
        spoilage: 0.0,
        delivery_lag: 0.0,
        buys: false,
        sharing: None,
    });
    let network = baseline(&[String::from("one")]).network;
    let mut rules = Rules { stockpiles: stockpiles.collect(), ..Rules::new(&network) };
    if !rules.stockpiles.is_empty() {
        let _ = ["purchase", "holding", "sales"].map(|item| rules.account("NAM", item));
    }
    Policy { name: name.to_owned(), rules, measures: Vec::new() }
}

#[derive(Debug)]
struct Harmless(Vec<String>);

impl Hazard for Harmless {
    fn units(&self) -> &[String] {
        &self.0
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn effects(&self, _: &Event, _: &Shape, _: usize, _: &mut Script) {}
}

pub(crate) fn hazard(name: &str) -> Drawn {
    let shape = Shape { clock: clock(), lead: 0.0, ramp: 0.0, recovery: 0.0, form: Recovery::Linear };
    Drawn {
        name: name.to_owned(),
        kind: "outage",
        onset: Times::Poisson { per_year: 1.0 },
        duration: None,
        duration_unit: 1.0,
        severity: Law::fixed(1.0),
        sample: None,
        shape,
        links: Links::default(),
        hazard: Box::new(Harmless(["a", "b", "c"].map(str::to_owned).to_vec())),
    }
}

/// One event in every third run.
pub(crate) fn events(run: u64) -> Vec<Occurrence> {
    let picked = (!run.is_multiple_of(2)).then(|| Picked::from_iter([0, 2]));
    let event = Event {
        hazard: 0,
        number: 0,
        start: 0.5,
        end: f64::INFINITY,
        severity: 1.0,
        picked,
        cause: Cause::Onset,
    };
    if run.is_multiple_of(3) { vec![Occurrence::common(event)] } else { Vec::new() }
}

/// Numbers that look random and depend on what they are for.
fn number(keys: [u64; 3]) -> f64 {
    let mixed = keys
        .iter()
        .fold(0x9e37_79b9_7f4a_7c15_u64, |hash, key| (hash ^ key).wrapping_mul(0x0000_0100_0000_01b3));
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// Work that is shared with nobody.
pub(crate) fn in_turn(n: usize, each: &(dyn Fn(usize) + Sync)) {
    (0..n).for_each(each);
}

/// A run made up for a policy.
pub(crate) fn metrics(policy: u64, run: u64, consumers: usize, stockpiles: usize) -> RunMetrics {
    let service = |key: u64| {
        let unserved = number([policy, run, key]);
        Service { requirement: 2.0, served: 2.0 - unserved, unserved, steps_short: 3.0, ..Service::default() }
    };
    let outcome = |consumer: u64| Outcome {
        whole: service(consumer),
        first_short: run.is_multiple_of(2).then_some(4),
        recovery_steps: None,
        price_peak: 1.0,
        price_mean: 1.0,
        price_paid: 1.0,
        extra_spending: None,
        lost_surplus: None,
        shortage_cost: None,
        substituted: 0.0,
    };
    let consumers = 0..consumers as u64;
    let years = |consumer: u64| (0..YEARS as u64).map(move |year| service(1000 + consumer * 10 + year));
    RunMetrics {
        run,
        weight: 1.0,
        outcomes: consumers.clone().map(outcome).collect(),
        years: consumers.flat_map(years).collect(),
        stockpiles: vec![StockOutcome { required: 73.0, ..StockOutcome::default() }; stockpiles],
        costs: vec![number([policy, run, 7]), 0.0, -1.0],
        series: Vec::new(),
    }
}

/// A scenario with one file of this name.
pub(crate) fn scenario(seed: u64, file: &str) -> Scenario {
    let source = Source {
        path: file.into(),
        name: file.to_owned(),
        text: "format = 1\n".to_owned(),
        sha256: "00".repeat(32),
    };
    let at = Location { source: SourceId(0), start: 0, end: 0 };
    Scenario {
        name: "made-up".to_owned(),
        title: "Made up".to_owned(),
        question: String::new(),
        folder: ".".into(),
        sources: vec![source],
        time: Time { start: start(), years: YEARS as f64, step: StepLength::Month, n_steps: 12 * YEARS, at },
        run: RunSettings { seed, runs: 9, draws: None, until: None },
        settings: settings(),
        places: Vec::new(),
        blocs: Vec::new(),
        materials: Vec::new(),
        plants: Vec::new(),
        recipes: Vec::new(),
        lanes: Vec::new(),
        transit: Vec::new(),
        chokepoints: Vec::new(),
        consumers: Vec::new(),
        stocks: Vec::new(),
        hazards: Vec::new(),
        regimes: Vec::new(),
        settlements: Vec::new(),
        shortage_costs: Vec::new(),
        measures: Vec::new(),
        policies: Vec::new(),
        assumptions: Vec::new(),
    }
}

/// What a folder of results is made of.
pub(crate) struct Study {
    pub(crate) scenario: Scenario,
    pub(crate) baseline: Baseline,
    pub(crate) hazards: Vec<Drawn>,
    pub(crate) policies: Vec<Policy>,
}

impl Study {
    pub(crate) fn new(names: &[&str], policies: Vec<Policy>) -> Study {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Study {
            scenario: scenario(1, "scenario.toml"),
            baseline: baseline(&names),
            hazards: vec![hazard("storm")],
            policies,
        }
    }

    pub(crate) fn manifest(&self) -> Manifest {
        let names = self.policies.iter().map(|policy| policy.name.clone()).collect();
        Manifest::begin(&self.scenario, &self.baseline, &[], names, Vec::new())
    }

    /// Takes a folder for work of so many chunks.
    pub(crate) fn begin(&self, out: &std::path::Path, n_chunks: u64) -> Draft {
        let manifest = self.manifest();
        let fixed = results::fixed(&self.scenario, &manifest, std::iter::empty(), std::iter::empty());
        let held = results::enter(out, Shard::WHOLE).unwrap();
        Draft::begin(held, manifest, n_chunks, fixed, true).unwrap()
    }

    /// The rows of these runs.
    pub(crate) fn chunk(&self, runs: std::ops::Range<u64>) -> Chunk {
        let policies: Vec<&Policy> = self.policies.iter().collect();
        let consumers = self.baseline.network.consumers.len();
        let of = |(number, policy): (usize, &Policy)| {
            let stockpiles = policy.rules.stockpiles.len();
            runs.clone().map(|run| metrics(number as u64, run, consumers, stockpiles)).collect()
        };
        let piece = Piece {
            point: 0,
            draw: 0,
            subject: Arc::new(Subject::new(&self.baseline, &self.hazards, &policies, None)),
            first_run: runs.start,
            weights: runs.clone().map(|_| 1.0).collect(),
            events: runs.clone().map(events).collect(),
            metrics: self.policies.iter().enumerate().map(of).collect(),
        };
        let pieces = [piece];
        let encoder = Encoder::new(&pieces, self.policies.len(), Keep::Runs);
        (0..encoder.n_jobs(false)).flat_map(|job| encoder.encode(false, job)).collect()
    }

    /// Writes so many runs, `length` to a chunk, in a folder in which `replaced` is to be replaced.
    pub(crate) fn write(
        &self,
        out: &std::path::Path,
        runs: u64,
        length: u64,
        replaced: Option<&Manifest>,
    ) -> Manifest {
        let n_chunks = runs.div_ceil(length);
        let draft = self.begin(out, n_chunks);
        // In any order: the last first.
        let mut done: Vec<Done> = (0..n_chunks)
            .rev()
            .map(|number| {
                let runs = number * length..((number + 1) * length).min(runs);
                draft.put(number, &self.chunk(runs)).unwrap()
            })
            .collect();
        done.sort_by_key(Done::number);
        draft.receipt(&done).unwrap();
        results::finish(draft, &done, replaced, &in_turn).unwrap()
    }
}
