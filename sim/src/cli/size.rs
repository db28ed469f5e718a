//! Whether a run fits into the machine's memory, and what it will take, in words.

use super::{Failure, text};
use crate::ensemble::Estimate;
use clap::builder::FalseyValueParser;
use std::fs;

/// Leave to start a run that seems too large, as `--ignore-memory` says it.
#[derive(Debug, clap::Args)]
pub(super) struct MemoryArgs {
    /// Start even if the estimate is above the memory that is free.
    #[arg(long, env = "SHORTFALL_IGNORE_MEMORY", value_parser = FalseyValueParser::new())]
    ignore_memory: bool,
}

impl MemoryArgs {
    /// Refuses a run that needs more memory than is free; where the system does not tell, everything fits.
    pub(super) fn check(&self, estimate: &Estimate) -> Result<(), Failure> {
        match free() {
            Some(free) if estimate.bytes > free && !self.ignore_memory => Err(Failure::Refused(format!(
                "error: some {} of memory are needed, and {} are free\n  fewer steps or threads (-j) and --keep summary take \
                 less; --ignore-memory starts it all the same",
                text::bytes(estimate.bytes),
                text::bytes(free)
            ))),
            _ => Ok(()),
        }
    }
}

/// What it will take, in one line.
pub(super) fn words(estimate: &Estimate) -> String {
    format!("some {} of memory and {}", text::bytes(estimate.bytes), text::time(estimate.seconds))
}

/// Memory that a new process can take, bytes: what the machine and the process's group leave free.
fn free() -> Option<f64> {
    let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let machine = line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? * 1024.0;
    let of_group = |name: &str| {
        fs::read_to_string(format!("/sys/fs/cgroup/memory.{name}")).ok()?.trim().parse::<f64>().ok()
    };
    let group = of_group("max").map(|most| most - of_group("current").unwrap_or(0.0));
    Some(machine.min(group.unwrap_or(f64::INFINITY)))
}
