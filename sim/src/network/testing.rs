//! Scenarios for tests, built row by row without a file. Every cell has a location of its own.

use super::{Network, compile};
use crate::scenario::Allocation;
use crate::scenario::At;
use crate::scenario::BlocRow;
use crate::scenario::ConsumerRow;
use crate::scenario::Date;
use crate::scenario::LaneRow;
use crate::scenario::Location;
use crate::scenario::Market;
use crate::scenario::MaterialRow;
use crate::scenario::PlaceRow;
use crate::scenario::PlantRow;
use crate::scenario::PriceMode;
use crate::scenario::Problem;
use crate::scenario::Problems;
use crate::scenario::RecipeRow;
use crate::scenario::RunSettings;
use crate::scenario::Scenario;
use crate::scenario::Settings;
use crate::scenario::SourceId;
use crate::scenario::Surplus;
use crate::scenario::Time;
use crate::scenario::TransitRow;
use crate::units::StepLength;

/// A scenario under construction.
pub(crate) struct Tables {
    pub(crate) scenario: Scenario,
    n_cells: usize,
}

/// A location that no other cell has.
fn cell(n: usize) -> Location {
    Location { source: SourceId(0), start: n, end: n }
}

/// Parameters under which nothing in the market reacts faster than the baseline allows.
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
        price_cover: 0.5,
        price_unsold: 0.2,
        price_utilisation: 0.1,
        price_unserved: 1.0,
        price_fear: 0.0,
        price_cost: 0.0,
        elasticity_later: 0.0,
        capacity_later: 0.0,
        later_days: 730.0,
        price_days: 90.0,
        hoarding: 0.0,
        front_loading: 0.0,
    }
}

impl Tables {
    /// No rows; a year by months, defaults of the format.
    pub(crate) fn new() -> Tables {
        let settings = Settings {
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
        };
        let time = Time {
            start: Date::constant(2027, 1, 1),
            years: 1.0,
            step: StepLength::Month,
            n_steps: 12,
            at: cell(0),
        };
        let scenario = Scenario {
            name: "test".into(),
            title: String::new(),
            question: String::new(),
            folder: std::path::PathBuf::new(),
            sources: Vec::new(),
            time,
            run: RunSettings { seed: 1, runs: 1, draws: None, until: None },
            settings,
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
        };
        Tables { scenario, n_cells: 0 }
    }

    fn next(&mut self) -> Location {
        self.n_cells += 1;
        cell(self.n_cells)
    }

    /// A value at a cell of its own.
    pub(crate) fn at<T>(&mut self, value: T) -> At<T> {
        At { value, at: self.next() }
    }

    fn text(&mut self, value: &str) -> At<String> {
        self.at(value.to_string())
    }

    pub(crate) fn places(mut self, codes: &[&str]) -> Tables {
        for code in codes {
            let place = self.text(code);
            self.scenario.places.push(PlaceRow { place, name: String::new(), gdp_usd: None, position: None });
        }
        self
    }

    pub(crate) fn bloc(mut self, name: &str, members: &[&str]) -> Tables {
        let bloc = self.text(name);
        let places = members.iter().map(|place| self.text(place)).collect();
        self.scenario.blocs.push(BlocRow { bloc, places });
        self
    }

    pub(crate) fn material(mut self, code: &str, unit: &str) -> Tables {
        let row = MaterialRow {
            material: self.text(code),
            name: String::new(),
            unit: self.text(unit),
            basis: String::new(),
            tier: self.text("refined"),
            reference_price_usd: None,
        };
        self.scenario.materials.push(row);
        self
    }

    pub(crate) fn plant(
        mut self,
        name: &str,
        material: &str,
        place: &str,
        capacity: f64,
        output: impl Into<Option<f64>>,
    ) -> Tables {
        let row = PlantRow {
            plant: self.text(name),
            material: self.text(material),
            place: self.text(place),
            owner: None,
            capacity_per_year: self.at(capacity),
            output_per_year: output.into().map(|output| self.at(output)),
            minimum_run: 0.0,
            ramp_months: 0.0,
            unit_cost: None,
            exit_lag_months: 0.0,
            restart_price: None,
            restart_lag_months: 0.0,
            host: None,
            priority: None,
            planned: false,
            position: None,
            at: self.next(),
        };
        self.scenario.plants.push(row);
        self
    }

    /// Makes the last plant a by-product.
    pub(crate) fn host(mut self, host: &str, ratio: f64) -> Tables {
        let host = self.text(host);
        self.scenario.plants.last_mut().expect("a plant was added").host = Some((host, ratio));
        self
    }

    pub(crate) fn recipe(mut self, output: &str, input: &str, per_output: f64) -> Tables {
        let row = RecipeRow {
            output: self.text(output),
            input: self.text(input),
            per_output,
            plant: None,
            at: self.next(),
        };
        self.scenario.recipes.push(row);
        self
    }

    pub(crate) fn lane(
        mut self,
        material: &str,
        from: &str,
        to: &str,
        flow: impl Into<Option<f64>>,
    ) -> Tables {
        let row = LaneRow {
            material: self.text(material),
            from: self.text(from),
            to: self.text(to),
            flow_per_year: flow.into().map(|flow| self.at(flow)),
            transit_days: Some(0.0),
            chokepoints: None,
            at: self.next(),
        };
        self.scenario.lanes.push(row);
        self
    }

    /// Leaves the last lane's transit to transit.csv.
    pub(crate) fn transit_unknown(mut self) -> Tables {
        self.scenario.lanes.last_mut().expect("a lane was added").transit_days = None;
        self
    }

    pub(crate) fn transit(mut self, from: &str, to: &str, material: &str, days: f64) -> Tables {
        let row = TransitRow {
            from: self.text(from),
            to: self.text(to),
            material: self.text(material),
            transit_days: days,
            chokepoints: Vec::new(),
        };
        self.scenario.transit.push(row);
        self
    }

    pub(crate) fn consumer(mut self, material: &str, place: &str, sector: &str, demand: f64) -> Tables {
        let row = ConsumerRow {
            material: self.text(material),
            place: self.text(place),
            sector: self.text(sector),
            demand_per_year: self.at(demand),
            priority: 1,
            elasticity: 0.0,
            growth_per_year: 0.0,
            backlog_share: 0.0,
            shortage_cost_usd: None,
            at: self.next(),
        };
        self.scenario.consumers.push(row);
        self
    }

    /// Growth of the last consumer.
    pub(crate) fn growth(mut self, per_year: f64) -> Tables {
        self.scenario.consumers.last_mut().expect("a consumer was added").growth_per_year = per_year;
        self
    }

    /// Priority of the last consumer.
    pub(crate) fn priority(mut self, priority: u32) -> Tables {
        self.scenario.consumers.last_mut().expect("a consumer was added").priority = priority;
        self
    }

    /// The network, which must compile.
    pub(crate) fn network(&self) -> Network {
        let mut problems = Problems::default();
        let network = compile(&self.scenario, &mut problems);
        assert!(problems.list.is_empty(), "{:?}", problems.list);
        network.expect("a scenario without problems compiles")
    }

    /// What is wrong with it.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        assert!(compile(&self.scenario, &mut problems).is_none());
        problems.list
    }
}
