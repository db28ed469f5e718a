//! `shortfall completions`: tab completion for shells.

use super::Failure;
use clap_complete::Shell;
use std::io::Write;

/// Print the completion script of a shell.
///
/// For bash: shortfall completions bash > ~/.local/share/bash-completion/completions/shortfall
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which shell.
    shell: Shell,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    // Into memory first: the generator panics if it can't write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "shortfall", &mut script);
    Ok(out.write_all(&script)?)
}
