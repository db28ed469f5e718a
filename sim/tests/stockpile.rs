//! Every rule of a stockpile, on a chain of one source and one user: what is released, when, to whom, and how it is refilled.

mod kit;

use kit::{Trace, World, assert_close, assert_series};
use shortfall::ensemble::prepare;
use shortfall::exposure::Reach;
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::policies::KINDS;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::Plan;

/// AAA makes 10 a month for BBB and could make 20; from the start AAA bans exports for `months`.
fn banned(months: f64) -> World {
    calm().toml(&format!(
        "[hazard.ban]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nmaterials = [\"ore\"]\nform = \"ban\"\n\
         onset = {{ scheduled = [\"2027-01-01\"] }}\nduration_months = {months}\n"
    ))
}

fn calm() -> World {
    World::new(12)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
}

/// The world with a stockpile in BBB of these keys.
fn held(world: World, keys: &str) -> World {
    world.toml(&format!(
        "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\n{keys}\n[policy.held]\nuse = [\"stockpile.reserve\"]"
    ))
}

fn short(run: &Trace, months: usize) -> Vec<f64> {
    run.shortfall(0)[..months].to_vec()
}

fn stock(run: &Trace) -> Vec<f64> {
    run.stock.iter().map(|by_stockpile| by_stockpile[0]).collect()
}

#[test]
fn a_shortage_of_one_month_releases_the_stock_in_the_next_and_for_as_long_as_it_lasts() {
    let keys = "target = 1000\nrelease = { when_shortage_above = 0.05 }";
    let run = held(banned(6.0), keys).run();
    assert_series(&short(&run, 8), &[10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_close(run.metrics.expect("run 0").stockpiles[0].released, 50.0);
}

#[test]
fn a_decision_takes_its_lag() {
    let keys = "target = 1000\nrelease = { when_shortage_above = 0.05 }\ndecision_lag_days = 60.875";
    let run = held(banned(6.0), keys).run();
    assert_series(&short(&run, 6), &[10.0, 10.0, 10.0, 0.0, 0.0, 0.0]);
}

#[test]
fn low_cover_releases_before_anything_is_missing() {
    let world = || banned(6.0).market("cover_days", 2.5 * 30.4375);
    // Cover at the ends of the first months: 45.7, 15.2 and 0 days.
    let early = held(world(), "target = 1000\nrelease = { when_cover_below_days = 20 }").run();
    assert_series(&short(&early, 6), &[0.0; 6]);
    let late = held(world(), "target = 1000\nrelease = { when_cover_below_days = 10 }").run();
    assert_series(&short(&late, 6), &[0.0, 0.0, 5.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_price_releases_in_the_month_after_it_was_seen() {
    let shock = "[hazard.shock]\nkind = \"price_shock\"\nmaterials = [\"ore\"]\ndirection = \"rise\"\nseverity = 3\n\
                 onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 3\n";
    let price = |above: f64| {
        let keys = format!("target = 1000\nrelease = {{ when_price_above = {above} }}");
        held(banned(3.0).toml(shock), &keys).run()
    };
    assert_series(&short(&price(3.9), 4), &[10.0, 0.0, 0.0, 0.0]);
    assert_series(&short(&price(4.1), 4), &[10.0, 10.0, 10.0, 0.0]);
}

#[test]
fn a_named_hazard_releases_at_once_and_dates_release_when_they_say() {
    let active = held(banned(3.0), "target = 1000\nrelease = { when_active = [\"ban\"] }").run();
    assert_series(&short(&active, 3), &[0.0; 3]);
    let dates = "target = 1000\nrelease = { dates = [\"2027-03-01/2027-05-01\"] }";
    assert_series(&short(&held(banned(6.0), dates).run(), 6), &[10.0, 10.0, 0.0, 0.0, 10.0, 10.0]);
}

#[test]
fn the_draw_limit_is_a_share_of_the_target_in_a_month() {
    let run = held(banned(6.0), "target = 50\ndraw_per_month = 0.1").run();
    assert_series(&short(&run, 7), &[5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 0.0]);
}

#[test]
fn a_stock_that_serves_defence_leaves_others_short() {
    let world = banned(2.0).consumer("ore", "BBB", "defence", 0.5, 1);
    // The mine has room for both; the lane is fitted to 10.5.
    let mut world = world;
    world.lanes = vec![format!("ore,AAA,BBB,{},0", 10.5 * 12.0)];
    world.plants = vec![format!("mine,ore,AAA,{},{},,,,,,,", 20.0 * 12.0, 10.5 * 12.0)];
    let run = held(world, "target = 1000\nserves = [\"defence\"]").run();
    let totals = [run.total(0), run.total(1)];
    assert!(totals.contains(&0.0), "defence misses nothing: {totals:?}");
    assert!(totals.contains(&20.0), "civil users miss two months: {totals:?}");
}

#[test]
fn a_refill_buys_its_share_of_the_target_until_it_is_full() {
    let keys = "target = 100\ninitial_fill = 0.5\nrefill = { per_month = 0.1 }";
    let model = held(calm(), keys).model();
    let run = Trace::of(&model, 0);
    assert_series(&stock(&run)[..7], &[60.0, 70.0, 80.0, 90.0, 100.0, 100.0, 100.0]);
    assert_close(run.total(0), 0.0);
    // At the reference price of 1,000 USD.
    assert_close(run.cost(&model, 0, "BBB", "purchase"), 50_000.0);
    assert_close(run.metrics.expect("run 0").stockpiles[0].bought, 50.0);
}

#[test]
fn purchases_keep_to_their_budget_and_pause_above_the_price_cap() {
    let budget = "target = 100\ninitial_fill = 0\nrefill = { budget_usd_per_year = 60000 }";
    assert_series(&stock(&held(calm(), budget).run())[..3], &[5.0, 10.0, 15.0]);
    let shock = "[hazard.shock]\nkind = \"price_shock\"\nmaterials = [\"ore\"]\ndirection = \"rise\"\nseverity = 3\n\
                 onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 3\n";
    let capped = "target = 100\ninitial_fill = 0\nrefill = { per_month = 0.1, price_cap = 1.5 }";
    // The price of a month is known in the next.
    assert_series(
        &stock(&held(calm().toml(shock), capped).run())[..6],
        &[10.0, 10.0, 10.0, 10.0, 20.0, 30.0],
    );
}

#[test]
fn what_spoils_in_a_year_is_the_stated_share() {
    let run = held(calm(), "target = 100\nspoilage_per_year = 0.1").run();
    assert_close(stock(&run)[11], 90.0);
}

#[test]
fn targets_in_days_are_of_use_or_of_net_imports() {
    let stock_of = |keys: &str| {
        let world = calm().plant("home", "ore", "BBB", 4.0, 4.0).lane("ore", "BBB", "BBB", 4.0, 0.0);
        let mut world = world;
        world.lanes[0] = format!("ore,AAA,BBB,{},0", 6.0 * 12.0);
        world.plants[0] = format!("mine,ore,AAA,{},{},,,,,,,", 20.0 * 12.0, 6.0 * 12.0);
        stock(&held(world, keys).run())[0]
    };
    assert_close(stock_of("target_days = 60.875"), 20.0);
    assert_close(stock_of("target_import_days = 60.875"), 12.0);
}

#[test]
fn a_trigger_leads_to_a_release_with_its_probability_and_the_same_one_under_every_policy() {
    let keys = "target = 1000\nrelease = { when_active = [\"ban\"] }\nprobability = 0.5";
    let model = held(banned(3.0), keys).model();
    let policy = &model.policies[0];
    let plan = Plan::new(&model.baseline, &policy.rules, Reach::default());
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let mut released = |first_run: u64| {
        let block = Block { seed: 7, draw: 0, first_run, n_runs: WIDTH };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        let runs = workspace.simulate(&history, &block, |_, _| {});
        runs.iter().map(|run| run.stockpiles[0].released > 0.0).collect::<Vec<bool>>()
    };
    let all: Vec<bool> = (0..512).step_by(WIDTH).flat_map(&mut released).collect();
    let share = all.iter().filter(|released| **released).count() as f64 / 512.0;
    // Three standard deviations of 512 throws; decided once for the whole ban.
    assert!((share - 0.5).abs() < 3.0 * (0.25_f64 / 512.0).sqrt(), "{share}");
    assert_eq!(released(0), all[..WIDTH], "the same runs decide the same again");
    let never = held(banned(3.0), &keys.replace("0.5", "0")).run();
    assert_close(never.total(0), 30.0);
}

fn refusal(keys: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder for the test");
    held(banned(1.0), keys).write(folder.path());
    let mut problems = Problems::default();
    assert!(prepare(folder.path(), &Options::default(), &mut problems).is_err(), "{keys}");
    problems.render(false)
}

#[test]
fn faults_of_a_stockpile_are_told_with_what_is_allowed() {
    for (keys, told) in [
        ("target = 1\ntarget_days = 2", "target and target_days: one is wanted"),
        ("initial_fill = 1", "no target: one is wanted"),
        ("target = \"unlimited\"\ndraw_per_month = 0.1", "an unlimited stock has no target"),
        ("target = 1\nserves = [\"defense\"]", "no consumer there of sector \"defense\""),
        ("target = 1\nrelease = { when_active = [\"bann\"] }", "did you mean \"ban\"?"),
        ("target = 1\nrelease = { dates = [\"2027-05-01/2027-03-01\"] }", "ends before it begins"),
        ("target = 1\nrelease = { when_shortage = 0.1 }", "did you mean when_shortage_above?"),
        ("target = 1\ndraw_per_month = 12", "12 is no share"),
        ("target = 1\nspoilage = 0.1", "did you mean spoilage_per_year?"),
        ("target = -1", "-1"),
    ] {
        let message = refusal(keys);
        assert!(message.contains(told), "{keys}: {told} is not in\n{message}");
    }
}

#[test]
fn every_measure_says_what_it_does_and_has_keys_and_an_example() {
    for kind in KINDS {
        assert!(
            !kind.summary.is_empty() && !kind.keys.is_empty() && kind.example.contains(kind.name),
            "{}",
            kind.name
        );
        let keys = kind.keys.iter().all(|key| !key.meaning.is_empty() && !key.default.is_empty());
        assert!(keys, "{}", kind.name);
        let example = toml::de::DeTable::parse(kind.example).expect("an example is TOML");
        let tables = example.get_ref().values().filter_map(|table| table.get_ref().as_table());
        let own = tables.flat_map(|named| named.values()).filter_map(|table| table.get_ref().as_table());
        for (key, _) in own.flat_map(|table| table.iter()) {
            let known = kind.keys.iter().any(|known| known.name == key.get_ref());
            assert!(known, "{}: its example has the key {}", kind.name, key.get_ref());
        }
    }
}
