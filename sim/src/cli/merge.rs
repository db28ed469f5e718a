//! `shortfall merge`: from shards to results.

use super::home::StagingArgs;
use super::{Failure, terminal};
use crate::ensemble;
use crate::ensemble::Merged;
use crate::ensemble::Stopped;
use crate::results::Shard;
use clap::builder::FalseyValueParser;
use std::path::PathBuf;
use std::sync::Arc;

/// Verify the shards in a folder and make results of them; equal byte for byte to those of one run.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder in which shards were run, or an address in an object store.
    dir: PathBuf,

    #[command(flatten)]
    staging: StagingArgs,

    /// Replace results in DIR that are of something else.
    #[arg(long, env = "SHORTFALL_OVERWRITE", value_parser = FalseyValueParser::new())]
    overwrite: bool,

    /// Errors only.
    #[arg(short, long, env = "SHORTFALL_QUIET", value_parser = FalseyValueParser::new())]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let dir = args.dir.display();
    let home = args.staging.home(&args.dir, Shard::WHOLE, &Arc::default())?;
    let said = match ensemble::merge(home, args.overwrite) {
        Ok(Merged::Results(manifest)) => {
            let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
            format!("results are in {dir}: {rows} rows in {} tables", manifest.tables.len())
        }
        Ok(Merged::Already) => format!("already merged: {dir} holds whole results"),
        Err(Stopped::Write(error)) => return Err(Failure::Io(error.to_string())),
        Err(Stopped::Folder(why)) => return Err(Failure::Refused(format!("error: {dir}: {why}"))),
        Err(other) => return Err(Failure::Refused(format!("error: {dir}: {other:?}"))),
    };
    if !args.quiet {
        terminal::say(&said);
    }
    Ok(())
}
