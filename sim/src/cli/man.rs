//! `shortfall man`: manual pages.

use super::Failure;
use crate::scenario::nearest;
use clap_mangen::Man;
use std::io::Write;

/// Print the manual page of the program, or of one verb.
///
/// To read it: shortfall man | man -l -
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A verb.
    verb: Option<String>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let command = page(args.verb.as_deref())?;
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(out.write_all(&page)?)
}

fn page(verb: Option<&str>) -> Result<clap::Command, Failure> {
    let mut command = super::command();
    command.build();
    let Some(verb) = verb else { return Ok(command) };
    if let Some(found) = command.find_subcommand(verb) {
        return Ok(found.clone());
    }
    let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let hint = nearest(verb, verbs.iter().copied())
        .map(|name| format!("; did you mean {name:?}?"))
        .unwrap_or_default();
    Err(Failure::Usage(format!("no verb {verb:?}{hint}\n  there are: {}", verbs.join(", "))))
}
