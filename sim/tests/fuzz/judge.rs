//! What an input may end in: a result, or faults that each name their place.

use shortfall::ensemble;
use shortfall::ensemble::{Refusal, Stopped};
use shortfall::results;
use shortfall::results::Keep;
use shortfall::scenario::{Options, Problems, Severity};
use std::path::Path;

/// Most steps times items times policies that are simulated: what is larger is right, and takes its time.
const MOST_WORK: usize = 100_000;

/// Looks at what lies in `folder`: `scenario/` with `set.txt`, one setting a line, or `results/`.
pub(crate) fn judge(folder: &Path) {
    if folder.join("results").is_dir() {
        return results_folder(&folder.join("results"));
    }
    let set = std::fs::read(folder.join("set.txt")).unwrap_or_default();
    let set = String::from_utf8_lossy(&set).lines().map(str::to_owned).collect();
    scenario(&folder.join("scenario"), &Options { set, ..Options::default() });
}

fn scenario(path: &Path, options: &Options) {
    let mut problems = Problems::default();
    let study = ensemble::study(path, options, &mut problems);
    let text = problems.render(false);
    problems.to_json();
    match study {
        Err(Refusal::Problems) => {
            assert!(problems.refused(), "refused without a fault");
            faults_have_places(&problems, &text);
        }
        Err(Refusal::Imbalance(imbalance)) => assert!(!imbalance.faults.is_empty()),
        Err(Refusal::Cases(faults)) => assert!(!faults.is_empty()),
        Ok(study) => {
            assert!(!problems.refused(), "accepted with faults");
            let (network, base) = (&study.base.baseline.network, &study.base);
            let items = network.consumers.len() + network.lanes.len() + network.plants.len();
            let work = network.clock.n_steps.saturating_mul(items * base.policies.len());
            if work <= MOST_WORK && study.open().n_points() <= 50 && study.open().n_draws() <= 50 {
                match ensemble::forecast(&study, None, Keep::Runs, 1, 8) {
                    Ok(_) | Err(Stopped::Refused(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
    }
}

/// Every fault says where it is; in a file: line and column.
fn faults_have_places(problems: &Problems, text: &str) {
    // Of hundreds the first are shown, and the number of the others.
    let all_shown = !text.trim_end().ends_with(" more");
    for problem in problems.list.iter().filter(|problem| problem.severity == Severity::Error) {
        match problem.at {
            Some(at) => {
                let source = problems.sources.get(at.source.0 as usize).expect("the place is in a source");
                let (line, column) = problems.position(at).expect("the place is in the text");
                let path = source.path.display();
                let place =
                    if source.is_file() { format!("{path}:{line}:{column}: ") } else { format!("{path}: ") };
                assert!(!all_shown || text.contains(&place), "{place} is missing in:\n{text}");
                assert!(line <= 1 + source.text.matches('\n').count(), "{place} is past the end");
            }
            None => assert!(
                problem.message.contains("scenario.toml"),
                "a fault without a place: {}",
                problem.message
            ),
        }
    }
}

/// Readers of results say what they found or what is wrong, and a merge makes what is right or nothing.
fn results_folder(out: &Path) {
    let says = |error: shortfall::disk::WriteError| assert!(!error.to_string().is_empty());
    results::look(out).map(drop).unwrap_or_else(says);
    results::begun(out).map(drop).unwrap_or_else(says);
    results::status(out).map(drop).unwrap_or_else(says);
    results::tails(out).map(drop).unwrap_or_else(says);
    if let Err(stopped) = ensemble::merge(out, false) {
        assert!(matches!(stopped, Stopped::Folder(_) | Stopped::Write(_)), "{stopped:?}");
    }
}
