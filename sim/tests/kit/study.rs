//! Random scenarios: a random world with hazards of several kinds and three policies.

use super::World;
use super::random::{Dice, world};

/// A world to which things happen, under no policy, with a stockpile, and with rated orders.
pub fn study(seed: u64) -> World {
    let mut dice = Dice::new(seed, "study");
    let mut study = world(seed);
    let rate =
        |dice: &mut Dice| format!("onset = {{ poisson = {{ per_year = {} }} }}", dice.between(0.3, 1.5));
    let months = |dice: &mut Dice| {
        let mean = dice.between(1.0, 9.0);
        let laws = ["lognormal", "gamma"].map(|law| format!("{{ {law} = {{ mean = {mean}, sd = 4 }} }}"));
        let hump = format!("{{ pert = {{ min = 0.5, mode = {mean}, max = 14 }} }}");
        format!("duration_months = {}", dice.pick(&[&laws[0], &laws[1], &hump]))
    };
    let severity = "severity = { uniform = { low = 0.2, high = 1 } }";
    let (onset, lasts) = (rate(&mut dice), months(&mut dice));
    study = study.toml(&format!(
        "[hazard.outage]\nkind = \"outage\"\nplants = [\"m*\"]\nsample = 1\n{onset}\n{lasts}\n{severity}\nrecovery_months = 2\n\
         excites = {{ surge = {{ extra_events = 0.4, decay_months = 3 }} }}"
    ));
    let (onset, lasts) = (rate(&mut dice), months(&mut dice));
    study = study.toml(&format!(
        "[hazard.surge]\nkind = \"demand_surge\"\nmaterials = [\"m*\"]\n{onset}\n{lasts}\nseverity = {{ uniform = {{ low = 1.1, high = 2 }} }}"
    ));
    let (onset, lasts) = (rate(&mut dice), months(&mut dice));
    study = study.toml(&format!(
        "[hazard.shock]\nkind = \"price_shock\"\nmaterials = [\"m*\"]\ndirection = \"rise\"\n{onset}\n{lasts}\nseverity = {{ uniform = {{ low = 1.2, high = 3 }} }}"
    ));
    let abroad =
        study.lanes.iter().map(|row| row.split(',').collect::<Vec<_>>()).find(|lane| lane[1] != lane[2]);
    if let Some(lane) = abroad {
        let (onset, lasts) = (rate(&mut dice), months(&mut dice));
        let ban = format!(
            "[hazard.ban]\nkind = \"export_restriction\"\nimposer = \"{}\"\nmaterials = [\"{}\"]\nform = \"ban\"\n\
             {onset}\n{lasts}\n{severity}\nlead_months = 2",
            lane[1], lane[0]
        );
        study = study.toml(&ban);
    }
    let user: Vec<String> = study.consumers[0].split(',').map(String::from).collect();
    let stock =
        format!("[stockpile.k]\nholders = [\"{}\"]\nmaterial = \"{}\"\ntarget_days = 60", user[1], user[0]);
    study.toml(&stock).toml(
        "[policy.none]\n[policy.stock]\nuse = [\"stockpile.k\"]\n[policy.rated]\nuse = [\"stockpile.k\"]\nallocation = \"rated\"",
    )
}
