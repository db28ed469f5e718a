//! Networks small enough to solve by hand: each test states the answer and why.

mod kit;
#[path = "analytic/end_use.rs"]
mod end_use;
#[path = "analytic/notice.rs"]
mod notice;
#[path = "analytic/stocks.rs"]
mod stocks;

use kit::World;
use kit::assert_close;
use kit::assert_series;

/// A ban by AAA of everything it exports, by months from the start.
fn ban(from: f64, months: f64) -> String {
    event("export_restriction", "imposer = \"AAA\"\nmaterials = [\"ore\"]\nform = \"ban\"", from, months)
}

/// One event of a kind, starting at a date that lies `from` months after the start.
fn event(kind: &str, keys: &str, from: f64, months: f64) -> String {
    let start = jiff::civil::date(2027, 1, 1);
    // Dates are days; a month of the model is 30.4375 of them, so tests whose month counts start at 0 are exact.
    let date = start + jiff::Span::new().days((from * 30.4375).round() as i64);
    format!(
        "[hazard.event]\nkind = \"{kind}\"\n{keys}\nonset = {{ scheduled = [\"{date}\"] }}\nduration_months = {months}\n"
    )
}

/// AAA makes 10 a month of ore for BBB, and could make 20.
fn one_source(months: usize) -> World {
    World::new(months)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
}

#[test]
fn a_ban_on_the_only_origin_leaves_the_consumer_its_inventory_and_no_more() {
    let run = one_source(12).market("cover_days", 2.5 * 30.4375).toml(&ban(0.0, 6.0)).run();
    assert_series(&run.shortfall(0)[..7], &[0.0, 0.0, 5.0, 10.0, 10.0, 10.0, 0.0]);
    assert_close(run.total(0), 6.0 * 10.0 - 25.0);
}

#[test]
fn a_second_source_helps_with_its_spare_capacity() {
    let two = World::new(12)
        .material("ore")
        .plant("a", "ore", "AAA", 6.0, 6.0)
        .plant("b", "ore", "BBB", 7.0, 4.0)
        .lane("ore", "AAA", "CCC", 6.0, 0.0)
        .lane("ore", "BBB", "CCC", 4.0, 0.0)
        .consumer("ore", "CCC", "civil", 10.0, 1)
        .toml(&ban(0.0, 12.0));
    // The spare 3 of BBB is offered for the share of the 6 missing that may be bought on the spot.
    assert_close(two.clone().market("spot_share", 1.0).run().total(0), 12.0 * (6.0 - 3.0));
    assert_close(two.clone().market("spot_share", 0.25).run().total(0), 12.0 * (6.0 - 1.5));
    assert_close(two.run().total(0), 12.0 * 6.0);
}

#[test]
fn half_the_output_is_shared_pro_rata_to_orders() {
    let run = World::new(3)
        .material("ore")
        .plant("mine", "ore", "AAA", 30.0, 30.0)
        .lane("ore", "AAA", "BBB", 20.0, 0.0)
        .lane("ore", "AAA", "CCC", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 20.0, 1)
        .consumer("ore", "CCC", "civil", 10.0, 1)
        .toml(&event("outage", "plants = [\"mine\"]\nseverity = 0.5", 0.0, 3.0))
        .run();
    assert_series(&run.shortfall(0), &[10.0; 3]);
    assert_series(&run.shortfall(1), &[5.0; 3]);
}

#[test]
fn defence_is_served_before_civil_users_by_priority_and_with_them_pro_rata() {
    let half = World::new(3)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 20.0)
        .lane("ore", "AAA", "BBB", 20.0, 0.0)
        .consumer("ore", "BBB", "defence", 5.0, 1)
        .consumer("ore", "BBB", "civil", 15.0, 2)
        .toml(&event("outage", "plants = [\"mine\"]\nseverity = 0.5", 0.0, 3.0));
    let priority = half.run();
    assert_series(&priority.shortfall(0), &[0.0; 3]);
    assert_series(&priority.shortfall(1), &[10.0; 3]);
    let alike = half.network("allocation", "\"pro_rata\"").run();
    assert_series(&alike.shortfall(0), &[2.5; 3]);
    assert_series(&alike.shortfall(1), &[7.5; 3]);
}

#[test]
fn a_rated_order_reaches_the_mine_of_another_place() {
    // BBB holds the defence user, CCC ten times as many civil ones; the mine can make half of what both want.
    let world = |policy: &str| {
        World::new(3)
            .material("ore")
            .plant("mine", "ore", "AAA", 22.0, 22.0)
            .lane("ore", "AAA", "BBB", 2.0, 0.0)
            .lane("ore", "AAA", "CCC", 20.0, 0.0)
            .consumer("ore", "BBB", "defence", 2.0, 1)
            .consumer("ore", "CCC", "civil", 20.0, 2)
            .toml(&event("outage", "plants = [\"mine\"]\nseverity = 0.5", 0.0, 3.0))
            .toml(&format!("[policy.p]\nallocation = \"{policy}\""))
            .run()
    };
    assert_series(&world("priority").shortfall(0), &[1.0; 3]);
    assert_series(&world("rated").shortfall(0), &[0.0; 3]);
    assert_series(&world("rated").shortfall(1), &[11.0; 3]);
}

#[test]
fn transit_of_one_and_a_half_steps_hides_a_ban_for_that_long() {
    let run = World::new(9)
        .material("ore")
        .plant("mine", "ore", "AAA", 10.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 1.5)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .toml(&ban(0.0, 4.0))
        .run();
    assert_series(&run.shortfall(0), &[0.0, 5.0, 10.0, 10.0, 10.0, 5.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_quota_of_two_fifths_leaves_three_fifths_short() {
    let keys = "imposer = \"AAA\"\nmaterials = [\"ore\"]\nform = { quota = { share_of_baseline = 0.4 } }";
    let run = one_source(5).toml(&event("export_restriction", keys, 0.0, 3.0)).run();
    assert_series(&run.shortfall(0), &[6.0, 6.0, 6.0, 0.0, 0.0]);
}

#[test]
fn what_a_quota_leaves_unused_leaves_later_up_to_the_share_of_a_year_that_carries_over() {
    let short = |carry_over: &str| {
        let form = format!("form = {{ quota = {{ share_of_baseline = 1, carry_over = {carry_over} }} }}");
        let keys = format!("imposer = \"AAA\"\nmaterials = [\"ore\"]\n{form}");
        let surge = "materials = [\"ore\"]\nseverity = 1.5";
        World::new(6)
            .material("ore")
            .plant("mine", "ore", "AAA", 20.0, 10.0)
            .lane("ore", "AAA", "BBB", 10.0, 0.0)
            .consumer("ore", "BBB", "civil", 10.0, 1)
            .toml(&event("export_restriction", &keys, 0.0, 5.0))
            .toml(&event("outage", "plants = [\"mine\"]", 0.0, 1.0).replace("hazard.event", "hazard.stop"))
            .toml(&event("demand_surge", surge, 0.0, 6.0).replace("hazard.event", "hazard.surge"))
            .run()
            .shortfall(0)
    };
    // Of 120 a year, 10 a month: month 0 leaves 10 unused; 15 a month are asked for, and the quota ends with month 4.
    assert_series(&short("0"), &[15.0, 5.0, 5.0, 5.0, 5.0, 0.0]);
    assert_series(&short("0.05"), &[15.0, 0.0, 4.0, 5.0, 5.0, 0.0]);
    assert_series(&short("1"), &[15.0, 0.0, 0.0, 5.0, 5.0, 0.0]);
}

#[test]
fn a_licence_is_a_stop_first_and_a_share_later() {
    let keys = "imposer = \"AAA\"\nmaterials = [\"ore\"]\nseverity = 0.4\n\
                form = { licence = { handling_days = 60.875, passes_meanwhile = 0, added_delay_days = 0 } }";
    let run = one_source(7).toml(&event("export_restriction", keys, 0.0, 5.0)).run();
    assert_series(&run.shortfall(0), &[10.0, 10.0, 4.0, 4.0, 4.0, 0.0, 0.0]);
}

#[test]
fn what_a_mine_must_make_and_cannot_ship_piles_up_and_sinks_its_price_to_the_floor() {
    let run = World::new(6)
        .material("ore")
        .plant_with(("mine", "ore", "AAA"), 10.0, 10.0, "0.8,,,,,,")
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .market("unsold_days", 30.4375)
        .market("price_unsold", 1.0)
        .market("price_utilisation", 0.0)
        .market("price_cover", 0.0)
        .market("price_unserved", 0.0)
        .market("price_fear", 0.0)
        .market("price_days", 30.4375)
        .network("prices", "\"endogenous\"")
        .toml(&ban(0.0, 6.0))
        .run();
    let unsold: Vec<f64> = run.unsold.iter().map(|by_origin| by_origin[0]).collect();
    assert_series(&unsold, &[18.0, 26.0, 34.0, 42.0, 50.0, 58.0]);
    let approach = 1.0 - (-1.0_f64).exp();
    let first = (approach * (1.0 - 1.8)).exp();
    assert_close(run.price_origin[0][0], first);
    assert_close(run.price_origin[5][0], 0.1);
}

#[test]
fn a_by_product_falls_with_its_host() {
    let run = World::new(4)
        .material("copper")
        .material("cobalt")
        .plant("host", "copper", "AAA", 100.0, 100.0)
        .plant_with(("by", "cobalt", "AAA"), 10.0, 10.0, ",,,,,host,0.1")
        .lane("copper", "AAA", "AAA", 100.0, 0.0)
        .lane("cobalt", "AAA", "BBB", 10.0, 0.0)
        .consumer("copper", "AAA", "civil", 100.0, 1)
        .consumer("cobalt", "BBB", "civil", 10.0, 1)
        .toml(&event("outage", "plants = [\"host\"]\nseverity = 0.5", 0.0, 3.0))
        .run();
    let totals = [run.total(0), run.total(1)];
    assert!(totals.contains(&150.0), "copper: 3 months of half of 100");
    assert!(totals.contains(&15.0), "cobalt: 3 months of half of 10");
}

#[test]
fn a_stockpile_runs_dry_on_the_computed_day() {
    let stock = "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 25\n\
                 [policy.held]\nuse = [\"stockpile.reserve\"]";
    let run = one_source(8).toml(&ban(0.0, 6.0)).toml(stock).run();
    let level: Vec<f64> = run.stock.iter().map(|by_stockpile| by_stockpile[0]).collect();
    assert_series(&level[..4], &[15.0, 5.0, 0.0, 0.0]);
    assert_close(run.total(0), 35.0);
    let found = run.metrics.expect("run 0 has metrics").stockpiles[0];
    assert_close(found.required, 60.0);
    assert_close(found.released, 25.0);
}

#[test]
fn an_unlimited_stock_covers_everything_and_tells_what_would_have_sufficed() {
    let stock = "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = \"unlimited\"\n\
                 [policy.held]\nuse = [\"stockpile.reserve\"]";
    let run = one_source(8).toml(&ban(0.0, 6.0)).toml(stock).run();
    assert_close(run.total(0), 0.0);
    assert_close(run.metrics.expect("run 0 has metrics").stockpiles[0].required, 60.0);
}

#[test]
fn a_release_with_a_delivery_lag_comes_that_much_later_and_lasts_as_long() {
    let stock = "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 1000\n\
                 delivery_lag_days = 30.4375\n[policy.held]\nuse = [\"stockpile.reserve\"]";
    let run = one_source(8).toml(&ban(0.0, 4.0)).toml(stock).run();
    assert_series(&run.shortfall(0)[..6], &[10.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_price_shock_prices_out_by_the_elasticity_one_step_later() {
    let keys = "materials = [\"ore\"]\ndirection = \"rise\"\nseverity = 3.0";
    let run = World::new(4)
        .material("ore")
        .plant("mine", "ore", "AAA", 10.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer_with(("ore", "BBB", "civil"), 10.0, "1,0.5,0")
        .toml(&event("price_shock", keys, 0.0, 2.0))
        .run();
    // Four times the price, elasticity 0.5: half of the demand.
    assert_series(&run.shortfall(0), &[0.0, 5.0, 5.0, 0.0]);
}

#[test]
fn a_mine_that_loses_money_closes_after_its_lag_and_comes_back_after_another() {
    let keys = "materials = [\"ore\"]\ndirection = \"fall\"\nseverity = 0.5";
    let run = World::new(10)
        .material("ore")
        .plant_with(("mine", "ore", "AAA"), 10.0, 10.0, "0,,0.8,2,3,,")
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .toml(&event("price_shock", keys, 0.0, 4.0))
        .run();
    // At a loss in months 0 to 3: closed after two of them; profitable from month 4: open after three more.
    let output: Vec<f64> = run.output.iter().map(|by_plant| by_plant[0]).collect();
    assert_series(&output, &[10.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 10.0]);
}

#[test]
fn what_is_backlogged_is_asked_for_again_and_counted_apart() {
    let run = World::new(4)
        .material("ore")
        .plant("mine", "ore", "AAA", 15.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer_with(("ore", "BBB", "civil"), 10.0, "1,0,0.8")
        .toml(&ban(0.0, 1.0))
        .run();
    // Ten are missed, eight asked for again: five of them next month, three the month after.
    assert_series(&run.shortfall(0), &[10.0, 0.0, 0.0, 0.0]);
    let recovered: Vec<f64> = run.recovered.iter().map(|by_consumer| by_consumer[0]).collect();
    assert_series(&recovered, &[0.0, 5.0, 3.0, 0.0]);
}

#[test]
fn a_ramp_limits_how_fast_output_returns() {
    let run = World::new(6)
        .material("ore")
        .plant_with(("mine", "ore", "AAA"), 10.0, 10.0, "0,4,,,,,")
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .toml(&event("outage", "plants = [\"mine\"]\nseverity = 1.0", 0.0, 2.0))
        .run();
    let output: Vec<f64> = run.output.iter().map(|by_plant| by_plant[0]).collect();
    assert_series(&output, &[0.0, 0.0, 2.5, 5.0, 7.5, 10.0]);
}

#[test]
fn orders_move_to_the_supplier_that_delivers() {
    let world = World::new(24)
        .material("ore")
        .plant("a", "ore", "AAA", 10.0, 5.0)
        .plant("b", "ore", "BBB", 10.0, 5.0)
        .lane("ore", "AAA", "CCC", 5.0, 0.0)
        .lane("ore", "BBB", "CCC", 5.0, 0.0)
        .consumer("ore", "CCC", "civil", 10.0, 1)
        .toml(&ban(0.0, 24.0));
    let rate: f64 = 3.0;
    let run = world.market("switching_per_year", rate).run();
    let step = 1.0 - (-rate / 12.0).exp();
    // w of the banned lane decays geometrically; what is ordered on it is what is missing.
    let expected: Vec<f64> = (0..24).map(|t| 10.0 * 0.5 * (1.0 - step).powi(t)).collect();
    assert_series(&run.shortfall(0), &expected);
}

#[test]
fn contracts_are_filled_before_other_orders() {
    let run = World::new(3)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 20.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .lane("ore", "AAA", "CCC", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .consumer("ore", "CCC", "civil", 10.0, 1)
        .market("contract_share", 0.5)
        .toml(&event("outage", "plants = [\"mine\"]\nseverity = 0.5", 0.0, 3.0))
        .toml(
            "[hazard.surge]\nkind = \"demand_surge\"\nplaces = [\"CCC\"]\nseverity = 3.0\n\
               onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 3\n",
        )
        .run();
    // 10 are made; contracts take 5 each, though CCC now asks for three times as much.
    assert_series(&run.shortfall(0), &[5.0; 3]);
    assert_series(&run.shortfall(1), &[25.0; 3]);
}

#[test]
fn a_market_without_lanes_or_inventory_falls_short_by_its_outage_and_leaves_others_alone() {
    let run = World::new(12)
        .material("rare_salt")
        .material("steel")
        .plant("P1", "rare_salt", "AAA", 10.0, 10.0)
        .plant("P2", "steel", "AAA", 5000.0 / 12.0, 5000.0 / 12.0)
        .lane("rare_salt", "AAA", "AAA", 10.0, 0.0)
        .lane("steel", "AAA", "AAA", 5000.0 / 12.0, 0.0)
        .consumer("rare_salt", "AAA", "civil", 10.0, 1)
        .consumer("steel", "AAA", "civil", 5000.0 / 12.0, 1)
        .toml(&event("outage", "plants = [\"P1\"]\nseverity = 1.0", 0.0, 3.0))
        .run();
    assert_close(run.total(0), 30.0);
    assert_close(run.total(1), 0.0);
}

#[test]
fn a_ban_by_an_aggregate_place_acts_as_one_by_a_country_and_transit_delays_it() {
    let mut world = World::new(16)
        .material("antimony")
        .plant("rest", "antimony", "ROW", 10.0, 10.0)
        .lane("antimony", "ROW", "AAA", 10.0, 2.0)
        .consumer("antimony", "AAA", "civil", 10.0, 1);
    world.places.push("ROW".into());
    // Quarters of 91.3125 days are three months: the ban covers months 4 to 9, counted from 1.
    let catalogue = "[hazard.event]\nkind = \"export_restriction\"\nimposer = \"ROW\"\nmaterials = [\"antimony\"]\nform = \"ban\"\n\
                     onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 6\n";
    let run = world.toml(catalogue).run();
    let short: Vec<f64> = run.shortfall(0);
    // Counted from its start: two months still arrive, six are missing, then it is as before.
    assert_series(&short[..10], &[0.0, 0.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0]);
    assert_close(run.total(0), 60.0);
}
