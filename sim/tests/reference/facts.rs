//! What the slow step knows of a network: everything by name, flows per step.

use shortfall::baseline::Baseline;
use shortfall::levers::{Rules, Sharing};
use shortfall::network::{Allocation, PriceMode};
use shortfall::scenario::Market;
use std::collections::BTreeMap;

pub type Name = String;
/// An origin or a destination: material, place.
pub type Side = (Name, Name);
/// A lane: material, from, to.
pub type Lane = (Name, Name, Name);
/// A consumer: material, place, class, sector.
pub type Consumer = (Name, Name, usize, Name);
pub type Table<K> = BTreeMap<K, f64>;

pub const DAYS: f64 = 365.25;

pub struct OriginFacts {
    pub output: f64,
    pub unsold: f64,
    pub storage: f64,
    pub plants: Vec<Name>,
}

pub struct DestinationFacts {
    pub need: f64,
    /// Cover in steps.
    pub cover: f64,
    /// What recipes that point back take out of it in a step: held besides the cover.
    pub reserve: f64,
    /// Cover that a measure adds from the start, in steps.
    pub extra_cover: f64,
}

pub struct LaneFacts {
    pub flow: f64,
    pub weight: f64,
    /// Transit in steps.
    pub transit: f64,
}

pub struct PlantFacts {
    pub origin: Side,
    pub capacity: f64,
    /// Not there until a measure builds it.
    pub planned: bool,
    pub output: f64,
    pub minimum_run: f64,
    /// Most by which output rises in a step.
    pub ramp: f64,
    pub unit_cost: Option<f64>,
    pub exit_lag: f64,
    pub restart_price: f64,
    pub restart_lag: f64,
    pub host: Option<(Name, f64)>,
    pub class: usize,
    /// Material of each input and units per unit of output, in the recipe's order.
    pub inputs: Vec<(Name, f64)>,
}

pub struct ConsumerFacts {
    pub demand: f64,
    pub elasticity: f64,
    pub backlog_share: f64,
}

pub struct StockpileFacts {
    pub name: Name,
    pub material: Name,
    pub destinations: Vec<Side>,
    pub serves: Option<Vec<Consumer>>,
    pub unlimited: bool,
    pub initial: f64,
    pub spoilage: f64,
    /// Steps from release to arrival.
    pub delivery_lag: f64,
    pub buys: bool,
    pub sharing: Option<Sharing>,
}

/// A consumer whose use can move to another, and units needed there for one not needed here.
pub struct ShiftFacts {
    pub from: Consumer,
    pub to: Consumer,
    pub ratio: f64,
}

/// Growth factors of one step.
pub struct Growth {
    pub demand: Table<Consumer>,
    pub need: Table<Side>,
    pub output: Table<Side>,
}

pub struct Facts {
    pub dt: f64,
    pub endogenous: bool,
    pub price_bounds: (f64, f64),
    pub allocation: Allocation,
    /// Classes of service, that of floors included.
    pub n_classes: usize,
    /// Share of a sector's claims that is served before any class.
    pub floors: Table<Name>,
    /// First tier first.
    pub materials: Vec<Name>,
    pub market: BTreeMap<Name, Market>,
    /// Reference prices, 0 where there is none.
    pub price: BTreeMap<Name, f64>,
    pub origins: BTreeMap<Side, OriginFacts>,
    pub destinations: BTreeMap<Side, DestinationFacts>,
    pub lanes: BTreeMap<Lane, LaneFacts>,
    pub plants: BTreeMap<Name, PlantFacts>,
    pub consumers: BTreeMap<Consumer, ConsumerFacts>,
    pub stockpiles: Vec<StockpileFacts>,
    pub shifts: Vec<ShiftFacts>,
    pub pools: Vec<Vec<Side>>,
    pub growth: Vec<Growth>,
    /// Most steps that events add to a transit, all together.
    pub longest_delay: f64,
    pub names: Names,
}

/// The name of each number of the fast step.
pub struct Names {
    pub origins: Vec<Side>,
    pub destinations: Vec<Side>,
    pub lanes: Vec<Lane>,
    pub plants: Vec<Name>,
    pub consumers: Vec<Consumer>,
}

impl Names {
    fn of(baseline: &Baseline) -> Names {
        let network = &baseline.network;
        let place = |id: shortfall::network::PlaceId| network.places[id.index()].code.clone();
        let material = |id: shortfall::network::MaterialId| network.materials[id.index()].code.clone();
        let destinations: Vec<Side> =
            network.destinations.iter().map(|d| (material(d.material), place(d.place))).collect();
        let origins: Vec<Side> =
            network.origins.iter().map(|o| (material(o.material), place(o.place))).collect();
        let lane = |l: &shortfall::network::Lane| {
            let (from, to) = (&origins[l.origin.index()], &destinations[l.destination.index()]);
            (from.0.clone(), from.1.clone(), to.1.clone())
        };
        let consumer = |c: &shortfall::network::Consumer| {
            let (material, place) = destinations[c.destination.index()].clone();
            (material, place, c.class, network.sectors[c.sector].clone())
        };
        Names {
            lanes: network.lanes.iter().map(lane).collect(),
            plants: network.plants.iter().map(|plant| plant.name.clone()).collect(),
            consumers: network.consumers.iter().map(consumer).collect(),
            origins,
            destinations,
        }
    }
}

fn table<K: Ord + Clone>(names: &[K], values: &[f64]) -> Table<K> {
    names.iter().cloned().zip(values.iter().copied()).collect()
}

/// What plants of earlier materials, and of the same one, take out of a destination in a year.
fn reserve(baseline: &Baseline, destination: usize) -> f64 {
    let network = &baseline.network;
    let mut reserve = 0.0;
    for (plant, output) in network.plants.iter().zip(&baseline.output) {
        for input in plant.inputs.iter().filter(|input| input.destination.index() == destination) {
            if network.origins[plant.origin.index()].material <= network.destinations[destination].material {
                reserve += input.per_output * output;
            }
        }
    }
    reserve
}

impl Facts {
    pub fn of(baseline: &Baseline, rules: &Rules, longest_delay: f64) -> Facts {
        let network = &baseline.network;
        let dt = network.clock.dt;
        let names = Names::of(baseline);
        let days = |days: f64| days / DAYS / dt;
        let market = |side: &Side| {
            &network.materials.iter().find(|material| material.code == side.0).expect("listed").market
        };
        let origins = network.origins.iter().zip(&names.origins).map(|(origin, side)| {
            let output = origin.plants.clone().map(|plant| baseline.output[plant]).sum::<f64>() * dt;
            let plants = names.plants[origin.plants.clone()].to_vec();
            let (unsold, storage) =
                (output * days(origin.unsold_days), output * days(market(side).storage_days));
            (side.clone(), OriginFacts { output, unsold, storage, plants })
        });
        let destinations = network.destinations.iter().enumerate().map(|(i, destination)| {
            let (need, cover) = (baseline.need[i] * dt, days(destination.cover_days));
            let extra = rules.extra_cover.iter().filter(|(id, _)| id.index() == i);
            let extra_cover = extra.map(|(_, years)| years / dt).sum();
            let facts = DestinationFacts { need, cover, reserve: reserve(baseline, i) * dt, extra_cover };
            (names.destinations[i].clone(), facts)
        });
        let lanes = network.lanes.iter().enumerate().map(|(l, lane)| {
            let (flow, weight) = (baseline.flow[l] * dt, baseline.weight[l]);
            (names.lanes[l].clone(), LaneFacts { flow, weight, transit: lane.transit / dt })
        });
        let plants = network.plants.iter().enumerate().map(|(j, plant)| {
            let capacity = plant.capacity * dt;
            let facts = PlantFacts {
                origin: names.origins[plant.origin.index()].clone(),
                capacity,
                planned: plant.planned,
                output: baseline.output[j] * dt,
                minimum_run: plant.minimum_run,
                ramp: if plant.ramp > 0.0 { capacity * dt / plant.ramp } else { f64::INFINITY },
                unit_cost: plant.unit_cost,
                exit_lag: plant.exit_lag / dt,
                restart_price: plant.restart_price,
                restart_lag: plant.restart_lag / dt,
                host: plant.host.map(|(host, ratio)| (names.plants[host.index()].clone(), ratio)),
                class: plant.class,
                inputs: plant
                    .inputs
                    .iter()
                    .map(|input| (names.destinations[input.destination.index()].0.clone(), input.per_output))
                    .collect(),
            };
            (plant.name.clone(), facts)
        });
        let consumers = network.consumers.iter().zip(&names.consumers).map(|(consumer, name)| {
            let facts = ConsumerFacts {
                demand: consumer.demand * dt,
                elasticity: consumer.elasticity,
                backlog_share: consumer.backlog_share,
            };
            (name.clone(), facts)
        });
        let stockpiles = rules.stockpiles.iter().map(|stockpile| StockpileFacts {
            name: stockpile.name.clone(),
            material: network.materials[stockpile.material.index()].code.clone(),
            destinations: stockpile
                .destinations
                .iter()
                .map(|id| names.destinations[id.index()].clone())
                .collect(),
            serves: stockpile
                .serves
                .as_ref()
                .map(|ids| ids.iter().map(|id| names.consumers[id.index()].clone()).collect()),
            unlimited: stockpile.unlimited(),
            initial: stockpile.initial,
            spoilage: stockpile.spoilage,
            delivery_lag: stockpile.delivery_lag / dt,
            buys: stockpile.buys,
            sharing: stockpile.sharing.clone(),
        });
        let shifts = rules.shifts.iter().map(|shift| ShiftFacts {
            from: names.consumers[shift.from.index()].clone(),
            to: names.consumers[shift.to.index()].clone(),
            ratio: shift.ratio,
        });
        let pools = rules
            .pools
            .iter()
            .map(|pool| pool.destinations.iter().map(|i| names.destinations[i.index()].clone()).collect());
        let growth = (0..baseline.path.demand.nrows()).map(|t| Growth {
            demand: table(&names.consumers, baseline.path.demand(t)),
            need: table(&names.destinations, baseline.path.need(t)),
            output: table(&names.origins, baseline.path.output(t)),
        });
        Facts {
            dt,
            endogenous: network.prices() == PriceMode::Endogenous,
            price_bounds: network.settings.price_bounds,
            allocation: rules.allocation,
            n_classes: network.n_classes + usize::from(!rules.floors.is_empty()),
            floors: rules.floors.iter().map(|(s, share)| (network.sectors[*s].clone(), *share)).collect(),
            materials: network.materials.iter().map(|material| material.code.clone()).collect(),
            market: network.materials.iter().map(|m| (m.code.clone(), m.market.clone())).collect(),
            price: network
                .materials
                .iter()
                .map(|m| (m.code.clone(), m.reference_price.unwrap_or(0.0)))
                .collect(),
            origins: origins.collect(),
            destinations: destinations.collect(),
            lanes: lanes.collect(),
            plants: plants.collect(),
            consumers: consumers.collect(),
            stockpiles: stockpiles.collect(),
            shifts: shifts.collect(),
            pools: pools.collect(),
            growth: growth.collect(),
            longest_delay,
            names,
        }
    }

    pub fn rated(&self) -> bool {
        self.allocation == Allocation::Rated
    }

    /// Ranks that orders carry: the classes if they are rated, else one.
    pub fn n_ranks(&self) -> usize {
        if self.rated() { self.n_classes } else { 1 }
    }

    pub fn lanes_from<'a>(&'a self, origin: &'a Side) -> impl Iterator<Item = &'a Lane> {
        self.lanes.keys().filter(move |lane| lane.0 == origin.0 && lane.1 == origin.1)
    }

    pub fn lanes_to<'a>(&'a self, destination: &'a Side) -> impl Iterator<Item = &'a Lane> {
        self.lanes.keys().filter(move |lane| lane.0 == destination.0 && lane.2 == destination.1)
    }

    pub fn consumers_at<'a>(&'a self, destination: &'a Side) -> impl Iterator<Item = &'a Consumer> {
        self.consumers.keys().filter(move |d| d.0 == destination.0 && d.1 == destination.1)
    }

    /// Plants that take an input from a destination, with the units they take per unit of output.
    pub fn plants_at<'a>(&'a self, destination: &'a Side) -> impl Iterator<Item = (&'a Name, f64)> {
        self.plants.iter().flat_map(move |(name, plant)| {
            let here = plant
                .inputs
                .iter()
                .filter(move |(input, _)| *input == destination.0 && plant.origin.1 == destination.1);
            here.map(move |(_, per_output)| (name, *per_output))
        })
    }

    /// Amounts at a destination that count as none: a billionth of its baseline need.
    pub fn nothing(&self, side: &Side) -> f64 {
        1e-9 * self.destinations[side].need
    }

    pub fn growth(&self, t: usize) -> &Growth {
        &self.growth[t.min(self.growth.len() - 1)]
    }
}
