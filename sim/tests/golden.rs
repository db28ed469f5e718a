//! Values that users compare across versions: the tables of twelve scenarios and the first draws of every law.
//!
//! `UPDATE_PINS=1 cargo test --test golden` pins them anew. Then the changelog must name the new pins, and say why values change.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "results/canonical.rs"]
mod canonical;
#[path = "golden/corners.rs"]
mod corners;
#[path = "cases/desk.rs"]
mod desk;

use canonical::canonical;
use desk::Desk;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

const TABLES: &str = "tests/golden/tables.csv";
const DRAWS: &str = "tests/golden/draws.csv";

/// Shipped scenarios that between them have every kind of hazard and measure, every onset and both price modes.
const GOLDEN: [&str; 12] = [
    "cobalt-fpv",
    "examples/chokepoint_closure",
    "examples/conflict",
    "examples/end_users",
    "examples/excitation",
    "examples/import_restriction",
    "examples/measures",
    "examples/member_withdrawal",
    "examples/outage",
    "examples/owner_control",
    "examples/rate_when",
    "examples/regime",
];

/// Compares with what a file holds, or writes it.
fn pinned(file: &str, found: &str) {
    if std::env::var_os("UPDATE_PINS").is_some() {
        std::fs::write(file, found).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap();
    let moved: Vec<&str> = found.lines().filter(|line| !kept.lines().any(|known| known == *line)).collect();
    assert!(
        kept == found,
        "{} values moved, see the top of tests/golden.rs:\n{}",
        moved.len(),
        moved.join("\n")
    );
}

#[test]
fn tables_of_twelve_scenarios_are_those_of_the_pinned_version() {
    let mut found = String::from("scenario,table,sha256\n");
    for scenario in GOLDEN {
        let desk = Desk::with(&format!("../scenarios/{scenario}"));
        for (table, digest) in canonical(&desk.run("out", &["-n", "16"])) {
            writeln!(found, "{scenario},{table},{digest}").unwrap();
        }
    }
    pinned(TABLES, &found);
}

#[test]
fn first_draws_of_every_law_at_its_corners_are_those_of_the_pinned_version() {
    let mut found = String::from("law,parameters,fnv1a of 64 draws\n");
    for (law, parameters, hash) in corners::draws() {
        writeln!(found, "{law},{parameters},{hash:016x}").unwrap();
    }
    pinned(DRAWS, &found);
}

/// Whoever moves a pin says so: the changelog names the pins in force.
#[test]
fn the_changelog_names_the_pins_in_force() {
    let mut hash = Sha256::new();
    for file in [TABLES, DRAWS] {
        hash.update(std::fs::read(file).unwrap());
    }
    let name: String = hash.finalize()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let changelog = std::fs::read_to_string("../CHANGELOG.md").unwrap();
    assert!(
        changelog.contains(&format!("pins {name}")),
        "values change: say why in CHANGELOG.md, with the words \"pins {name}\""
    );
}
