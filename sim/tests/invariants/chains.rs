//! One chain, one class, exogenous prices: I6, I7 and I8.

use crate::kit::World;

/// Ore of AAA for BBB, with a ban from the start; amounts per month.
fn chain(step: &str, months: f64, passes: f64, stock: f64) -> f64 {
    let mut world = World::new(36)
        .material("ore")
        .plant("mine", "ore", "AAA", 13.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 1.5)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .market("cover_days", 45)
        .market("adjustment_days", 120)
        .market("unsold_adjustment_days", 120)
        .toml(&format!(
            "[hazard.ban]\nkind = \"outage\"\nplants = [\"mine\"]\nseverity = {passes}\n\
             onset = {{ scheduled = [\"2027-03-10\"] }}\nduration_months = {months}\n"
        ))
        .toml(&format!(
            "[stockpile.k]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = {stock}\n\
             [policy.p]\nuse = [\"stockpile.k\"]"
        ));
    world.time = world.time.replace("\"month\"", &format!("\"{step}\""));
    world.run().total(0)
}

#[test]
fn totals_converge_as_steps_shrink() {
    let [quarter, month, week, day] =
        ["quarter", "month", "week", "day"].map(|step| chain(step, 7.3, 0.9, 0.0));
    let (coarse, middle, fine) = ((quarter - day).abs(), (month - day).abs(), (week - day).abs());
    assert!(fine < middle.max(1e-6 * day) && fine < coarse, "{quarter} {month} {week} {day}");
    // An error of the order of dt: a week is a thirteenth of a quarter.
    assert!(fine <= 0.03 * day, "{quarter} {month} {week} {day}");
}

#[test]
fn a_larger_stockpile_never_raises_its_holders_shortfall() {
    let totals: Vec<f64> = (0..20).map(|n| chain("month", 9.0, 1.0, 5.0 * f64::from(n))).collect();
    assert!(totals.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9), "{totals:?}");
    assert!(totals[19] < totals[0]);
}

#[test]
fn a_severer_or_longer_event_never_lowers_the_shortfall() {
    let by_severity: Vec<f64> = (0..=10).map(|n| chain("month", 8.0, f64::from(n) / 10.0, 12.0)).collect();
    let by_length: Vec<f64> = (0..20).map(|n| chain("month", 0.7 * f64::from(n) + 0.1, 0.8, 12.0)).collect();
    for totals in [by_severity, by_length] {
        assert!(totals.windows(2).all(|pair| pair[1] >= pair[0] - 1e-9), "{totals:?}");
        assert!(totals.last() > totals.first());
    }
}
