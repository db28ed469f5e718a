//! `shortfall check`: reads, balances, and says what was adjusted and what is assumed; writes nothing.

use super::options::{ScenarioArgs, Setting, ThreadArgs, settings};
use super::report::{Fault, Report, faults};
use super::{Failure, terminal};
use crate::ensemble;
use crate::ensemble::Refusal;
use crate::ensemble::Study;
use crate::scenario::Options;
use crate::scenario::Problems;
use clap::ArgMatches;
use clap::builder::FalseyValueParser;
use std::io::Write;
use std::path::Path;

/// Read and balance a scenario, and print what it comes to; no events are drawn and nothing is written.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,

    #[command(flatten)]
    threads: ThreadArgs,

    /// For people, or for editors and CI.
    #[arg(long, env = "SHORTFALL_FORMAT", default_value = "text")]
    format: Format,

    /// Also where each setting came from.
    #[arg(short, long, env = "SHORTFALL_VERBOSE", value_parser = FalseyValueParser::new())]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Plain text.
    Text,
    /// One JSON object: refused, problems, report.
    Json,
}

/// What `--format json` prints.
#[derive(serde::Serialize)]
struct Answer {
    refused: bool,
    problems: Vec<Fault>,
    /// Null if the scenario is refused.
    report: Option<Report>,
    /// Runs, seed and threads, each with who set it.
    settings: Vec<Setting>,
}

pub(super) fn run(args: &Args, matches: &ArgMatches, out: &mut impl Write) -> Result<(), Failure> {
    match args.format {
        Format::Text => text(args, matches, out),
        Format::Json => json(args, matches, out),
    }
}

fn text(args: &Args, matches: &ArgMatches, out: &mut impl Write) -> Result<(), Failure> {
    let (study, problems) = accepted(&args.scenario.scenario, &args.scenario.options())?;
    study.check(0..study.open().n_points()).map_err(|refusal| refused(&refusal, &problems))?;
    if !problems.list.is_empty() {
        terminal::warn(problems.render(terminal::colour_on_stderr()).trim_end());
    }
    Report::new(&study).write(out)?;
    if args.verbose {
        writeln!(out, "\nSettings")?;
        for Setting { name, value, from } in
            settings(&study.base.scenario, args.threads.choose(matches), matches)
        {
            writeln!(out, "  {name} = {value} ({from})")?;
        }
    }
    Ok(())
}

fn json(args: &Args, matches: &ArgMatches, out: &mut impl Write) -> Result<(), Failure> {
    let mut problems = Problems::default();
    let prepared = ensemble::study(&args.scenario.scenario, &args.scenario.options(), &mut problems);
    let prepared = prepared.and_then(|study| study.check(0..study.open().n_points()).map(|()| study));
    let mut answer =
        Answer { refused: true, problems: faults(&problems), report: None, settings: Vec::new() };
    match &prepared {
        Ok(study) => {
            answer.refused = false;
            answer.report = Some(Report::new(study));
            answer.settings = settings(&study.base.scenario, args.threads.choose(matches), matches);
        }
        Err(Refusal::Problems) => {}
        Err(Refusal::Imbalance(imbalance)) => {
            answer.problems.extend(imbalance.faults.iter().map(|line| Fault::of_the_whole(line)));
        }
        Err(Refusal::Cases(faults)) => {
            answer.problems.extend(faults.iter().map(|fault| Fault::of_the_whole(fault)));
        }
    }
    serde_json::to_writer_pretty(&mut *out, &answer).map_err(std::io::Error::from)?;
    writeln!(out)?;
    out.flush()?;
    prepared.map(|_| ()).map_err(|refusal| refused(&refusal, &problems))
}

/// A scenario whose first point is accepted, with the warnings on the way, or the refusal with every fault.
pub(super) fn accepted(path: &Path, options: &Options) -> Result<(Study, Problems), Failure> {
    let mut problems = Problems::default();
    match ensemble::study(path, options, &mut problems) {
        Ok(study) => Ok((study, problems)),
        Err(refusal) => Err(refused(&refusal, &problems)),
    }
}

pub(super) fn refused(refusal: &Refusal, problems: &Problems) -> Failure {
    let mut message = String::new();
    if !problems.list.is_empty() {
        message.push_str(problems.render(terminal::colour_on_stderr()).trim_end());
        message.push('\n');
    }
    match refusal {
        Refusal::Problems => {}
        Refusal::Imbalance(imbalance) => {
            message.extend(imbalance.faults.iter().map(|fault| format!("error: {fault}\n")));
        }
        Refusal::Cases(faults) => message.extend(faults.iter().map(|fault| format!("{fault}\n"))),
    }
    Failure::Refused(message.trim_end().to_owned())
}
