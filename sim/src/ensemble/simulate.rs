//! Runs of every policy, in parallel over blocks, written in order.

use super::{Model, Progress};
use crate::results::WriteError;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Results folder.
    pub out: PathBuf,
    /// Replace results that are there.
    pub overwrite: bool,
    /// Threads; `None`: what the machine has.
    pub threads: Option<usize>,
    /// Progress.
    pub progress: Progress,
    /// Only this policy.
    pub policy: Option<String>,
    /// The command line, for the manifest.
    pub command: Vec<String>,
}

/// The main consumers' shortage under each policy, for the table at the end.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Text of the table.
    pub table: String,
}

/// Why a run ended without results.
#[derive(Debug)]
pub enum Stopped {
    /// The folder holds something else: what, and what to do.
    Folder(String),
    /// Already done: the folder holds exactly these results.
    AlreadyDone,
    /// Input or output failed.
    Write(WriteError),
    /// A signal asked for it.
    Signal,
}

/// Simulates every run under every policy and writes the results folder. `stop` is set by a signal.
pub fn simulate(model: &Model, options: &RunOptions, stop: &AtomicBool) -> Result<Summary, Stopped> {
    let _ = (model, options, stop);
    todo!()
}
