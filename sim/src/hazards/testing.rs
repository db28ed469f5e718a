//! A small balanced network and hazards on it, for the tests of kinds and histories.
//!
//! COD makes 100 units of cobalt_hydroxide a year (tenke 60, kisanfu 40), FIN 20 (kokkola); COD exports 60 to DEU and
//! 30 to FIN, where kokkola's 20 stay. FIN makes 50 of cobalt_refined (harjavalta), of which DEU takes 20.

use super::compile::read;
use super::{Drawn, Hazard, Times};
use crate::baseline::Baseline;
use crate::baseline::Path;
use crate::exposure::{Cause, Channel, Event, Script, Shape};
use crate::network::Clock;
use crate::network::{Chokepoint, Consumer, Destination, Lane, Material, Network, Origin, Place, Plant};
use crate::network::{DestinationId, MaterialId, OriginId, PlaceId, Position};
use crate::random::Law;
use crate::scenario::{Allocation, HazardEntry, Market, Onset, PriceMode, Problems, Recovery, Settings};
use crate::scenario::{At, LinksEntry, Location, ShapeEntry, Surplus};
use crate::units::Years;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::DeTable;

pub(crate) const COD_HOME: u32 = 0;
pub(crate) const COD_DEU: u32 = 1;
pub(crate) const COD_FIN: u32 = 2;
pub(crate) const FIN_DEU: u32 = 3;
pub(crate) const FIN_HOME: u32 = 4;
pub(crate) const REFINED_FIN_DEU: u32 = 5;

pub(crate) const KISANFU: u32 = 0;
pub(crate) const TENKE: u32 = 1;
pub(crate) const KOKKOLA: u32 = 2;

fn nowhere() -> Location {
    Location::of(0..0)
}

fn at(value: &str) -> At<String> {
    At { value: value.to_string(), at: nowhere() }
}

/// Two years of months.
pub(crate) fn clock() -> Clock {
    Clock { start: jiff::civil::date(2027, 1, 1), dt: 1.0 / 12.0, n_steps: 24 }
}

pub(crate) fn baseline() -> Baseline {
    let lane = |origin, destination, flow| Lane {
        origin: OriginId(origin),
        destination: DestinationId(destination),
        flow: Some(flow),
        transit: 0.0,
        chokepoints: Vec::new(),
    };
    let by = |chokepoints: &[usize], lane: Lane| Lane { chokepoints: chokepoints.to_vec(), ..lane };
    let lanes = vec![
        lane(0, 0, 10.0),
        by(&[0, 3], lane(0, 1, 60.0)),
        by(&[0, 3], lane(0, 2, 30.0)),
        by(&[2], lane(1, 1, 0.0)),
        lane(1, 2, 20.0),
        by(&[2], lane(2, 3, 20.0)),
        lane(2, 4, 30.0),
    ];
    let plants = vec![
        plant("kisanfu", 0, 48.0, 40.0),
        Plant { owner: PlaceId(2), ..plant("tenke", 0, 72.0, 60.0) },
        plant("kokkola", 1, 24.0, 20.0),
        plant("harjavalta", 2, 60.0, 50.0),
    ];
    let consumers: Vec<Consumer> =
        [(0, 0, 10.0), (1, 0, 50.0), (1, 1, 10.0), (2, 0, 50.0), (3, 1, 20.0), (4, 0, 30.0)]
            .map(|(destination, sector, demand)| consumer(destination, sector, demand))
            .into();
    let flow: Vec<f64> = lanes.iter().filter_map(|lane| lane.flow).collect();
    let need = vec![10.0, 60.0, 50.0, 20.0, 30.0];
    let weight = lanes.iter().zip(&flow).map(|(lane, flow)| flow / need[lane.destination.index()]).collect();
    let path = Path::level(consumers.len(), need.len(), 3);
    Baseline {
        output: plants.iter().filter_map(|plant| plant.output).collect(),
        network: located(network(lanes, plants, consumers)),
        need,
        flow,
        weight,
        path,
        adjustments: Vec::new(),
        warnings: Vec::new(),
    }
}

/// Plants stand where their places do.
fn located(mut network: Network) -> Network {
    for plant in &mut network.plants {
        plant.position = network.places[network.origins[plant.origin.index()].place.index()].position;
    }
    network
}

fn network(lanes: Vec<Lane>, plants: Vec<Plant>, consumers: Vec<Consumer>) -> Network {
    let place = |(code, latitude, longitude): (&str, f64, f64)| Place {
        code: code.to_string(),
        name: String::new(),
        gdp: None,
        position: Some(Position { latitude, longitude }),
    };
    let chokepoint = |(code, days, via, alternative): (&str, Option<f64>, &str, Option<usize>)| Chokepoint {
        code: code.to_string(),
        detour: days.map(|days| Years::from_days(days).0),
        via: via.to_string(),
        alternative,
    };
    let origin = |material, place, plants, lanes| Origin {
        material: MaterialId(material),
        place: PlaceId(place),
        plants,
        lanes,
        unsold_days: 0.0,
    };
    let destination = |material, place, consumers| Destination {
        material: MaterialId(material),
        place: PlaceId(place),
        consumers,
        cover_days: 0.0,
    };
    Network {
        name: "two tiers".to_string(),
        clock: clock(),
        settings: settings(),
        places: [("COD", -10.7, 25.5), ("DEU", 52.5, 13.4), ("FIN", 61.3, 22.1)].map(place).into(),
        blocs: vec![("EU27".to_string(), vec![PlaceId(1), PlaceId(2)])],
        sectors: ["civil", "defence"].map(String::from).into(),
        chokepoints: [
            ("bab_el_mandeb", Some(15.21875), "cape_good_hope", Some(1)),
            ("cape_good_hope", Some(15.21875), "open sea", None),
            ("danish_straits", None, "", None),
            ("suez", Some(15.21875), "cape_good_hope", Some(1)),
        ]
        .map(chokepoint)
        .into(),
        materials: vec![
            material("cobalt_hydroxide", "intermediate", [0..2, 0..3, 0..5]),
            material("cobalt_refined", "refined", [2..3, 3..5, 5..7]),
        ],
        origins: vec![origin(0, 0, 0..2, 0..3), origin(0, 2, 2..3, 3..5), origin(1, 2, 3..4, 5..7)],
        destinations: vec![
            destination(0, 0, 0..1),
            destination(0, 1, 1..3),
            destination(0, 2, 3..4),
            destination(1, 1, 4..5),
            destination(1, 2, 5..6),
        ],
        lanes,
        plants,
        consumers,
        n_classes: 1,
        assumptions: Vec::new(),
    }
}

fn material(code: &str, tier: &str, [origins, destinations, lanes]: [Range<usize>; 3]) -> Material {
    Material {
        code: code.to_string(),
        name: code.to_string(),
        unit: "t".to_string(),
        basis: String::new(),
        tier: tier.to_string(),
        reference_price: None,
        market: market(),
        origins,
        destinations,
        lanes,
    }
}

fn plant(name: &str, origin: u32, capacity: f64, output: f64) -> Plant {
    Plant {
        name: name.to_string(),
        origin: OriginId(origin),
        owner: PlaceId(if origin == 0 { 0 } else { 2 }),
        capacity,
        output: Some(output),
        minimum_run: 0.0,
        ramp: 0.0,
        unit_cost: None,
        exit_lag: 0.0,
        restart_price: 0.0,
        restart_lag: 0.0,
        host: None,
        class: 0,
        planned: false,
        inputs: Vec::new(),
        position: None,
        at: nowhere(),
    }
}

fn consumer(destination: u32, sector: usize, demand: f64) -> Consumer {
    Consumer {
        destination: DestinationId(destination),
        sector,
        demand,
        growth: 0.0,
        elasticity: 0.0,
        class: 0,
        backlog_share: 0.0,
        shortage_cost: None,
        shortage_steps: Vec::new(),
    }
}

fn settings() -> Settings {
    Settings {
        prices: PriceMode::Exogenous,
        allocation: Allocation::ProRata,
        tolerance: 0.01,
        surplus: Surplus::ByUse,
        prior: None,
        default_transit_days: 0.0,
        price_bounds: (0.1, 10.0),
        discount_rate: 0.0,
        market: market(),
        markets: Vec::new(),
    }
}

fn market() -> Market {
    Market {
        prior: None,
        cover_days: 0.0,
        adjustment_days: 90.0,
        smoothing_days: None,
        unsold_days: 0.0,
        unsold_adjustment_days: 90.0,
        storage_days: f64::INFINITY,
        spot_share: 0.0,
        contract_share: 0.0,
        contract_lag_days: 0.0,
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

/// An entry named `trouble` of a kind: permanent, at a rate of one a year, at once in force and at once over.
pub(crate) fn entry(kind: &str, body: &str) -> HazardEntry {
    let body = DeTable::parse(String::leak(body.to_string())).expect("the test's TOML is well formed");
    HazardEntry {
        name: at("trouble"),
        kind: at(kind),
        enabled: true,
        onset: Onset::Poisson { per_year: 1.0 },
        duration: Some(Law::build("permanent", &[]).expect("permanent has no parameters")),
        duration_unit: 1.0,
        severity: None,
        sample: None,
        shape: ShapeEntry {
            lead_months: 0.0,
            ramp_months: 0.0,
            recovery_months: 0.0,
            recovery: Recovery::Linear,
        },
        links: LinksEntry::default(),
        body: body.into_inner(),
        at: nowhere(),
        keys: BTreeMap::new(),
    }
}

/// Reads an entry; its problems if it is refused.
pub(crate) fn drawn(entry: &HazardEntry) -> Result<Drawn, Vec<String>> {
    let mut problems = Problems::default();
    let drawn = read(entry, &[], &baseline(), &mut problems);
    match drawn {
        Some(drawn) if !problems.refused() => Ok(drawn),
        _ => Err(problems.list.into_iter().map(|problem| problem.message).collect()),
    }
}

/// What an event does to one thing in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write {
    pub(crate) step: u32,
    pub(crate) item: u32,
    pub(crate) channel: Channel,
    pub(crate) value: f64,
}

/// What one event of a hazard writes, for months `from..until`.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) hazard: Box<dyn Hazard>,
    pub(crate) event: Event,
    pub(crate) shape: Shape,
}

/// An event of a hazard that is read from `kind` and `body`.
pub(crate) fn trial(kind: &str, body: &str, severity: f64, from: f64, until: f64) -> Trial {
    let mut entry = entry(kind, body);
    // Its own severity stands in for a law's, so that kinds which ask for one are read.
    entry.onset = Onset::Catalogue(Vec::new());
    let drawn = drawn(&entry).expect("the test's hazard is read");
    assert!(matches!(drawn.onset, Times::Catalogue(_)));
    let event = Event {
        hazard: 0,
        number: 0,
        start: from / 12.0,
        end: until / 12.0,
        severity,
        picked: None,
        cause: Cause::Catalogue,
    };
    Trial { hazard: drawn.hazard, event, shape: drawn.shape }
}

impl Trial {
    pub(crate) fn lead(mut self, months: f64) -> Trial {
        self.shape.lead = months / 12.0;
        self
    }

    pub(crate) fn ramp(mut self, months: f64) -> Trial {
        self.shape.ramp = months / 12.0;
        self
    }

    pub(crate) fn pick(mut self, units: &[&str]) -> Trial {
        let number = |name: &&str| self.hazard.units().iter().position(|unit| unit == name);
        self.event.picked = Some(units.iter().map(|name| number(name).expect("a unit") as u32).collect());
        self
    }

    /// What the event does, step by step.
    pub(crate) fn writes(&self) -> Vec<Write> {
        let mut script = Script::new(self.shape.clock.n_steps);
        self.hazard.effects(&self.event, &self.shape, 0, &mut script);
        let steps = 0..self.shape.clock.n_steps;
        let mut writes = Vec::new();
        for (step, span) in steps.flat_map(|step| script.in_step(step).map(move |span| (step as u32, *span)))
        {
            let write =
                |item: usize| Write { step, item: item as u32, channel: span.channel, value: span.value };
            writes.extend(span.things.items().map(write));
        }
        writes
    }

    /// Items written on a channel, ascending.
    pub(crate) fn items(&self, channel: Channel) -> Vec<u32> {
        let mut items: Vec<u32> =
            self.writes().iter().filter(|write| write.channel == channel).map(|write| write.item).collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// What is written on one thing, by month from 0 to `until`; neutral where nothing is. At most one write a month.
    pub(crate) fn course(&self, channel: Channel, item: u32, until: usize) -> Vec<f64> {
        let mut course = vec![channel.neutral(); until];
        for write in self.writes() {
            if (write.channel, write.item) == (channel, item) && (write.step as usize) < until {
                assert_eq!(
                    course[write.step as usize],
                    channel.neutral(),
                    "two writes in step {}",
                    write.step
                );
                course[write.step as usize] = write.value;
            }
        }
        course
    }
}

#[track_caller]
pub(crate) fn assert_course(got: &[f64], want: &[f64]) {
    let close = |(a, b): (&f64, &f64)| a == b || (a - b).abs() < 1e-12;
    assert!(got.len() == want.len() && got.iter().zip(want).all(close), "{got:?} is not {want:?}");
}
