//! `shortfall story`: one run of a results folder in words.

use super::tale::Tale;
use super::{Failure, check, home, terminal};
use crate::ensemble;
use crate::ensemble::Which;
use crate::results;
use crate::results::Found;
use crate::results::Manifest;
use crate::scenario::Options;
use crate::scenario::nearest;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Tell one run in words: what happened, who ran short, what was in stock, what it cost. The run is simulated again out of
/// the scenario that the folder keeps; its numbers are those of the tables.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of finished results.
    dir: PathBuf,

    /// Number of the run within its draw.
    #[arg(long, env = "SHORTFALL_RUN", value_name = "K")]
    run: u64,

    /// Under this policy, instead of the first.
    #[arg(long, env = "SHORTFALL_POLICY", value_name = "NAME")]
    policy: Option<String>,

    /// Draw of the uncertain numbers.
    #[arg(long, env = "SHORTFALL_DRAW", default_value_t = 0)]
    draw: u64,

    /// Point of the sweep.
    #[arg(long, env = "SHORTFALL_POINT", default_value_t = 0)]
    point: u64,

    /// How many of the users that ran short are told of, the hardest hit first.
    #[arg(long, env = "SHORTFALL_USERS", default_value_t = 8)]
    users: usize,

    /// For people, or for programs.
    #[arg(long, env = "SHORTFALL_FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Plain text.
    Text,
    /// One JSON object, with every event and user.
    Json,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let manifest = manifest(&args.dir)?;
    let dir = args.dir.display();
    for (what, number, n) in [
        ("point", args.point, manifest.points),
        ("draw", args.draw, manifest.draws),
        ("run", args.run, manifest.runs),
    ] {
        if number >= n {
            return Err(Failure::Refused(format!(
                "error: {dir}: there is no {what} {number}; the last is {}",
                n.saturating_sub(1)
            )));
        }
    }
    let options = Options {
        set: manifest.set.clone(),
        seed: Some(manifest.seed.clone()),
        runs: Some(manifest.runs.to_string()),
        allow_outside: false,
    };
    let (study, _) = check::accepted(&args.dir.join("scenario"), &options)?;
    let name = args.policy.as_ref().or(manifest.policies.first());
    let known = || study.base.policies.iter().map(|policy| policy.name.as_str());
    let Some(policy) = known().position(|known| Some(known) == name.map(String::as_str)) else {
        let wanted = name.map_or("", String::as_str);
        let hint = nearest(wanted, known()).map(|near| format!("; did you mean {near:?}?"));
        return Err(Failure::Usage(format!("there is no policy {wanted:?}{}", hint.unwrap_or_default())));
    };
    if manifest.version != env!("CARGO_PKG_VERSION") {
        terminal::say(&format!(
            "warning: {dir} was made by version {}; another may tell another run",
            manifest.version
        ));
    }
    let which = Which { point: args.point, draw: args.draw, run: args.run };
    let again = ensemble::again(&study, which, policy)
        .map_err(|_| Failure::Refused(format!("error: {dir}: its scenario is refused at this point")))?;
    let tale = Tale::new(&again, which, policy);
    match args.format {
        Format::Text => tale.write(args.users, out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &tale).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn manifest(dir: &Path) -> Result<Manifest, Failure> {
    match results::look(home::folder(dir)?).map_err(|error| Failure::Io(error.to_string()))? {
        Found::Results(manifest, damaged) if damaged.is_empty() => Ok(*manifest),
        Found::Results(_, damaged) => {
            Err(Failure::Refused(format!("error: {}: damaged: {}", dir.display(), damaged.join("; "))))
        }
        Found::Damaged(what) => Err(Failure::Refused(format!("error: {}: {what}", dir.display()))),
        _ => Err(Failure::Refused(format!("error: {}: holds no finished results", dir.display()))),
    }
}
