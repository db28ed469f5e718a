//! When events happen, against what theory says they do.
//!
//! Every statistic is rejected by chance at most once in a million: seeds are fixed, so a test that passes once passes always,
//! and the rate says what a change of seed would risk. Beside each stands a mutant, a sampler that is wrong on purpose, which
//! the same statistic must reject. `--ignored` runs them over 100,000 paths.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "onsets/alike.rs"]
mod alike;
#[path = "onsets/chains.rs"]
mod chains;
#[path = "onsets/counts.rs"]
mod counts;
#[path = "onsets/exact.rs"]
mod exact;
#[path = "onsets/excitation.rs"]
mod excitation;
#[path = "onsets/forms.rs"]
mod forms;
#[path = "onsets/kit.rs"]
mod kit;
#[path = "onsets/marks.rs"]
mod marks;
#[path = "onsets/off.rs"]
mod off;
#[path = "onsets/regimes.rs"]
mod regimes;
#[path = "onsets/renewals.rs"]
mod renewals;
#[path = "onsets/settlements.rs"]
mod settlements;
#[path = "onsets/tilt.rs"]
mod tilt;
#[path = "onsets/together.rs"]
mod together;
