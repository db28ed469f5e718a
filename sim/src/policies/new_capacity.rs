//! A plant that is built, or made larger: after a lead time, if it is ever finished.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use super::bill::Bill;
use super::key;
use super::phase::Phase;
use super::price_floor::Support;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::math::WIDTH;
use crate::network::PlantId;
use crate::observed::Observed;
use crate::random::Block;
use crate::random::Key as StreamKey;
use crate::random::Law;
use crate::random::Stream;
use crate::scenario::Problems;
use crate::units::Years;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "new_capacity",
    form: Form::Table,
    summary: "A planned plant is built or an existing one made larger. Work takes its lead time, halts while technology that it \
              needs is withheld, and may never end in a plant. Buyers that it is built for move their orders to it.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("plant", "plant", "required", "planned = yes in plants.csv, or one that exists"),
    key(
        "capacity_per_year",
        "amount a year",
        "that of plants.csv, if planned",
        "what is added; ramp and inputs are the plant's own",
    ),
    key("from", "date", "the start", "when work begins"),
    key("lead_months", "months, or a law", "0", "work until it opens, drawn once a run"),
    key("never_finished", "share", "0", "probability that it never opens"),
    key("supplies", "list of places or blocs", "none", "whose orders move to it when it opens"),
    key("supplied_share", "share", "1", "part of what is added that they come to order"),
    key("capex_usd", "USD", "0", "cost of building it, paid as work goes on, finished or not"),
    key("support_usd_per_year", "USD per year", "0", "paid while it is open"),
    key("price_floor", "multiple", "none", "price that it gets at least, as with the measure price_floor"),
    key("paid_by", "text", "the plant's place", "who pays"),
];

const EXAMPLE: &str = "\
[new_capacity.refinery]
plant = \"new_refinery\"
lead_months = { triangular = { min = 24, mode = 36, max = 72 } }
never_finished = 0.2
supplies = [\"EU27\"]
capex_usd = 150e6
price_floor = 0.9
";

#[derive(Debug)]
struct NewCapacity {
    name: String,
    plant: usize,
    origin: usize,
    /// What is added, share of the plant's capacity as written.
    size: f64,
    work: Phase,
    lead: Law,
    /// Steps per month: the law's unit.
    per_month: f64,
    never_finished: f64,
    /// Whose orders move: destination, lane, share of its orders.
    supplies: Vec<(usize, [usize; 1], f64)>,
    capex: f64,
    /// USD for one step.
    running: f64,
    support: Option<Support>,
    bill: Bill,
}

/// Rows of memory: steps of work done, steps needed, 1 if it is ever finished, share open in the step, share of capex
/// paid, then the share moved by each destination.
const DONE: usize = 0;
const LEAD: usize = 1;
const FINISHED: usize = 2;
const OPEN: usize = 3;
const PAID: usize = 4;
const MOVED: usize = 5;

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let plant = reading.plant("plant", problems);
    let added = reading.body.positive("capacity_per_year", problems);
    let work = reading.start(problems);
    let lead = reading.body.law("lead_months", problems).unwrap_or_else(|| Law::fixed(0.0));
    if lead.bounds().0 < 0.0 {
        let message = format!("a lead time can't be negative, and {} is possible", lead.bounds().0);
        reading.body.error("lead_months", &message, None, problems);
    }
    let never_finished = reading.body.share("never_finished", problems).unwrap_or(0.0);
    let capex = reading.body.non_negative("capex_usd", problems).unwrap_or(0.0);
    let running = reading.body.non_negative("support_usd_per_year", problems).unwrap_or(0.0);
    let floor = reading.body.non_negative("price_floor", problems);
    let supplied_share = reading.body.share("supplied_share", problems).unwrap_or(1.0);
    let buyers = reading.holders("supplies", problems);
    let plant = plant?;
    let network = &reading.baseline.network;
    let known = &network.plants[plant.index()];
    let place = network.origins[known.origin.index()].place;
    let payer = reading.payer(&network.places[place.index()].code, problems);
    if added.is_none() && !known.planned {
        let hint = "say how much is added, or mark the plant planned = yes in plants.csv";
        reading.body.missing("capacity_per_year", Some(hint.into()), problems);
        return None;
    }
    if !(known.capacity > 0.0) {
        let hint = "give it the capacity that it is planned for";
        reading.body.error("plant", "its capacity in plants.csv is 0", Some(hint.into()), problems);
        return None;
    }
    let added = added.unwrap_or(known.capacity);
    let supplies = match buyers {
        Some(buyers) => {
            let places: Vec<_> = buyers.iter().flat_map(|buyer| buyer.places.clone()).collect();
            supplies(reading, plant, &places, added * supplied_share, problems)?
        }
        None => Vec::new(),
    };
    let clock = network.clock;
    Some(Box::new(NewCapacity {
        name: reading.name.to_owned(),
        plant: plant.index(),
        origin: known.origin.index(),
        size: added / known.capacity,
        work,
        lead,
        per_month: reading.steps(Years::from_months(1.0)),
        never_finished,
        supplies,
        capex,
        running: running * clock.dt,
        support: floor.map(|floor| Support::new(reading, &[plant], floor)),
        bill: Bill::to(payer, &["capex", "subsidy"]),
    }))
}

/// Which share of its orders each destination moves to the plant, so that together they order `amount` a year.
fn supplies(
    reading: &Reading<'_, '_>,
    plant: PlantId,
    places: &[crate::network::PlaceId],
    amount: f64,
    problems: &mut Problems,
) -> Option<Vec<(usize, [usize; 1], f64)>> {
    let network = &reading.baseline.network;
    let origin = network.plants[plant.index()].origin;
    let destinations = reading.destinations(reading.made_by(plant), places);
    let lane = |i: &crate::network::DestinationId| {
        reading
            .lanes_into(*i)
            .into_iter()
            .find(|l| network.lanes[*l].origin == origin)
            .map(|l| (i.index(), l))
    };
    let reached: Vec<(usize, usize)> = destinations.iter().filter_map(lane).collect();
    if reached.is_empty() {
        let hint = "list a lane in lanes.csv, its flow left empty";
        let message = "no lane leads from the plant to a place there that uses what it makes";
        reading.body.error("supplies", message, Some(hint.into()), problems);
        return None;
    }
    let need: f64 = reached.iter().map(|(i, _)| reading.baseline.need[*i]).sum();
    let share = if need > 0.0 { (amount / need).min(1.0) } else { 0.0 };
    Some(reached.into_iter().map(|(i, l)| (i, [l], share)).collect())
}

impl Measure for NewCapacity {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.capacity = true;
        rules.moves.orders |= !self.supplies.is_empty();
        rules.moves.support |= self.support.is_some();
        self.bill.open(rules);
    }

    fn n_memory(&self, _: usize) -> usize {
        MOVED + self.supplies.len()
    }

    fn begin(&self, block: &Block, memory: &mut [Row]) {
        let name = format!("new_capacity {}", self.name);
        for run in 0..WIDTH {
            let key = StreamKey { seed: block.seed, draw: block.draw, name: &name };
            let mut stream = Stream::new(key, block.first_run + run as u64, 0);
            memory[LEAD].0[run] = self.lead.sample(&mut stream) * self.per_month;
            memory[FINISHED].0[run] = if stream.uniform() < self.never_finished { 0.0 } else { 1.0 };
        }
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let before = memory[DONE];
        let going = Row::ONE - observed.technology[self.origin];
        memory[DONE] = before + going * self.work.share(observed.step);
        // Once it is open it stays open, whatever is withheld later.
        let stood = before.above(Row::ZERO) * (Row::ONE - memory[LEAD].above(before));
        let opens = (memory[DONE] - memory[LEAD]).positive().min(Row::ONE);
        memory[OPEN] = stood.max(opens) * memory[FINISHED];
        let open = memory[OPEN];
        levers.built[self.plant] += open * self.size;
        for (n, (destination, lane, share)) in self.supplies.iter().enumerate() {
            let moved = memory[MOVED + n];
            let now = moved.max(open * *share);
            let part = (now - moved).over(Row::ONE - moved, 0.0);
            levers.move_orders(*destination, part, lane, |_| part);
            memory[MOVED + n] = now;
        }
        if let Some(support) = &self.support {
            support.act(levers);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, memory: &mut [Row], costs: &mut [Row]) {
        let begun = memory[DONE].above(Row::ZERO);
        let paid = memory[DONE].over(memory[LEAD], 1.0).min(Row::ONE) * begun;
        self.bill.pay("capex", (paid - memory[PAID]) * self.capex, costs);
        memory[PAID] = paid;
        self.bill.pay("subsidy", memory[OPEN] * self.running, costs);
        if let Some(support) = &self.support {
            self.bill.pay("subsidy", support.cost(observed), costs);
        }
    }
}
