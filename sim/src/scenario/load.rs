//! Reading a scenario folder: every fault in one pass.

use super::{Problems, Scenario};
use std::path::Path;

/// What the command line says about the scenario.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set key=value`, dotted keys, in order.
    pub set: Vec<String>,
    /// `--seed`, as written.
    pub seed: Option<String>,
    /// `--runs`, as written.
    pub runs: Option<String>,
    /// Files outside the scenario's folder may be read.
    pub allow_outside: bool,
}

/// Reads `path`, a folder with a `scenario.toml` or the file itself.
///
/// Adds every fault to `problems`, with the sources read; gives what could be read even if there are errors, so that
/// later stages can find more; `None` if nothing could.
pub fn load(path: &Path, options: &Options, problems: &mut Problems) -> Option<Scenario> {
    let _ = (path, options, problems);
    todo!()
}
