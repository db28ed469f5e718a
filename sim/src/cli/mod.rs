//! The command line: parse, dispatch, print, exit code. One file a verb.
//!
//! What was asked for goes to stdout, all else to stderr.

mod check;
mod completions;
mod exit;
mod explain;
mod home;
mod man;
mod merge;
mod new;
mod options;
mod plan;
mod report;
mod run;
mod schema;
mod signals;
mod size;
mod slurm;
mod status;
mod story;
mod tale;
mod terminal;
mod text;
mod threads;
mod topics;
mod walltime;

pub use exit::Failure;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Exit codes and the rest of the environment, at the end of `--help`.
const AFTER_HELP: &str = "\
Every flag can be set by an environment variable, named in its help; a flag wins over it.

Exit codes: 0 done, or already done; 1 internal error; 2 usage; 3 scenario or folder refused;
5 input or output failed; 75 stopped, the same command goes on; 130 Ctrl-C.";

/// How short would we run, and how large a stockpile would have covered it?
#[derive(Debug, Parser)]
#[command(name = "shortfall", version, about, after_help = AFTER_HELP, max_term_width = 110)]
#[command(propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    New(new::Args),
    Check(check::Args),
    Run(run::Args),
    Plan(plan::Args),
    Status(status::Args),
    Merge(merge::Args),
    Story(story::Args),
    Explain(explain::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The whole command as clap knows it: for completions, manual pages and documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program with the process's arguments and gives its exit code.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let outcome = std::panic::catch_unwind(|| dispatch(&arguments));
    let code = match outcome {
        Ok(Ok(())) => exit::DONE,
        Ok(Err(failure)) => failure.report(),
        Err(_) => {
            terminal::fail(
                "error: internal error, described above; this is a bug, please report it with the scenario",
            );
            exit::INTERNAL
        }
    };
    ExitCode::from(code)
}

/// Parses and runs one command; what it prints is on stdout when this returns.
fn dispatch(arguments: &[OsString]) -> Result<(), Failure> {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return exit::parsed(error),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| Failure::Parse(Box::new(error)))?;
    let verb = matches.subcommand().map(|(_, matches)| matches).unwrap_or(&matches);
    let mut out = terminal::Visible(std::io::stdout().lock());
    match cli.verb {
        Verb::New(args) => new::run(&args),
        Verb::Check(args) => check::run(&args, verb, &mut out),
        Verb::Run(args) => run::run(&args, verb, &mut out),
        Verb::Plan(args) => plan::run(&args, verb, &mut out),
        Verb::Status(args) => status::run(&args, &mut out),
        Verb::Merge(args) => merge::run(&args),
        Verb::Story(args) => story::run(&args, &mut out),
        Verb::Explain(args) => explain::run(&args, &mut out),
        Verb::Schema(args) => schema::run(&args, &mut out),
        Verb::Completions(args) => completions::run(&args, &mut out),
        Verb::Man(args) => man::run(&args, &mut out),
    }?;
    Ok(out.flush()?)
}
