//! Troubles that people who run such models report, each through the program as a user would meet it.
//!
//! The numbers are those of the cases; what the readers of files alone answer for is in `invalid.rs`.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "cases/desk.rs"]
mod desk;
#[path = "cases/interrupted.rs"]
mod interrupted;
#[path = "cases/links.rs"]
mod links;
#[path = "cases/market.rs"]
mod market;
#[path = "cases/names.rs"]
mod names;
#[path = "results/reading.rs"]
mod reading;
#[path = "cases/refusals.rs"]
mod refusals;
#[path = "cases/seeds.rs"]
mod seeds;
#[path = "cases/streams.rs"]
mod streams;

const VALID: &str = "tests/invalid/valid";
