//! What threads do: simulate the runs of a chunk and encode their rows.

use super::plan::{Stretch, Work};
use super::progress::Meter;
use super::study::Study;
use super::{Model, Refusal};
use crate::exposure::Channels;
use crate::exposure::Event;
use crate::hazards;
use crate::history::Occurrence;
use crate::history::Sampler;
use crate::metrics::BandItems;
use crate::metrics::Bands;
use crate::metrics::Bins;
use crate::metrics::RunMetrics;
use crate::metrics::Series;
use crate::metrics::Trace;
use crate::policies::Policy;
use crate::results::Chunk;
use crate::results::EncodedSegment;
use crate::results::Encoder;
use crate::results::Keep;
use crate::results::Piece;
use crate::results::Subject;
use crate::run::Workspace;
use crate::scenario::Case;
use crate::scenario::Problems;
use crate::step::Plan;
use crate::step::State;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// What threads share.
pub(super) struct Crew<'a> {
    pub(super) study: &'a Study,
    pub(super) work: Work,
    /// Names of the policies to run, in the order of the scenario.
    pub(super) policies: Vec<String>,
    pub(super) keep: Keep,
    pub(super) meter: &'a Meter,
    pub(super) stop: &'a AtomicBool,
    pub(super) deadline: Option<Instant>,
    /// The case that was used last: the chunks of one point follow each other.
    pub(super) last: Mutex<Option<(Case, Arc<Ready>)>>,
}

/// A case, ready to run.
pub(super) struct Ready {
    model: Model,
    plans: Vec<Plan>,
}

/// What one thread needs to simulate a block under every policy; reused from block to block.
struct Bench<'a> {
    sampler: Sampler<'a>,
    workspaces: Vec<(Workspace<'a>, Watch)>,
}

/// What looks at every step of a block under one policy, as far as that is kept.
struct Watch {
    bands: Option<Trace>,
    series: Option<Series>,
}

/// What came of one block.
struct Made {
    weights: Vec<f64>,
    /// `[run][event]`
    events: Vec<Vec<Occurrence>>,
    /// `[policy][run]`
    metrics: Vec<Vec<RunMetrics>>,
    /// `[policy]`: empty unless bands are kept.
    bins: Vec<Bins>,
}

impl Crew<'_> {
    /// True if the work is to end: a signal asked for it, or time is up.
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// The chunk of this number; `None` if the work is to end.
    pub(super) fn chunk(&self, number: u64) -> Result<Option<Chunk>, Refusal> {
        let stretches = self.work.chunk(number);
        let ready = stretches.par_iter().map(|stretch| self.ready(stretch)).collect::<Result<Vec<_>, _>>()?;
        let mut before: Option<Arc<Subject>> = None;
        let mut pieces = Vec::new();
        for (stretch, ready) in stretches.iter().zip(&ready) {
            let model = &ready.model;
            let policies: Vec<&Policy> = self.chosen(model).collect();
            let subject = Subject::new(&model.baseline, &model.hazards, &policies, before.as_deref());
            let subject = Arc::new(subject);
            before = Some(subject.clone());
            pieces.push((stretch, ready, subject));
        }
        let made: Option<Vec<(Piece, Vec<Bands>)>> = pieces
            .into_par_iter()
            .map(|(stretch, ready, subject)| self.stretch(stretch, ready, subject))
            .collect();
        let Some(made) = made else { return Ok(None) };
        let (pieces, bands): (Vec<Piece>, Vec<Vec<Bands>>) = made.into_iter().unzip();
        let bands = of_points(&pieces, bands);
        Ok(Some(self.encoded(&pieces, bands.into_iter())))
    }

    fn encoded(&self, pieces: &[Piece], mut bands: impl Iterator<Item = Vec<Bands>>) -> Chunk {
        let whole = self.work.whole_points();
        let encoder = Encoder::new(pieces, self.policies.len(), self.keep);
        let jobs = (0..encoder.n_jobs(whole)).into_par_iter().flat_map(|job| encoder.encode(whole, job));
        let mut segments: Vec<EncodedSegment> = jobs.collect();
        if self.keep >= Keep::Runs && whole {
            segments.push(encoder.bands(bands));
        } else if self.keep >= Keep::Runs {
            let of_point = bands.next().unwrap_or_default();
            segments
                .extend(of_point.into_iter().enumerate().map(|(policy, bands)| encoder.bins(policy, bands)));
        }
        segments.into_iter().collect()
    }

    fn chosen<'m>(&self, model: &'m Model) -> impl Iterator<Item = &'m Policy> {
        model.policies.iter().filter(|policy| self.policies.contains(&policy.name))
    }

    /// The case of a stretch, compiled. All cases were tried before, so a refusal here means that files changed meanwhile.
    fn ready(&self, stretch: &Stretch) -> Result<Arc<Ready>, Refusal> {
        let case = self.study.case(stretch.point, stretch.draw);
        if let Some((last, ready)) = &*lock(&self.last)
            && *last == case
        {
            return Ok(ready.clone());
        }
        let model = self.study.model(case, &mut Problems::default())?;
        let reach = hazards::reach(&model.hazards);
        let plan = |policy: &Policy| Plan::new(&model.baseline, &policy.rules, reach).without_lane_flows();
        let plans = self.chosen(&model).map(plan).collect();
        let ready = Arc::new(Ready { model, plans });
        *lock(&self.last) = Some((case, ready.clone()));
        Ok(ready)
    }

    /// The runs of a stretch, and what was counted for bands of each policy, if they are kept; `None` if the work is to end.
    fn stretch(
        &self,
        stretch: &Stretch,
        ready: &Ready,
        subject: Arc<Subject>,
    ) -> Option<(Piece, Vec<Bands>)> {
        let model = &ready.model;
        let policies: Vec<&Policy> = self.chosen(model).collect();
        let benches: Mutex<Vec<Bench<'_>>> = Mutex::default();
        let blocks = stretch.blocks.clone().into_par_iter();
        let made: Option<Vec<Made>> = blocks
            .map(|index| {
                if self.stopped() {
                    return None;
                }
                let bench = lock(&benches).pop();
                let mut bench = bench.unwrap_or_else(|| Bench::new(ready, &policies, self.keep));
                let made = self.block(stretch.draw, index, &mut bench);
                lock(&benches).push(bench);
                Some(made)
            })
            .collect();
        let made = made?;
        let bands = self.bands(&policies, model, &made);
        let mut metrics: Vec<Vec<RunMetrics>> = policies.iter().map(|_| Vec::new()).collect();
        let (mut weights, mut events) = (Vec::new(), Vec::new());
        for block in made {
            weights.extend(block.weights);
            events.extend(block.events);
            metrics.iter_mut().zip(block.metrics).for_each(|(all, of_block)| all.extend(of_block));
        }
        let first_run = self.work.block(stretch.draw, stretch.blocks.start).first_run;
        let piece =
            Piece { point: stretch.point, draw: stretch.draw, subject, first_run, weights, events, metrics };
        Some((piece, bands))
    }

    /// The bands of each policy over some blocks, if they are kept.
    fn bands(&self, policies: &[&Policy], model: &Model, made: &[Made]) -> Vec<Bands> {
        let count = |(number, policy): (usize, &&Policy)| {
            let blocks: Vec<_> =
                made.iter().map(|made| (made.bins[number].as_slice(), made.weights.as_slice())).collect();
            BandItems::new(&model.baseline, &policy.rules).count(&blocks)
        };
        let kept = policies.par_iter().enumerate().filter(|_| self.keep >= Keep::Runs);
        kept.map(count).collect()
    }

    /// One block: its history once, then every policy.
    fn block(&self, draw: u64, index: u64, bench: &mut Bench<'_>) -> Made {
        let block = self.work.block(draw, index);
        let history = bench.sampler.sample(&block);
        let (mut metrics, mut bins) = (Vec::new(), Vec::new());
        // What hangs on the state of the market, by run, then policy.
        let mut late: Vec<Vec<Vec<Event>>> = vec![Vec::new(); block.n_runs];
        for (workspace, watch) in &mut bench.workspaces {
            let mut runs = workspace.simulate(&history, &block, |t, state| watch.record(t, state));
            bins.extend(watch.bands.as_mut().map(Trace::take));
            if let Some(series) = &watch.series {
                runs.iter_mut().enumerate().for_each(|(run, metrics)| metrics.series = series.of(run));
            }
            metrics.push(runs);
            late.iter_mut().zip(workspace.late_events()).for_each(|(of_run, events)| of_run.push(events));
        }
        self.meter.add(block.n_runs as u64);
        bench.sampler.reuse(history.script);
        let events = history.events.into_iter().zip(&late);
        let events = events.map(|(common, late)| Occurrence::of_run(common, late)).collect();
        Made { weights: history.weights, events, metrics, bins }
    }
}

impl<'a> Bench<'a> {
    fn new(ready: &'a Ready, policies: &[&'a Policy], keep: Keep) -> Bench<'a> {
        let model = &ready.model;
        let workspaces = policies.iter().zip(&ready.plans).map(|(policy, plan)| {
            let watch = Watch {
                bands: (keep >= Keep::Runs)
                    .then(|| Trace::new(BandItems::new(&model.baseline, &policy.rules))),
                series: (keep >= Keep::Series).then(|| Series::new(&model.baseline, &policy.rules)),
            };
            (Workspace::new(&model.baseline, &model.hazards, policy, plan), watch)
        });
        let heeded = ready.plans.iter().fold(Channels::NONE, |all, plan| all.union(plan.heeded));
        let sampler = Sampler::new(&model.hazards, model.baseline.network.clock, heeded);
        Bench { sampler, workspaces: workspaces.collect() }
    }
}

impl Watch {
    fn record(&mut self, t: usize, state: &State) {
        if let Some(trace) = &mut self.bands {
            trace.record(t, state);
        }
        if let Some(series) = &mut self.series {
            series.record(t, state);
        }
    }
}

/// The bands of each point by policy, all its draws counted together.
fn of_points(pieces: &[Piece], bands: Vec<Vec<Bands>>) -> Vec<Vec<Bands>> {
    let mut rest = bands.into_iter();
    let of_point = |pieces: &[Piece]| {
        let mut draws: Vec<_> = rest.by_ref().take(pieces.len()).map(Vec::into_iter).collect();
        let n_policies = draws[0].len();
        let mut sum = || Bands::sum(draws.iter_mut().filter_map(Iterator::next));
        let of_policy = |_| sum().expect("draws of a point differ in numbers only");
        (0..n_policies).map(of_policy).collect()
    };
    pieces.chunk_by(|a, b| a.point == b.point).map(of_point).collect()
}

/// Locks what no thread can leave half changed: benches are moved whole. So a panic of
/// another thread is not turned into a second one that hides it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
