//! One chain, one class, exogenous prices: I6, I7 and I8.

use crate::kit::World;
use shortfall::exposure::Reach;
use shortfall::history;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::step::Plan;

/// Ore of AAA for BBB, with an outage of the mine; amounts per month.
fn mined(step: &str, outage: &str) -> World {
    let mut world = World::new(36)
        .material("ore")
        .plant("mine", "ore", "AAA", 13.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 1.5)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .market("cover_days", 45)
        .market("adjustment_days", 120)
        .market("unsold_adjustment_days", 120)
        .toml(&format!("[hazard.ban]\nkind = \"outage\"\nplants = [\"mine\"]\n{outage}"));
    world.time = world.time.replace("\"month\"", &format!("\"{step}\""));
    world
}

/// The consumer's shortfall with an outage from the start on and a stock.
fn chain(step: &str, months: f64, severity: f64, stock: f64) -> f64 {
    let outage = format!(
        "severity = {severity}\nonset = {{ scheduled = [\"2027-03-10\"] }}\nduration_months = {months}\n"
    );
    let policy = format!(
        "[stockpile.k]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = {stock}\n\
         [policy.p]\nuse = [\"stockpile.k\"]"
    );
    mined(step, &outage).toml(&policy).run().total(0)
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

/// Share of the requirement that random outages leave unmet, and when those of the first years began.
fn unmet(step: &str) -> (f64, Vec<f64>) {
    const BLOCKS: u64 = 40;
    let outage = "severity = { uniform = { low = 0.3, high = 1 } }\nonset = { poisson = { per_year = 0.7 } }\n\
                  duration_months = { gamma = { mean = 6, sd = 3 } }\n";
    let model = mined(step, outage).model();
    let policy = &model.policies[0];
    let plan = Plan::new(&model.baseline, &policy.rules, Reach::default());
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let (mut unmet, mut needed, mut begins) = (0.0, 0.0, Vec::new());
    for first in 0..BLOCKS {
        let block = Block { seed: 3, draw: 0, first_run: 8 * first, n_runs: 8 };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        for run in workspace.simulate(&history, &block, |_, _| ()) {
            unmet += run.outcomes[0].whole.shortfall();
            needed += run.outcomes[0].whole.requirement;
        }
        // Three years are no whole number of weeks.
        begins.extend(history.events.iter().flatten().map(|event| event.start).filter(|start| *start < 2.9));
    }
    (unmet / needed, begins)
}

#[test]
fn finer_steps_leave_random_outages_where_they_are_and_move_what_they_cost_in_proportion() {
    let [quarter, month, week, day] = ["quarter", "month", "week", "day"].map(unmet);
    assert!(day.1.len() > 500 && [&quarter, &month, &week].iter().all(|coarse| coarse.1 == day.1));
    // An error of the order of dt: the same for each day that a step is longer, to a seventh. One of dt² would differ tenfold.
    let per_day = |coarse: &(f64, Vec<f64>), days: f64| (coarse.0 - day.0) / day.0 / (days - 1.0);
    let errors = [per_day(&quarter, 91.31), per_day(&month, 30.44), per_day(&week, 7.0)];
    assert!(errors.iter().all(|error| (error / errors[1] - 1.0).abs() < 0.15), "{errors:?}");
    assert!(errors[2].abs() < 0.0025, "{errors:?}");
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

/// What defence is short of in all where AAA refuses it its ore, civil users are served, and BBB has some to spare.
fn refused(step: &str, months: f64, severity: f64) -> f64 {
    let mut world = World::new(36)
        .material("ore")
        .plant("a", "ore", "AAA", 10.0, 8.0)
        .plant("b", "ore", "BBB", 3.0, 2.0)
        .lane("ore", "AAA", "CCC", 8.0, 1.5)
        .lane("ore", "BBB", "CCC", 2.0, 0.4)
        .consumer("ore", "CCC", "civil", 6.0, 2)
        .consumer("ore", "CCC", "defence", 4.0, 1)
        .market("cover_days", 15)
        .market("adjustment_days", 120)
        .market("unsold_adjustment_days", 120)
        .market("spot_share", 0.3)
        .toml(&format!(
            "[hazard.refusal]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nsectors = [\"defence\"]\n\
             severity = {severity}\nonset = {{ scheduled = [\"2027-03-10\"] }}\nduration_months = {months}\n"
        ));
    world.time = world.time.replace("\"month\"", &format!("\"{step}\""));
    world.run().total(0)
}

#[test]
fn what_refused_users_lack_converges_as_steps_shrink_and_grows_with_the_refusal() {
    let [quarter, month, week, day] =
        ["quarter", "month", "week", "day"].map(|step| refused(step, 11.3, 0.9));
    let (coarse, middle, fine) = ((quarter - day).abs(), (month - day).abs(), (week - day).abs());
    assert!(day > 3.0 && fine < middle.max(1e-6 * day) && fine < coarse, "{quarter} {month} {week} {day}");
    assert!(fine <= 0.03 * day, "{quarter} {month} {week} {day}");
    let severer = [0.0, 0.3, 0.6, 1.0].map(|severity| refused("month", 11.3, severity));
    let longer = [0.0, 2.5, 6.0, 20.0].map(|months| refused("month", months, 0.9));
    for series in [severer, longer] {
        assert!(series[0] == 0.0 && series.is_sorted() && series[3] > 3.0, "{series:?}");
    }
}
