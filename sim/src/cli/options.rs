//! Flags that several verbs share, and where each value came from.

use super::threads;
use crate::results::Keep;
use crate::scenario::Options;
use crate::scenario::Scenario;
use clap::ArgMatches;
use clap::builder::FalseyValueParser;
use clap::parser::ValueSource;
use std::fmt;
use std::path::PathBuf;

/// The scenario, and what the command line changes in it.
#[derive(Debug, clap::Args)]
pub(super) struct ScenarioArgs {
    /// Folder with a scenario.toml, or that file.
    pub(super) scenario: PathBuf,

    /// Runs under each policy, instead of the scenario's.
    #[arg(short = 'n', long, env = "SHORTFALL_RUNS", value_parser = clap::value_parser!(u64).range(1..))]
    runs: Option<u64>,

    /// Seed, instead of the scenario's; 0 is a seed like any other.
    #[arg(long, env = "SHORTFALL_SEED")]
    seed: Option<u64>,

    /// Set one key of scenario.toml, dotted: --set hazard.cod_quota.severity=0.5. Repeatable; in the variable, one a line.
    #[arg(long, value_name = "KEY=VALUE", env = "SHORTFALL_SET", value_delimiter = '\n', value_parser = setting)]
    set: Vec<String>,

    /// Let the scenario read files outside its folder.
    #[arg(long, env = "SHORTFALL_ALLOW_OUTSIDE", value_parser = FalseyValueParser::new())]
    allow_outside: bool,
}

/// `key=value` with something on both sides; what it means is the scenario's to say.
fn setting(written: &str) -> Result<String, String> {
    match written.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => Ok(written.to_owned()),
        _ => Err("write KEY=VALUE, such as run.seed=7".to_owned()),
    }
}

impl ScenarioArgs {
    /// As the scenario's reader takes them.
    pub(super) fn options(&self) -> Options {
        Options {
            set: self.set.clone(),
            seed: self.seed.map(|seed| seed.to_string()),
            runs: self.runs.map(|runs| runs.to_string()),
            allow_outside: self.allow_outside,
        }
    }

    /// The words of a command line that says the same.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = vec![self.scenario.to_string_lossy().into_owned()];
        let mut add = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
        self.runs.iter().for_each(|runs| add("--runs", runs.to_string()));
        self.seed.iter().for_each(|seed| add("--seed", seed.to_string()));
        self.set.iter().for_each(|set| add("--set", set.clone()));
        if self.allow_outside {
            words.push("--allow-outside".to_owned());
        }
        words
    }
}

/// Where a setting came from. A flag wins over the environment, that over the scenario, that over the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The command line.
    Flag,
    /// Our variable.
    Environment(&'static str),
    /// A variable of another program.
    Other(&'static str),
    /// The scenario.
    Scenario,
    /// Nobody said anything.
    Default,
    /// The machine.
    Machine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag => f.write_str("command line"),
            Origin::Environment(name) | Origin::Other(name) => write!(f, "environment, {name}"),
            Origin::Scenario => f.write_str("scenario"),
            Origin::Default => f.write_str("default"),
            Origin::Machine => f.write_str("machine"),
        }
    }
}

/// A setting, its value, and who set it.
#[derive(Clone, Debug, serde::Serialize)]
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) from: String,
}

/// Where the value of `flag` came from, if from the command line or the environment.
pub(super) fn given(matches: &ArgMatches, flag: &str, variable: &'static str) -> Option<Origin> {
    match matches.value_source(flag)? {
        ValueSource::CommandLine => Some(Origin::Flag),
        ValueSource::EnvVariable => Some(Origin::Environment(variable)),
        _ => None,
    }
}

/// Threads as `-j` says it.
#[derive(Debug, clap::Args)]
pub(super) struct ThreadArgs {
    /// Threads; 0 is every core. Without it: SLURM_CPUS_PER_TASK, RAYON_NUM_THREADS, the machine. Results never depend on it.
    #[arg(short = 'j', long, env = "SHORTFALL_THREADS", value_parser = clap::value_parser!(u64).range(..=threads::MOST))]
    threads: Option<u64>,
}

impl ThreadArgs {
    /// The threads to use.
    pub(super) fn choose(&self, matches: &ArgMatches) -> threads::Threads {
        let asked = self.threads.zip(given(matches, "threads", "SHORTFALL_THREADS"));
        threads::choose(asked, |name| std::env::var(name).ok(), threads::machine())
    }
}

/// How much is kept, as `--keep` says it.
#[derive(Debug, clap::Args)]
pub(super) struct KeepArgs {
    /// What is kept of the runs; each level keeps what the one before keeps.
    #[arg(long, env = "SHORTFALL_KEEP", default_value = "runs")]
    keep: Kept,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kept {
    /// Distributions by point: the size does not depend on the number of runs.
    Summary,
    /// Tables by run, and bands by step.
    Runs,
    /// Every step of every run.
    Series,
}

impl KeepArgs {
    /// As results take it.
    pub(super) fn keep(&self) -> Keep {
        match self.keep {
            Kept::Summary => Keep::Summary,
            Kept::Runs => Keep::Runs,
            Kept::Series => Keep::Series,
        }
    }
}

/// The settings of a run with their origins.
pub(super) fn settings(scenario: &Scenario, threads: threads::Threads, matches: &ArgMatches) -> Vec<Setting> {
    let origin = |flag, variable, about: &str| {
        let assumed = || scenario.assumptions.iter().any(|assumption| assumption.about == about);
        given(matches, flag, variable)
            .unwrap_or_else(|| if assumed() { Origin::Default } else { Origin::Scenario })
    };
    let setting = |name, value: String, from: Origin| Setting { name, value, from: from.to_string() };
    vec![
        setting("runs", scenario.run.runs.to_string(), origin("runs", "SHORTFALL_RUNS", "run.runs")),
        setting("seed", scenario.run.seed.to_string(), origin("seed", "SHORTFALL_SEED", "run.seed")),
        setting("threads", threads.count.to_string(), threads.origin),
    ]
}
