//! How short would we run, and how large a stockpile, held by whom and under which rules, would have covered it?
//!
//! The data flows one way, and the types keep the order:
//!
//! ```text
//! scenario.toml + *.csv
//!    │ scenario::load          Scenario   as written, with the place of every value
//!    ▼ network::compile        Network    names checked and numbered, units converted
//!    ▼ baseline::balance       Baseline   supply meets use on every lane; a path if demand grows
//!    ├─ hazards::compile       Hazard     what can happen, and what it touches
//!    ├─ policies::compile      Policy     what is done about it: Rules and Levers
//!    ▼ ensemble::simulate      every point and draw, in chunks of blocks of eight runs, in parallel
//!    │    history::Sampler     History    when it happens, drawn from keyed streams
//!    │    history::Course                 the same where a rate hangs on the market, policy by policy
//!    │    exposure::Script     Exposure   what it does to plants, lanes, consumers, prices, step by step
//!    │    easing::Easing                  what corridors and owners take off it, policy by policy
//!    │    step::advance        State      equations (1) to (18)
//!    │    metrics::Recorder    RunMetrics what is kept of it
//!    ▼ results::finish         chunks joined to Parquet tables, manifest, datapackage
//! ```
//!
//! A module names only modules above it in the list below. Equation numbers are those of `docs/model.md`.

#![warn(clippy::unwrap_used)]

pub mod instructions;
pub mod math;
pub mod units;
pub mod disk;
pub mod random;
pub mod scenario;
pub mod network;
pub mod baseline;
pub mod observed;
pub mod exposure;
pub mod hazards;
pub mod history;
pub mod levers;
pub mod easing;
pub mod policies;
pub mod step;
pub mod metrics;
pub mod run;
pub mod results;
pub mod cloud;
pub mod ensemble;
pub mod cli;
