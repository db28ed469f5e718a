//! `shortfall run`: every run under every policy, into a results folder.

use super::home::StagingArgs;
use super::options::{KeepArgs, ScenarioArgs, Setting, ThreadArgs, settings};
use super::signals::Signals;
use super::size::{self, MemoryArgs};
use super::threads::Threads;
use super::{Failure, check, terminal, text, walltime};
use crate::ensemble;
use crate::ensemble::Estimate;
use crate::ensemble::Finished;
use crate::ensemble::Model;
use crate::ensemble::Progress;
use crate::ensemble::RunOptions;
use crate::ensemble::Stopped;
use crate::ensemble::Study;
use crate::results::Home;
use crate::results::Shard;
use crate::scenario::Problems;
use crate::scenario::nearest;
use clap::ArgMatches;
use clap::builder::FalseyValueParser;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Simulate a scenario and write its results.
///
/// Ctrl-C once stops and keeps what is done, twice stops at once. The same command goes on; on finished results it does
/// nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,

    /// Folder of the results, made if need be; or an address in an object store: s3://bucket/name, gs:// or az://.
    #[arg(short, long, env = "SHORTFALL_OUT", value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    staging: StagingArgs,

    /// Only this policy.
    #[arg(long, env = "SHORTFALL_POLICY", value_name = "NAME")]
    policy: Option<String>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    keep: KeepArgs,

    #[command(flatten)]
    memory: MemoryArgs,

    /// Only this share of the work: I of N. `shortfall merge` makes results of the shards in a folder.
    #[arg(long, env = "SHORTFALL_SHARD", value_name = "I/N")]
    shard: Option<Shard>,

    /// Stop by itself after this time and keep what is done: 3600, 90m, 1:30:00.
    #[arg(long, env = "SHORTFALL_WALLTIME", value_name = "TIME", value_parser = walltime::parse)]
    walltime: Option<Duration>,

    /// Replace the results in DIR; removes only what its manifest names.
    #[arg(long, env = "SHORTFALL_OVERWRITE", value_parser = FalseyValueParser::new())]
    overwrite: bool,

    /// Say what would be run, and write nothing.
    #[arg(long, env = "SHORTFALL_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,

    /// How progress is shown: lines where stderr is no terminal.
    #[arg(long, env = "SHORTFALL_PROGRESS", default_value = "auto")]
    progress: Shown,

    /// Messages and progress as text, or as one JSON object a line.
    #[arg(long, env = "SHORTFALL_LOG_FORMAT", default_value = "text")]
    log_format: LogFormat,

    /// Errors only: no progress, no warnings, no table.
    #[arg(short, long, env = "SHORTFALL_QUIET", conflicts_with = "verbose", value_parser = FalseyValueParser::new())]
    quiet: bool,

    /// Also where each setting came from.
    #[arg(short, long, env = "SHORTFALL_VERBOSE", value_parser = FalseyValueParser::new())]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum LogFormat {
    /// Text.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Shown {
    /// A bar in a terminal, lines elsewhere.
    Auto,
    /// A bar.
    Bar,
    /// A plain line now and then.
    Lines,
    /// Nothing.
    None,
}

pub(super) fn run(args: &Args, matches: &ArgMatches, out: &mut impl Write) -> Result<(), Failure> {
    if args.log_format == LogFormat::Json {
        terminal::speak_json();
    }
    let signals = Signals::listen()?;
    let deadline = args.walltime.map(|walltime| Instant::now() + walltime::usable(walltime));
    let (study, problems) = check::accepted(&args.scenario.scenario, &args.scenario.options())?;
    if !args.quiet && !problems.list.is_empty() {
        terminal::warn(problems.render(terminal::colour_on_stderr()).trim_end());
    }
    let model = &study.base;
    policy_exists(args.policy.as_deref(), model)?;
    let threads = args.threads.choose(matches);
    if args.verbose {
        for Setting { name, value, from } in settings(&model.scenario, threads, matches) {
            terminal::say(&format!("{name} = {value} ({from})"));
        }
    }
    let estimate = ensemble::estimate(&study, args.policy.as_deref(), args.keep.keep(), threads.count);
    if args.dry_run {
        return dry_run(args, &study, threads, &estimate, out);
    }
    args.memory.check(&estimate)?;
    if !args.quiet {
        terminal::say(&format!("{} runs under each policy: {}", estimate.runs, size::words(&estimate)));
    }
    let home = args.staging.home(&args.out, args.shard.unwrap_or(Shard::WHOLE), &signals.stop)?;
    let options = RunOptions { deadline, ..options(args, home, threads) };
    let outcome = ensemble::simulate(&study, &options, &signals.stop);
    finish(args, outcome, &problems, &signals, out)
}

fn options(args: &Args, home: Home, threads: Threads) -> RunOptions {
    let progress = match args.progress {
        _ if args.quiet => Progress::None,
        Shown::Auto | Shown::Bar | Shown::Lines if args.log_format == LogFormat::Json => Progress::Json,
        Shown::Auto => Progress::Auto,
        Shown::Bar => Progress::Bar,
        Shown::Lines => Progress::Lines,
        Shown::None => Progress::None,
    };
    RunOptions {
        home,
        overwrite: args.overwrite,
        threads: Some(threads.count),
        progress,
        policy: args.policy.clone(),
        keep: args.keep.keep(),
        shard: args.shard.unwrap_or(Shard::WHOLE),
        deadline: None,
        command: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
    }
}

fn finish(
    args: &Args,
    outcome: Result<Finished, Stopped>,
    problems: &Problems,
    signals: &Signals,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let dir = args.out.display();
    match outcome {
        Ok(Finished::Shard(shard, all)) => {
            if !args.quiet {
                let others = if all { "and all others are:" } else { "when all are," };
                terminal::say(&format!(
                    "shard {} of {} is done; {others} `shortfall merge {dir}` makes the results",
                    shard.number, shard.of
                ));
            }
            Ok(())
        }
        Ok(Finished::Results(summary)) => {
            if !args.quiet {
                writeln!(out, "{}", summary.table.trim_end())?;
                terminal::say(&format!("results are in {dir}"));
            }
            Ok(())
        }
        Err(Stopped::AlreadyDone) => {
            if !args.quiet {
                terminal::say(&format!("already done: {dir} holds exactly these results"));
            }
            Ok(())
        }
        Err(Stopped::Folder(why)) => Err(Failure::Refused(format!("error: {dir}: {why}"))),
        Err(Stopped::Refused(refusal)) => Err(check::refused(&refusal, problems)),
        Err(Stopped::Write(error)) => Err(Failure::Io(error.to_string())),
        Err(Stopped::Early(done, all)) => Err(signals.failure(done, all)),
    }
}

fn policy_exists(asked: Option<&str>, model: &Model) -> Result<(), Failure> {
    let Some(asked) = asked else { return Ok(()) };
    let names = || model.policies.iter().map(|policy| policy.name.as_str());
    if names().any(|name| name == asked) {
        return Ok(());
    }
    let hint = nearest(asked, names()).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
    let known: Vec<&str> = names().collect();
    Err(Failure::Usage(format!("no policy {asked:?}{hint}\n  the scenario has: {}", known.join(", "))))
}

fn dry_run(
    args: &Args,
    study: &Study,
    threads: Threads,
    estimate: &Estimate,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let model = &study.base;
    study
        .check(0..study.open().n_points())
        .map_err(|refusal| check::refused(&refusal, &Problems::default()))?;
    let policies: Vec<&str> = match &args.policy {
        Some(policy) => vec![policy],
        None => model.policies.iter().map(|policy| policy.name.as_str()).collect(),
    };
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let run = &model.scenario.run;
    let (points, draws) = (study.open().n_points(), study.open().n_draws());
    let rows = [
        row("scenario", model.scenario.title.clone()),
        row("policies", format!("{}: {}", policies.len(), policies.join(", "))),
        row("points", format!("{points}, {draws} draws at each")),
        row("runs", format!("{} under each policy in each draw, seed {}", run.runs, run.seed)),
        row("steps", format!("{} in each run", model.scenario.time.n_steps)),
        row("threads", format!("{} ({})", threads.count, threads.origin)),
        row("takes", size::words(estimate)),
        row("results", format!("{} (nothing written)", args.out.display())),
    ];
    Ok(text::columns(out, "", &[], &rows)?)
}
