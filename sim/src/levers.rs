//! What a policy can move. Measures write only this, and the step reads only this.

use crate::math::Row;
use crate::network::Allocation;
use crate::network::Network;
use crate::network::{ConsumerId, DestinationId, LaneId, MaterialId, PlantId};

/// What a policy fixes for the whole run: the step's plan is compiled with it.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who is served first.
    pub allocation: Allocation,
    /// Sectors, as indices, with the share of their claims that is served before any class; each share above 0.
    pub floors: Vec<(usize, f64)>,
    /// Stockpiles held, in the order of their names.
    pub stockpiles: Vec<Stockpile>,
    /// Uses that can move to another material.
    pub shifts: Vec<Shift>,
    /// Plants whose capacity moves to another recipe, each with the plant that gets it.
    pub recipes: Vec<[PlantId; 2]>,
    /// Destinations whose inventories can be pooled.
    pub pools: Vec<Pool>,
    /// Cover that users hold from the start besides the baseline's, years of need.
    pub extra_cover: Vec<(DestinationId, f64)>,
    /// Destinations warned of announced events, with the lead in years.
    pub warned: Vec<(DestinationId, f64)>,
    /// Lanes that corridors serve, in id order.
    pub corridors: Vec<LaneId>,
    /// Longest transit that a corridor adds to a lane, years.
    pub longest_detour: f64,
    /// Plants of which a share is held by others than their owner, in id order.
    pub held: Vec<PlantId>,
    /// Whether a measure looks at which hazards are active.
    pub sees_active: bool,
    /// Whether a measure looks at what is announced.
    pub sees_announced: bool,
    /// Which other levers are ever moved: what a policy does not use costs nothing.
    pub moves: Moves,
    /// Who pays for what.
    pub accounts: Vec<Account>,
    /// Plants, lanes and destinations of the network: lengths of the levers.
    pub n_plants: usize,
    /// See `n_plants`.
    pub n_lanes: usize,
    /// See `n_plants`.
    pub n_destinations: usize,
}

impl Rules {
    /// The network's allocation and nothing else.
    pub fn new(network: &Network) -> Rules {
        Rules {
            allocation: network.allocation(),
            floors: Vec::new(),
            stockpiles: Vec::new(),
            shifts: Vec::new(),
            recipes: Vec::new(),
            pools: Vec::new(),
            extra_cover: Vec::new(),
            warned: Vec::new(),
            corridors: Vec::new(),
            longest_detour: 0.0,
            held: Vec::new(),
            sees_active: false,
            sees_announced: false,
            moves: Moves::default(),
            accounts: Vec::new(),
            n_plants: network.plants.len(),
            n_lanes: network.lanes.len(),
            n_destinations: network.destinations.len(),
        }
    }

    /// Share of a sector's claims that is served before any class.
    pub fn floor(&self, sector: usize) -> f64 {
        self.floors.iter().find(|(floored, _)| *floored == sector).map_or(0.0, |(_, share)| *share)
    }

    /// The account of a party for an item, opened if it is new.
    pub fn account(&mut self, party: &str, item: &'static str) -> usize {
        let known = self.accounts.iter().position(|known| known.party == party && known.item == item);
        known.unwrap_or_else(|| {
            self.accounts.push(Account { party: party.to_owned(), item });
            self.accounts.len() - 1
        })
    }
}

/// What one party pays for one thing; income is below zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who pays.
    pub party: String,
    /// What for: `purchase`, `holding`, `capex`, ….
    pub item: &'static str,
}

/// Levers that measures of a policy move, besides those of stockpiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// [`Levers::built`] or [`Levers::relief`].
    pub capacity: bool,
    /// [`Levers::support`].
    pub support: bool,
    /// [`Levers::kept`] and [`Levers::moved`].
    pub orders: bool,
    /// [`Levers::reserved`].
    pub reserved: bool,
    /// [`Levers::returned`].
    pub returned: bool,
    /// [`Levers::cover`].
    pub cover: bool,
    /// [`Levers::alert`].
    pub alert: bool,
    /// [`Levers::member`] and [`Levers::transfer`].
    pub members: bool,
}

/// A consumer whose use can move to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Who needs less.
    pub from: ConsumerId,
    /// Who needs more instead.
    pub to: ConsumerId,
    /// Units needed there for a unit not needed here.
    pub ratio: f64,
}

/// Destinations of one material whose inventories can be pooled.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// What is pooled.
    pub material: MaterialId,
    /// Where, in id order.
    pub destinations: Vec<DestinationId>,
}

/// How a release of a joint stockpile is shared among its destinations.
#[derive(Clone, Debug, PartialEq)]
pub enum Sharing {
    /// Class by class, pro rata to need within a class.
    ByClass,
    /// Pro rata to need.
    ByNeed,
    /// Pro rata to these weights, one a destination; what one does not need goes to the others.
    ByWeight(Vec<f64>),
    /// Destinations under threat first, pro rata to need, then the others.
    Targeted,
}

/// Stock held on purpose. Amounts in the material's unit.
#[derive(Clone, Debug)]
pub struct Stockpile {
    /// Name.
    pub name: String,
    /// What is held.
    pub material: MaterialId,
    /// Where it is used: the destinations of the holders, in id order.
    pub destinations: Vec<DestinationId>,
    /// Consumers it serves, in id order; `None`: every user at those destinations, plants included.
    pub serves: Option<Vec<ConsumerId>>,
    /// How releases are shared among the destinations; `None`: of one holder, who serves all need alike by class.
    pub sharing: Option<Sharing>,
    /// Aimed-at amount; infinite for `unlimited`.
    pub target: f64,
    /// Held at the start.
    pub initial: f64,
    /// Share that spoils in a year.
    pub spoilage: f64,
    /// Years from release to arrival.
    pub delivery_lag: f64,
    /// Whether it buys in the market; if not, no fill orders are compiled.
    pub buys: bool,
}

impl Stockpile {
    /// True if the stock has no bound: it is there to find what would have sufficed.
    pub fn unlimited(&self) -> bool {
        self.target.is_infinite()
    }
}

/// What a policy moves from step to step. Levers that the policy never moves are empty.
#[derive(Clone, Debug)]
pub struct Levers {
    /// Most that each stockpile may release in this step, units; 0 while no release is ordered.
    pub draw_limit: Vec<Row>,
    /// What each stockpile orders in this step, units.
    pub fill_order: Vec<Row>,
    /// What joins (or leaves, below 0) each stockpile before it releases, units: stock that goes to another holder.
    pub transfer: Vec<Row>,
    /// Share of its need that each destination may bring before a stockpile: by stockpile, then destination.
    pub member: Vec<Row>,
    /// Capacity built (or taken down, below 0), share of the plant's capacity as written, by plant.
    pub built: Vec<Row>,
    /// Share of lost capacity that is made good, by plant.
    pub relief: Vec<Row>,
    /// ln of the price that a plant gets at least, by plant.
    pub support: Vec<Row>,
    /// Share of its orders that a destination leaves where they are, by destination …
    pub kept: Vec<Row>,
    /// … and the share that it moves to each lane, by lane.
    pub moved: Vec<Row>,
    /// Amount that has the first claim on its origin, by lane.
    pub reserved: Vec<Row>,
    /// What comes back from use, by destination.
    pub returned: Vec<Row>,
    /// Cover that users must hold besides their own, steps of need, by destination.
    pub cover: Vec<Row>,
    /// What a full announced cut adds to orders besides the market's front-loading, by destination.
    pub alert: Vec<Row>,
    /// Share of a use that is moved, by shift.
    pub shift: Vec<Row>,
    /// How far inventories are pooled, 0 to 1, by pool.
    pub pool: Vec<Row>,
    /// Share of a lane's orders that corridors can carry, by lane; with `detour` and `held` for [`crate::easing`], not for the step.
    pub carried: Vec<Row>,
    /// Steps that corridors add, each times the share that it can carry, by lane.
    pub detour: Vec<Row>,
    /// Share of a plant that does not obey its owner's place, by plant.
    pub held: Vec<Row>,
}

impl Levers {
    /// Levers at rest: nothing released, bought, built or moved.
    pub fn new(rules: &Rules) -> Levers {
        let rows = |used: bool, n: usize| vec![Row::ZERO; if used { n } else { 0 }];
        let (moves, n_stockpiles) = (rules.moves, rules.stockpiles.len());
        let members = rules.stockpiles.iter().map(|stockpile| stockpile.destinations.len()).sum();
        let mut levers = Levers {
            draw_limit: rows(true, n_stockpiles),
            fill_order: rows(true, n_stockpiles),
            transfer: rows(moves.members, n_stockpiles),
            member: rows(moves.members, members),
            built: rows(moves.capacity, rules.n_plants),
            relief: rows(moves.capacity, rules.n_plants),
            support: rows(moves.support, rules.n_plants),
            kept: rows(moves.orders, rules.n_destinations),
            moved: rows(moves.orders, rules.n_lanes),
            reserved: rows(moves.reserved, rules.n_lanes),
            returned: rows(moves.returned, rules.n_destinations),
            cover: rows(moves.cover, rules.n_destinations),
            alert: rows(moves.alert, rules.n_destinations),
            shift: rows(true, rules.shifts.len()),
            pool: rows(true, rules.pools.len()),
            carried: rows(!rules.corridors.is_empty(), rules.n_lanes),
            detour: rows(!rules.corridors.is_empty(), rules.n_lanes),
            held: rows(!rules.held.is_empty(), rules.n_plants),
        };
        levers.rest();
        levers
    }

    /// Back to rest, without allocating.
    pub fn rest(&mut self) {
        let still = [
            &mut self.draw_limit,
            &mut self.fill_order,
            &mut self.transfer,
            &mut self.built,
            &mut self.relief,
            &mut self.moved,
            &mut self.reserved,
            &mut self.returned,
            &mut self.cover,
            &mut self.alert,
            &mut self.shift,
            &mut self.pool,
            &mut self.carried,
            &mut self.detour,
            &mut self.held,
        ];
        for lever in still {
            lever.fill(Row::ZERO);
        }
        self.member.fill(Row::ONE);
        self.kept.fill(Row::ONE);
        self.support.fill(Row::splat(f64::NEG_INFINITY));
    }

    /// Moves the share `part` of a destination's orders to lanes, each with its part of it; several moves follow each other.
    pub fn move_orders(&mut self, destination: usize, part: Row, lanes: &[usize], to: impl Fn(usize) -> Row) {
        let stay = Row::ONE - part;
        self.kept[destination] = self.kept[destination] * stay;
        for (position, lane) in lanes.iter().enumerate() {
            self.moved[*lane] = self.moved[*lane] * stay + to(position);
        }
    }

    /// Holds another share of a plant: 1 − (1 − a)(1 − b).
    pub fn hold(&mut self, plant: usize, share: f64) {
        let rest = Row::ONE - self.held[plant];
        self.held[plant] += rest * share;
    }

    /// Makes good another share of the lost capacity of a plant.
    pub fn relieve(&mut self, plant: usize, share: Row) {
        let lost = Row::ONE - self.relief[plant];
        self.relief[plant] += lost * share;
    }
}
