//! One case of a scenario taken through every stage up to the runs.

use super::precision::Rule;
use crate::baseline;
use crate::baseline::Baseline;
use crate::baseline::Imbalance;
use crate::hazards;
use crate::hazards::Drawn;
use crate::network;
use crate::policies;
use crate::policies::Policy;
use crate::scenario;
use crate::scenario::Options;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use std::path::Path;
use std::sync::Arc;

/// Everything that runs need.
#[derive(Debug)]
pub struct Model {
    /// As written.
    pub scenario: Scenario,
    /// `--set`, in order.
    pub set: Vec<String>,
    /// Balanced; shared by the cases of a study that leave the network as it is.
    pub baseline: Arc<Baseline>,
    /// In the order of names.
    pub hazards: Vec<Drawn>,
    /// In the order of the scenario.
    pub policies: Vec<Policy>,
    /// When there are enough runs, if that is asked for.
    pub(super) until: Option<Rule>,
    /// What the scenario was warned of, for the manifest.
    pub warnings: Vec<String>,
}

/// Why a scenario is refused.
#[derive(Debug)]
pub enum Refusal {
    /// Faults in its files.
    Problems,
    /// Supply and use can't be made to meet.
    Imbalance(Imbalance),
    /// Faults at other points or draws than the first, each as it is shown.
    Cases(Vec<String>),
}

/// Reads, checks, balances and compiles a scenario: its first point, uncertain numbers at their central values. Problems
/// (warnings included) are left in `problems`.
///
/// Every stage adds its problems, and a later one is tried even if an earlier one found some, so that one pass shows them
/// all. An imbalance is told only if the files are otherwise sound: out of wrong rows it says nothing.
pub fn prepare(path: &Path, options: &Options, problems: &mut Problems) -> Result<Model, Refusal> {
    let scenario = scenario::load(path, options, problems).ok_or(Refusal::Problems)?;
    compile(scenario, &options.set, None, problems)
}

/// Takes a scenario through the stages after its reading. `known`: its baseline, if it is the same as another's.
pub(super) fn compile(
    mut scenario: Scenario,
    set: &[String],
    known: Option<Arc<Baseline>>,
    problems: &mut Problems,
) -> Result<Model, Refusal> {
    policies::refuse_unknown(&scenario, problems);
    let baseline = match known {
        Some(baseline) => baseline,
        None => {
            let network = network::compile(&scenario, problems).ok_or(Refusal::Problems)?;
            match baseline::balance(network) {
                Ok(baseline) => Arc::new(baseline),
                Err(_) if problems.refused() => return Err(Refusal::Problems),
                Err(imbalance) => return Err(Refusal::Imbalance(imbalance)),
            }
        }
    };
    let hazards = hazards::compile(&scenario, &baseline, problems);
    let policies = policies::compile(&scenario, &baseline, problems);
    let (until, least) = (scenario.run.until.as_ref(), scenario.run.runs);
    let until = until.and_then(|until| Rule::new(until, least, &baseline, &policies, problems));
    if problems.refused() {
        return Err(Refusal::Problems);
    }
    // Later stages assume things too: laws in a hazard's body, transits that no table gives.
    scenario.assumptions.append(&mut problems.assumptions);
    scenario.assumptions.extend(baseline.network.assumptions.iter().cloned());
    let warnings = warnings(problems, &baseline);
    Ok(Model { scenario, set: set.to_vec(), baseline, hazards, policies, until, warnings })
}

/// Of an accepted scenario: all its problems are warnings.
fn warnings(problems: &Problems, baseline: &Baseline) -> Vec<String> {
    let found = problems.list.iter().map(|problem| match &problem.hint {
        Some(hint) => format!("{}; {hint}", problem.message),
        None => problem.message.clone(),
    });
    found.chain(baseline.warnings.iter().cloned()).collect()
}
