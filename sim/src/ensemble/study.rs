//! A scenario with all its points and draws, each taken through the stages when it is asked for.

use super::model::{self, Model, Refusal};
use crate::baseline::Baseline;
use crate::policies;
use crate::scenario;
use crate::scenario::Case;
use crate::scenario::Open;
use crate::scenario::Options;
use crate::scenario::Problems;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Baselines that are kept. A grid comes back to each soon; a design has another at every point, and keeping them all would
/// take memory without bound.
const KEPT: usize = 64;
/// Faulty cases that are shown.
const SHOWN: usize = 5;

/// A scenario and its cases.
pub struct Study {
    open: Open,
    options: Options,
    /// The first point at central values: what is reported before any run.
    pub base: Model,
    /// By what the case changes in the network.
    baselines: Mutex<BTreeMap<String, Arc<Baseline>>>,
}

/// Reads a scenario and compiles its first case; see [`super::prepare`].
pub fn study(path: &Path, options: &Options, problems: &mut Problems) -> Result<Study, Refusal> {
    let (mut open, scenario) = scenario::open(path, options, problems).ok_or(Refusal::Problems)?;
    let base = model::compile(scenario, &options.set, None, problems)?;
    open.draw_numbers(&base.scenario, problems);
    if problems.refused() {
        return Err(Refusal::Problems);
    }
    let known = BTreeMap::from([(open.touching(Case::BASE, shapes_the_network), base.baseline.clone())]);
    Ok(Study { open, options: options.clone(), base, baselines: Mutex::new(known) })
}

/// True unless the table of scenario.toml is read after the balance.
fn shapes_the_network(table: &str) -> bool {
    let after = ["hazard", "policy", "regime", "settlement"];
    !after.contains(&table) && policies::KINDS.iter().all(|kind| kind.name != table)
}

impl Study {
    /// What the scenario leaves open.
    pub fn open(&self) -> &Open {
        &self.open
    }

    /// The case of a point and a draw, both from 0.
    pub fn case(&self, point: u64, draw: u64) -> Case {
        Case { point, draw: self.open.draw(draw) }
    }

    /// The model of a case.
    pub fn model(&self, case: Case, problems: &mut Problems) -> Result<Model, Refusal> {
        let scenario = self.open.scenario(case, problems);
        let key = self.open.touching(case, shapes_the_network);
        // A panic elsewhere can't leave the map half changed.
        let baselines = || self.baselines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = baselines().get(&key).cloned();
        let model = model::compile(scenario, &self.options.set, known, problems)?;
        Open::refuse_undrawn(case, problems);
        if problems.refused() {
            return Err(Refusal::Problems);
        }
        let mut baselines = baselines();
        if baselines.len() >= KEPT && !baselines.contains_key(&key) {
            baselines.pop_first();
        }
        baselines.insert(key, model.baseline.clone());
        Ok(model)
    }

    /// Tries every case of these points. Faults are shown with what the case sets, the same fault once.
    pub fn check(&self, points: Range<u64>) -> Result<(), Refusal> {
        let n_draws = self.open.n_draws();
        let cases = points.start * n_draws..points.end * n_draws;
        let faults: Vec<(String, Case)> = cases
            .into_par_iter()
            .filter_map(|number| {
                let case = self.case(number / n_draws, number % n_draws);
                self.fault(case).map(|fault| (fault, case))
            })
            .collect();
        let mut seen: Vec<(String, Case, usize)> = Vec::new();
        for (fault, case) in faults {
            match seen.iter_mut().find(|(known, ..)| *known == fault) {
                Some((.., times)) => *times += 1,
                None => seen.push((fault, case, 1)),
            }
        }
        if seen.is_empty() {
            return Ok(());
        }
        let more = seen.len().saturating_sub(SHOWN);
        let mut shown: Vec<String> = seen
            .into_iter()
            .take(SHOWN)
            .map(|(fault, case, times)| format!("{fault}\n  at {}{}", self.words(case), also(times - 1)))
            .collect();
        if more > 0 {
            shown.push(format!("and {more} other faults at other points or draws"));
        }
        Err(Refusal::Cases(shown))
    }

    fn fault(&self, case: Case) -> Option<String> {
        let mut problems = Problems::default();
        match self.model(case, &mut problems) {
            Ok(_) => None,
            Err(Refusal::Imbalance(imbalance)) => Some(
                imbalance.faults.iter().map(|fault| format!("error: {fault}")).collect::<Vec<_>>().join("\n"),
            ),
            Err(_) => {
                problems.drop_warnings();
                Some(problems.render(false).trim_end().to_owned())
            }
        }
    }

    /// `point 17 (market.cover_days = 30), draw 4 (…)`.
    fn words(&self, case: Case) -> String {
        let set = self.open.settings(case.point);
        let set: Vec<String> = set.iter().map(|set| format!("{} = {}", set.key, set.text)).collect();
        let of = |list: Vec<String>| {
            if list.is_empty() { String::new() } else { format!(" ({})", list.join(", ")) }
        };
        let point = format!("point {}{}", case.point, of(set));
        match case.draw {
            None => point,
            Some(draw) => {
                let drawn = self.open.drawn(draw);
                let drawn = drawn.into_iter().map(|number| format!("{} = {}", number.key, number.value));
                format!("{point}, draw {draw}{}", of(drawn.collect()))
            }
        }
    }
}

fn also(times: usize) -> String {
    match times {
        0 => String::new(),
        1 => ", and at one more".to_owned(),
        n => format!(", and at {n} more"),
    }
}
