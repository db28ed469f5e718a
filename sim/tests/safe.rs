//! Nothing is lost, and nothing that is wrong is taken for right: kills, full disks, damage, signals, memory.
//!
//! What any single file operation does when it fails is in `ensemble/broken`; here the program is met as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "safe/damage.rs"]
mod damage;
#[path = "cases/desk.rs"]
mod desk;
#[path = "safe/foreign.rs"]
mod foreign;
#[cfg(target_os = "linux")]
#[path = "safe/full.rs"]
mod full;
#[cfg(unix)]
#[path = "safe/kills.rs"]
mod kills;
#[cfg(target_os = "linux")]
#[path = "safe/memory.rs"]
mod memory;
#[cfg(unix)]
#[path = "safe/stops.rs"]
mod stops;

use desk::{Desk, files};
use std::path::Path;

const VALID: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/invalid/valid");

/// Bytes of the tables.
fn tables(out: &Path) -> Vec<(String, Vec<u8>)> {
    files(out).into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
}

/// Longer than any of these commands takes: one that works where it should refuse would go on and on.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(300);

/// What a command says, in all, and its exit code.
fn said(desk: &Desk, arguments: &[&str]) -> (String, Option<i32>) {
    let output = desk.shortfall(arguments).timeout(PATIENCE).assert().get_output().clone();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (text.concat(), output.status.code())
}

/// True in tests that may take long.
fn thorough() -> bool {
    std::env::var_os("SHORTFALL_CASES").is_some()
}

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    /// One below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n as u64) as usize
    }
}
