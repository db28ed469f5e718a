//! `shortfall plan`: what a study will take, and how to share it.

use super::options::{KeepArgs, ScenarioArgs, ThreadArgs};
use super::size::MemoryArgs;
use super::slurm::Array;
use super::{Failure, check, home, text, walltime};
use crate::ensemble;
use crate::ensemble::Forecast;
use crate::ensemble::Stopped;
use crate::results;
use crate::results::Tail;
use crate::scenario::Problems;
use clap::ArgMatches;
use clap::builder::FalseyValueParser;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// Slurm takes arrays of up to 1,000 tasks unless it is told otherwise.
const MOST_TASKS: u64 = 1000;

/// Say what a study will take: points, runs, chunks, time, disk, memory, and how many runs a wanted precision needs.
///
/// Times and sizes are measured by making some of its runs, which are not kept.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,

    /// Only this policy.
    #[arg(long, env = "SHORTFALL_POLICY", value_name = "NAME")]
    policy: Option<String>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    keep: KeepArgs,

    #[command(flatten)]
    memory: MemoryArgs,

    /// Shards to share the work among.
    #[arg(long, env = "SHORTFALL_SHARDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=99_999))]
    shards: u64,

    /// Runs to make for the measurement, at most.
    #[arg(long, env = "SHORTFALL_PILOT", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pilot: u64,

    /// Wanted half width of the 95 % interval of the worst 5 %, as a share of it.
    #[arg(long, env = "SHORTFALL_PRECISION", default_value_t = 0.05, value_name = "SHARE", value_parser = share)]
    precision: f64,

    /// Take what is known of the worst runs from finished results, instead of from the measurement.
    #[arg(long, env = "SHORTFALL_FROM", value_name = "DIR")]
    from: Option<PathBuf>,

    /// Print a script for a Slurm job array instead; `sbatch` takes it.
    #[arg(long, env = "SHORTFALL_SLURM", value_parser = FalseyValueParser::new())]
    slurm: bool,

    /// Folder of the results in the script; results/SCENARIO without it.
    #[arg(short, long, env = "SHORTFALL_OUT", value_name = "DIR")]
    out: Option<PathBuf>,

    /// Time of a task in the script: 3600, 90m, 1:30:00.
    #[arg(long, env = "SHORTFALL_WALLTIME", value_name = "TIME", default_value = "1:00:00", value_parser = walltime::parse)]
    walltime: Duration,

    /// Tasks of the array; they loop over the shards.
    #[arg(long, env = "SHORTFALL_TASKS", value_parser = clap::value_parser!(u64).range(1..=99_999))]
    tasks: Option<u64>,
}

fn share(written: &str) -> Result<f64, String> {
    written
        .parse()
        .ok()
        .filter(|share| *share > 0.0 && *share < 1.0)
        .ok_or("a number between 0 and 1".to_owned())
}

pub(super) fn run(args: &Args, matches: &ArgMatches, out: &mut impl Write) -> Result<(), Failure> {
    let (study, problems) = check::accepted(&args.scenario.scenario, &args.scenario.options())?;
    let threads = args.threads.choose(matches).count;
    if args.slurm && study.base.scenario.run.until.is_some() {
        let why = "shards and [run] until do not go together; give the number of runs";
        return Err(Failure::Usage(why.to_owned()));
    }
    args.memory.check(&ensemble::estimate(&study, args.policy.as_deref(), args.keep.keep(), threads))?;
    let made = ensemble::forecast(&study, args.policy.as_deref(), args.keep.keep(), threads, args.pilot);
    let forecast = made.map_err(|stopped| match stopped {
        Stopped::Refused(refusal) => check::refused(&refusal, &problems),
        Stopped::Folder(why) => Failure::Usage(why),
        Stopped::Write(error) => Failure::Io(error.to_string()),
        Stopped::AlreadyDone | Stopped::Early(..) => {
            check::refused(&ensemble::Refusal::Problems, &Problems::default())
        }
    })?;
    if args.slurm {
        return Ok(out.write_all(script(args, &study.base.scenario.name, threads, &forecast).as_bytes())?);
    }
    table(args, threads, &forecast, out)?;
    match &args.from {
        None => precision(args.precision, &forecast.tails, "the measurement", out),
        Some(dir) => {
            let shown = dir.display().to_string();
            let tails = results::tails(home::folder(dir)?).map_err(|error| Failure::Io(error.to_string()))?;
            let tails = tails.ok_or(Failure::Refused(format!("error: {shown}: holds no whole results")))?;
            precision(args.precision, &tails, &shown, out)
        }
    }
}

fn script(args: &Args, name: &str, threads: usize, forecast: &Forecast) -> String {
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("results").join(name));
    let out = out.to_string_lossy().into_owned();
    let mut command = vec!["shortfall".to_owned(), "run".to_owned()];
    command.extend(args.scenario.words());
    command.extend([
        "--out".to_owned(),
        out.clone(),
        "--keep".to_owned(),
        args.keep.keep().name().to_owned(),
    ]);
    command.extend(args.policy.iter().flat_map(|policy| ["--policy".to_owned(), policy.clone()]));
    let array = Array {
        name,
        shards: args.shards,
        tasks: args.tasks.unwrap_or(MOST_TASKS).min(args.shards).min(MOST_TASKS),
        threads,
        walltime: args.walltime,
        // Half as much again, and never less than Slurm and the loader need.
        memory: forecast.memory.map(|bytes| (1.5 * bytes / 1e6).ceil().max(200.0) as u64),
        command: &command,
        out: &out,
    };
    array.script()
}

fn table(args: &Args, threads: usize, forecast: &Forecast, out: &mut impl Write) -> Result<(), Failure> {
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let (all, shards) = (forecast.all_runs(), args.shards as f64);
    let seconds = all * forecast.seconds_of_a_run;
    let per_shard = (forecast.chunks as f64 / shards).ceil();
    let mut rows = vec![
        row("points", format!("{}, {} draws at each", forecast.points, forecast.draws)),
        row(
            "runs",
            format!(
                "{} in each draw: {all:.0} in all, under {} policies",
                forecast.runs,
                forecast.policies.len()
            ),
        ),
        row("chunks", format!("{}, of at most {} runs", forecast.chunks, forecast.runs_of_a_chunk)),
        row("shards", format!("{}, of at most {per_shard:.0} chunks", args.shards)),
        row(
            "time",
            format!(
                "{} of one core; {} a shard on {threads} threads",
                text::time(seconds),
                text::time(seconds / shards / threads as f64)
            ),
        ),
        row("disk", format!("{}, and as much again while they are joined", text::bytes(forecast.bytes()))),
    ];
    if let Some(memory) = forecast.memory {
        rows.push(row("memory", format!("{} a process, about", text::bytes(memory))));
    }
    rows.push(row(
        "measured",
        format!(
            "with {} runs on this machine; {} a run, {} a point",
            forecast.pilot,
            text::bytes(forecast.bytes_of_a_run),
            text::bytes(forecast.bytes_of_a_point)
        ),
    ));
    Ok(text::columns(out, "", &[], &rows)?)
}

/// How many runs make the interval of the worst 5 % so narrow.
fn precision(wanted: f64, tails: &[Tail], from: &str, out: &mut impl Write) -> Result<(), Failure> {
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    let of = |tail: &Tail| {
        let half = tail.half_width.map_or("-".to_owned(), |half| format!("± {}", percent(half)));
        let runs = tail.half_width.map(|half| ensemble::runs_for(tail.runs, half, tail.worst, wanted));
        let runs = runs.map_or("-".to_owned(), |runs| format!("{:.0}", runs.ceil()));
        vec![tail.consumer.clone(), tail.policy.clone(), percent(tail.worst), half, runs]
    };
    let wanted = format!("runs for ± {} % of it", text::amount(100.0 * wanted));
    let head =
        ["requirement missing", "policy", "worst 5 %", "95 % interval", wanted.as_str()].map(str::to_owned);
    let rows: Vec<Vec<String>> = std::iter::once(head.to_vec()).chain(tails.iter().map(of)).collect();
    writeln!(out)?;
    text::columns(out, "", &[2, 3, 4], &rows)?;
    writeln!(out, "at point 0, from {from}; - where it has too few runs in the tail, or none that is short")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_lies_between_0_and_1() {
        assert!(["0", "1", "-1", "x"].iter().all(|written| share(written).is_err()));
    }
}
