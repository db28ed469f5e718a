//! One block of runs under one policy: for each step, exposure, levers, step, record.

use crate::baseline::Baseline;
use crate::easing::Easing;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Exposure;
use crate::hazards::{Condition, Drawn, Observable};
use crate::history::History;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::{Row, WIDTH, ln};
use crate::metrics::Recorder;
use crate::metrics::RunMetrics;
use crate::network::DestinationId;
use crate::observed::Observed;
use crate::policies::Policy;
use crate::random::Block;
use crate::step::Plan;
use crate::step::State;
use crate::step::advance;

/// What one thread needs to simulate blocks under one policy; made once, reused for every block.
#[derive(Debug)]
pub struct Workspace<'a> {
    hazards: &'a [Drawn],
    policy: &'a Policy,
    plan: &'a Plan,
    n_steps: usize,
    exposure: Exposure,
    easing: Easing,
    levers: Levers,
    state: State,
    recorder: Recorder,
    /// What the step costs, by account of the policy.
    costs: Vec<Row>,
    /// Rows that measures keep between steps, and where each measure's begin.
    memory: Vec<Row>,
    memory_of: Vec<std::ops::Range<usize>>,
    /// See [`Workspace::late_events`].
    late_events: Vec<Vec<Event>>,
}

impl<'a> Workspace<'a> {
    /// Space for one policy.
    pub fn new(
        baseline: &Baseline,
        hazards: &'a [Drawn],
        policy: &'a Policy,
        plan: &'a Plan,
    ) -> Workspace<'a> {
        let n_steps = baseline.network.clock.n_steps;
        let mut n_memory = 0;
        let mut claim = |measure: &dyn crate::policies::Measure| {
            let start = n_memory;
            n_memory += measure.n_memory(n_steps);
            start..n_memory
        };
        let memory_of = policy.measures.iter().map(|measure| claim(measure.as_ref())).collect();
        let mut exposure = Exposure::neutral(baseline, hazards.len());
        let easing = Easing::new(baseline, &policy.rules, &mut exposure);
        Workspace {
            hazards,
            policy,
            plan,
            n_steps,
            exposure,
            easing,
            levers: Levers::new(&policy.rules),
            state: State::new(plan),
            recorder: Recorder::new(baseline, &policy.rules),
            costs: vec![Row::ZERO; policy.rules.accounts.len()],
            memory: vec![Row::ZERO; n_memory],
            memory_of,
            late_events: Vec::new(),
        }
    }

    /// Simulates a block. `watch` sees the state after every step (step number, state): for bands and series.
    pub fn simulate(
        &mut self,
        history: &History,
        block: &Block,
        mut watch: impl FnMut(usize, &State),
    ) -> Vec<RunMetrics> {
        self.begin(block);
        let mut course = history.course(self.hazards);
        for t in 0..self.n_steps {
            match &mut course {
                None => self.exposure.apply(&history.script, t),
                Some(course) => {
                    let (rules, state) = (&self.policy.rules, &self.state);
                    course.advance(t, &mut self.exposure, |condition| holds(condition, rules, state));
                }
            }
            self.pull_levers(t);
            advance(self.plan, t, &self.exposure, &self.levers, &mut self.state);
            self.recorder.record(self.plan.instructions, t, &self.state);
            self.charge(t);
            watch(t, &self.state);
            self.easing.undo(&mut self.exposure);
        }
        match course {
            None => self.exposure.apply(&history.script, self.n_steps),
            Some(course) => self.late_events = course.finish(&mut self.exposure),
        }
        self.recorder.finish(block, &history.weights)
    }

    /// Events of the block simulated last that hang on the state of the market under this policy, of each run by hazard, then
    /// start; empty if no hazard does. Taken once.
    pub fn late_events(&mut self) -> Vec<Vec<Event>> {
        std::mem::take(&mut self.late_events)
    }

    fn begin(&mut self, block: &Block) {
        self.state.reset(self.plan);
        self.recorder.begin(&self.state);
        self.levers.rest();
        self.memory.fill(Row::ZERO);
        for (measure, rows) in self.policy.measures.iter().zip(&self.memory_of) {
            measure.begin(block, &mut self.memory[rows.clone()]);
        }
    }

    /// First some events are eased; then measures see what is left, with the state at the end of the step before, and move the levers, which are at rest, for this one.
    fn pull_levers(&mut self, t: usize) {
        self.levers.rest();
        if self.easing.any() {
            for measure in &self.policy.measures {
                measure.ease(t, &mut self.levers);
            }
            self.easing.ease(&self.levers, &mut self.exposure);
        }
        let observed = observed(t, self.n_steps, self.plan, &self.state, &self.exposure);
        for (measure, rows) in self.policy.measures.iter().zip(&self.memory_of) {
            measure.act(&observed, &mut self.memory[rows.clone()], &mut self.levers);
        }
    }

    /// What step `t`, which was just made, costs.
    fn charge(&mut self, t: usize) {
        if self.costs.is_empty() {
            return;
        }
        self.costs.fill(Row::ZERO);
        let observed = observed(t, self.n_steps, self.plan, &self.state, &self.exposure);
        for (measure, rows) in self.policy.measures.iter().zip(&self.memory_of) {
            measure.charge(&observed, &self.levers, &mut self.memory[rows.clone()], &mut self.costs);
        }
        self.recorder.charge(t, &self.costs);
    }
}

/// In which runs a condition of a hazard holds, as the last step left the market.
fn holds(condition: &Condition, rules: &Rules, state: &State) -> [bool; WIDTH] {
    match &condition.of {
        Observable::Price(users) => {
            let mean =
                |sum: Row, (user, share): &(DestinationId, f64)| sum + state.log_price[user.index()] * *share;
            let log_price = users.iter().fold(Row::ZERO, mean);
            let bound = ln(condition.threshold);
            log_price.0.map(|log_price| if condition.above { log_price > bound } else { log_price < bound })
        }
        Observable::Stock(name) => {
            // Of one that members hold separately, each has a part, called after both.
            let is_part = |held: &str| {
                held.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
            };
            let (mut stock, mut target) = (Row::ZERO, 0.0);
            for (stockpile, held) in rules.stockpiles.iter().zip(&state.stock) {
                if is_part(&stockpile.name) && !stockpile.unlimited() {
                    stock += *held;
                    target += stockpile.target;
                }
            }
            stock.0.map(|stock| stock < condition.threshold * target)
        }
    }
}

fn observed<'a>(
    t: usize,
    n_steps: usize,
    plan: &'a Plan,
    state: &'a State,
    exposure: &'a Exposure,
) -> Observed<'a> {
    Observed {
        step: t,
        n_steps,
        dt: plan.dt,
        log_price: &state.log_price,
        log_price_origin: &state.log_price_origin,
        inventory: &state.inventory,
        smoothed_need: &state.smoothed_need,
        claimed: &state.claimed,
        gap: &state.gap,
        weight: &state.weight,
        shipped: &state.shipped,
        output: &state.output,
        requirement: &state.requirement,
        served: &state.served,
        substituted: &state.substituted,
        stock: &state.stock,
        released: &state.released,
        bought: &state.bought,
        spoiled: &state.spoiled,
        stock_price: &state.stock_price,
        availability: &exposure.availability,
        openness: &exposure.openness,
        passage: &exposure.passage,
        announced: if plan.heeded.has(Channel::Announced) { &exposure.announced } else { &[] },
        withdrawn: &exposure.withdrawn,
        technology: &exposure.technology,
        active: if plan.heeded.has(Channel::Active) { &exposure.active } else { &[] },
        growth: plan.path.need(t),
    }
}
