//! Hostile files do no harm: each through the program, in a folder of its own, as who got a scenario from somebody would run it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "hostile/bombs.rs"]
mod bombs;
#[path = "cases/desk.rs"]
mod desk;
#[path = "hostile/places.rs"]
mod places;
#[path = "hostile/size.rs"]
mod size;
#[path = "hostile/words.rs"]
mod words;

const VALID: &str = "tests/invalid/valid";
