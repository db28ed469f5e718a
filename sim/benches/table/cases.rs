//! What is timed: the workload with random bans and the cobalt scenario, each with the time of its parts.

use shortfall::ensemble::{Model, prepare};
use shortfall::exposure::Exposure;
use shortfall::hazards;
use shortfall::history::{History, Sampler};
use shortfall::instructions::Instructions;
use shortfall::levers::Levers;
use shortfall::math::WIDTH;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::{Plan, State, advance};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A scenario ready to be timed.
pub struct Case {
    pub name: &'static str,
    pub path: PathBuf,
    pub model: Model,
    /// Number of the next block: no two rounds see the same runs.
    next: u64,
}

/// Time of a lane in a step of a run, nanoseconds, by part.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub sampling: f64,
    /// Sampling by event, nanoseconds.
    pub event: f64,
    pub step: f64,
    /// Levers, exposure and metrics.
    pub rest: f64,
}

pub const EASIEST: Parts =
    Parts { sampling: f64::INFINITY, event: f64::INFINITY, step: f64::INFINITY, rest: f64::INFINITY };

impl Parts {
    pub fn least(self, other: Parts) -> Parts {
        Parts {
            sampling: self.sampling.min(other.sampling),
            event: self.event.min(other.event),
            step: self.step.min(other.step),
            rest: self.rest.min(other.rest),
        }
    }

    /// With one sampling for all policies.
    pub fn whole(&self, n_policies: usize) -> f64 {
        self.sampling / n_policies as f64 + self.step + self.rest
    }
}

impl Case {
    pub fn open(name: &'static str, path: PathBuf) -> Case {
        let model = prepare(&path, &Options::default(), &mut Problems::default()).expect("a sound scenario");
        Case { name, path, model, next: 0 }
    }

    pub fn lane_steps(&self) -> f64 {
        let network = &self.model.baseline.network;
        (network.lanes.len() * network.clock.n_steps) as f64
    }

    /// Makes some blocks under the policy of this number; the time they took.
    pub fn simulate(&mut self, policy: usize, instructions: Instructions, blocks: u64) -> Parts {
        let model = &self.model;
        let clock = model.baseline.network.clock;
        let policy = &model.policies[policy];
        let reach = hazards::reach(&model.hazards);
        let mut plan = Plan::new(&model.baseline, &policy.rules, reach).without_lane_flows();
        plan.instructions = instructions;
        let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
        let mut alone = Alone::new(model, &plan, Levers::new(&policy.rules));
        let (mut sampling, mut simulating, mut stepping) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        let mut sampler = Sampler::new(&model.hazards, clock, plan.heeded);
        let mut n_events = 0;
        for number in 0..blocks {
            let block = Block { seed: 1, draw: 0, first_run: self.next * WIDTH as u64, n_runs: WIDTH };
            self.next += 1;
            let start = Instant::now();
            let history = sampler.sample(&block);
            let sampled = start.elapsed();
            let start = Instant::now();
            std::hint::black_box(workspace.simulate(&history, &block, |_, _| {}));
            let simulated = start.elapsed();
            let stepped = alone.steps(&plan, &history, clock.n_steps);
            // The first block finds its memory new.
            if number > 0 {
                sampling += sampled;
                n_events += history.events.iter().map(Vec::len).sum::<usize>();
                simulating += simulated;
                stepping += stepped;
            }
            sampler.reuse(history.script);
        }
        let n = blocks.saturating_sub(1).max(1) as f64;
        let each = |time: Duration| time.as_nanos() as f64 / (n * WIDTH as f64 * self.lane_steps());
        let (step, whole) = (each(stepping), each(simulating));
        let event = sampling.as_nanos() as f64 / n_events.max(1) as f64;
        Parts { sampling: each(sampling), event, step, rest: (whole - step).max(0.0) }
    }
}

/// The step without measures and metrics.
struct Alone {
    exposure: Exposure,
    levers: Levers,
    state: State,
}

impl Alone {
    fn new(model: &Model, plan: &Plan, levers: Levers) -> Alone {
        let exposure = Exposure::neutral(&model.baseline, model.hazards.len());
        Alone { exposure, levers, state: State::new(plan) }
    }

    fn steps(&mut self, plan: &Plan, history: &History, n_steps: usize) -> Duration {
        self.state.reset(plan);
        let mut spent = Duration::ZERO;
        for t in 0..n_steps {
            self.exposure.apply(&history.script, t);
            self.levers.rest();
            let start = Instant::now();
            advance(plan, t, &self.exposure, &self.levers, &mut self.state);
            spent += start.elapsed();
        }
        self.exposure.apply(&history.script, n_steps);
        spent
    }
}

/// The workload with bans drawn at random instead of read, written to a folder of its own.
pub fn with_random_bans(workload: &Path, folder: &Path) {
    let onset = "onset = { renewal = { gap_months = { exponential = { mean = 48 } }, from = \"end\" } }\n\
                 duration_months = { lognormal = { mean = 9, cv = 1 } }\n\
                 severity = { beta = { alpha = 3, beta = 1 } }\n\
                 importers = [\"p0\", \"p1\", \"p2\", \"p3\", \"p4\", \"p5\", \"p6\", \"p7\"]\n\
                 sample = 6";
    for entry in std::fs::read_dir(workload).expect("the workload is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if name == "scenario.toml" {
            let text = std::fs::read_to_string(&path).expect("the scenario is read");
            let text = text.replace("onset = { catalogue = \"events.csv\" }", onset);
            std::fs::write(folder.join(name), text).expect("the folder takes it");
        } else if name != "events.csv" && name != "expected.csv" {
            std::fs::copy(&path, folder.join(name)).expect("the folder takes it");
        }
    }
}
