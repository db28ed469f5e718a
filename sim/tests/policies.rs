//! What measures do, on networks small enough to solve by hand; what they cost; and what is refused.

mod kit;
#[path = "policies/combinations.rs"]
mod combinations;
#[path = "policies/costs.rs"]
mod costs;
#[path = "policies/eased.rs"]
mod eased;
#[path = "policies/examples.rs"]
mod examples;
#[path = "policies/joint.rs"]
mod joint;
#[path = "policies/measures.rs"]
mod measures;
#[path = "policies/pooling.rs"]
mod pooling;
#[path = "policies/refusals.rs"]
mod refusals;
#[path = "policies/zero.rs"]
mod zero;

use kit::{Trace, World};

/// AAA makes 10 a month for BBB and could make 40; CCC buys 10 of it too if `both`.
pub fn chain(months: usize, both: bool) -> World {
    let made = if both { 20.0 } else { 10.0 };
    let world = World::new(months)
        .material("ore")
        .plant("mine", "ore", "AAA", 40.0, made)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1);
    if !both {
        return world;
    }
    world.lane("ore", "AAA", "CCC", 10.0, 0.0).consumer("ore", "CCC", "civil", 10.0, 1)
}

/// AAA bans exports of ore to `importers` from `date` for `months`.
pub fn ban(name: &str, importers: &str, date: &str, months: f64) -> String {
    format!(
        "[hazard.{name}]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nmaterials = [\"ore\"]\nform = \"ban\"\n\
         importers = [{importers}]\nonset = {{ scheduled = [\"{date}\"] }}\nduration_months = {months}\n"
    )
}

/// AAA bans exports of ore to `importers` when events.csv says so.
pub fn ban_of_catalogue(name: &str, importers: &str) -> String {
    format!(
        "[hazard.{name}]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nmaterials = [\"ore\"]\nform = \"ban\"\n\
         importers = [{importers}]\nonset = {{ catalogue = \"events.csv\" }}\n"
    )
}

/// A policy that uses one measure `[KIND.x]` of these keys.
pub fn with(kind: &str, keys: &str) -> String {
    format!("[{kind}.x]\n{keys}\n[policy.tested]\nuse = [\"{kind}.x\"]\n")
}

/// What consumer `d` misses in the first months.
pub fn short(run: &Trace, d: usize, months: usize) -> Vec<f64> {
    run.shortfall(d)[..months].to_vec()
}

/// The stock of stockpile `k`, by month.
pub fn stock(run: &Trace, k: usize) -> Vec<f64> {
    run.stock.iter().map(|by_stockpile| by_stockpile[k]).collect()
}
