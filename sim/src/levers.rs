//! What a policy can move. Measures write only this, and the step reads only this.

use crate::math::Row;
use crate::network::Allocation;
use crate::network::{ConsumerId, DestinationId, MaterialId};

/// What a policy fixes for the whole run: the step's plan is compiled with it.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who is served first.
    pub allocation: Allocation,
    /// Stockpiles held, in the order of their names.
    pub stockpiles: Vec<Stockpile>,
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
    /// USD per unit and year held.
    pub holding_cost: f64,
}

impl Stockpile {
    /// True if the stock has no bound: it is there to find what would have sufficed.
    pub fn unlimited(&self) -> bool {
        self.target.is_infinite()
    }
}

/// What a policy moves from step to step.
#[derive(Clone, Debug)]
pub struct Levers {
    /// Most that each stockpile may release in this step, units; 0 while no release is ordered.
    pub draw_limit: Vec<Row>,
    /// What each stockpile orders in this step, units.
    pub fill_order: Vec<Row>,
}

impl Levers {
    /// Levers at rest: nothing released, nothing bought.
    pub fn new(rules: &Rules) -> Levers {
        let n = rules.stockpiles.len();
        Levers { draw_limit: vec![Row::ZERO; n], fill_order: vec![Row::ZERO; n] }
    }

    /// Back to rest, without allocating.
    pub fn rest(&mut self) {
        self.draw_limit.fill(Row::ZERO);
        self.fill_order.fill(Row::ZERO);
    }
}
