//! Restrictions aimed at named end users: who is short of how much, worked out by hand.

use crate::kit::{Trace, World, assert_close, assert_series};

/// AAA refuses its ore to the users that `keys` name, from month `from` to month `until`.
fn refusing(world: World, keys: &str, from: f64, until: f64) -> World {
    world.event("refusal", from, until).toml(&format!(
        "[hazard.refusal]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nmaterials = [\"ore\"]\n{keys}\n\
         onset = {{ catalogue = \"events.csv\" }}\n"
    ))
}

const DEFENCE: &str = "sectors = [\"defence\"]";

/// AAA makes the 10 of ore that BBB uses, of which defence takes 4.
fn one_source(months: usize) -> World {
    World::new(months)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 6.0, 2)
        .consumer("ore", "BBB", "defence", 4.0, 1)
}

/// Where defence and civil users stand among consumers: by class.
const DEFENCE_USER: usize = 0;
const CIVIL_USER: usize = 1;

fn shortfalls(run: &Trace, months: usize) -> [Vec<f64>; 2] {
    [DEFENCE_USER, CIVIL_USER].map(|user| run.shortfall(user)[..months].to_vec())
}

#[test]
fn defence_is_refused_and_civil_users_are_served() {
    for allocation in ["\"pro_rata\"", "\"priority\"", "\"rated\""] {
        let run = refusing(one_source(5).network("allocation", allocation), DEFENCE, 1.0, 3.0).run();
        let [defence, civil] = shortfalls(&run, 5);
        assert_series(&defence, &[0.0, 4.0, 4.0, 0.0, 0.0]);
        assert_series(&civil, &[0.0; 5]);
        // Nobody orders for defence where it is refused.
        assert_series(
            &run.shipped.iter().map(|lanes| lanes[0]).collect::<Vec<_>>(),
            &[10.0, 6.0, 6.0, 10.0, 10.0],
        );
    }
}

#[test]
fn half_a_refusal_cuts_half_of_what_defence_asks_for() {
    let half = refusing(one_source(4), &format!("{DEFENCE}\nseverity = 0.5"), 1.0, 3.0).run();
    let [defence, civil] = shortfalls(&half, 4);
    assert_series(&defence, &[0.0, 2.0, 2.0, 0.0]);
    assert_series(&civil, &[0.0; 4]);
    // So does a refusal of half a month, and one of which half leaks.
    let late = refusing(one_source(4), DEFENCE, 1.5, 3.0).run();
    assert_series(&shortfalls(&late, 4)[0], &[0.0, 2.0, 4.0, 0.0]);
    let leaky = refusing(one_source(4), &format!("{DEFENCE}\nleakage = {{ share = 0.5 }}"), 1.0, 3.0).run();
    assert_series(&shortfalls(&leaky, 4)[0], &[0.0, 2.0, 2.0, 0.0]);
    assert_series(&shortfalls(&leaky, 4)[1], &[0.0; 4]);
}

#[test]
fn a_licence_for_defence_is_handled_first_and_then_lets_pass_what_its_severity_leaves() {
    let form = "form = { licence = { handling_days = 60.875, passes_meanwhile = 0.25 } }\nseverity = 0.5";
    let run = refusing(one_source(5), &format!("{DEFENCE}\n{form}"), 1.0, 4.0).run();
    let [defence, civil] = shortfalls(&run, 5);
    assert_series(&defence, &[0.0, 3.0, 3.0, 2.0, 0.0]);
    assert_series(&civil, &[0.0; 5]);
}

#[test]
fn goods_under_way_when_the_refusal_begins_are_free_and_those_that_left_under_it_are_not() {
    let far = World::new(6)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 1.5)
        .consumer("ore", "BBB", "civil", 6.0, 2)
        .consumer("ore", "BBB", "defence", 4.0, 1)
        .network("allocation", "\"pro_rata\"");
    let far = refusing(far, DEFENCE, 1.0, 6.0).run();
    // What left in month 0 arrives half in month 1, half in month 2, when of 6 barred half has come: 3 + 5 for 10.
    // Then the level is 0.8: 3.2 for defence out of 5 that are free, 4.8 for the others.
    let [defence, civil] = shortfalls(&far, 4);
    assert_series(&defence, &[0.0, 0.0, 0.8, 4.0]);
    assert_series(&civil, &[0.0, 0.0, 1.2, 0.0]);
}

/// The world of [`one_source`] with a month's cover, of which the gap is ordered in a month.
fn covered(months: usize) -> World {
    World::new(months)
        .material("ore")
        .plant("mine", "ore", "AAA", 30.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 5.0, 2)
        .consumer("ore", "BBB", "defence", 5.0, 1)
        .market("cover_days", 30.4375)
}

#[test]
fn the_free_stock_is_left_to_defence_and_what_is_barred_piles_up_no_further_than_the_cover() {
    let run = refusing(covered(40), DEFENCE, 0.0, 40.0).run();
    let column = |rows: &[Vec<f64>]| rows.iter().map(|row| row[0]).collect::<Vec<f64>>();
    // Half of what is ordered passes: 5, 7.5, 8.75. Civil users take theirs out of it, defence 5 and 5 out of the 10 in stock.
    assert_series(&shortfalls(&run, 4)[0], &[0.0, 0.0, 5.0, 5.0]);
    assert_series(&shortfalls(&run, 40)[1], &[0.0; 40]);
    assert_series(&column(&run.shipped)[..3], &[5.0, 7.5, 8.75]);
    assert_series(&column(&run.inventory)[..4], &[5.0, 2.5, 6.25, 8.125]);
    assert_series(&column(&run.barred)[..4], &[0.0, 2.5, 6.25, 8.125]);
    assert_close(run.inventory[39][0], 10.0);
}

#[test]
fn when_the_refusal_ends_what_was_barred_serves_all_again() {
    // From month 3 on nothing leaves AAA at all: what is there is the 6.25 that came while defence was refused.
    let closed = "[hazard.closed]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nonset = { catalogue = \"events.csv\" }";
    let run = refusing(covered(5), DEFENCE, 0.0, 3.0)
        .network("allocation", "\"priority\"")
        .event("closed", 3.0, 5.0)
        .toml(closed)
        .run();
    let [defence, civil] = shortfalls(&run, 5);
    assert_series(&defence, &[0.0, 0.0, 5.0, 0.0, 5.0]);
    assert_series(&civil, &[0.0, 0.0, 0.0, 3.75, 5.0]);
    // Where trade goes on, all draw on it first: 10 out of 6.25 and the 13.75 that come.
    let open = refusing(covered(6), DEFENCE, 0.0, 3.0).run();
    assert_series(&open.barred.iter().map(|row| row[0]).collect::<Vec<_>>()[2..], &[6.25, 0.0, 0.0, 0.0]);
    assert_series(&shortfalls(&open, 6)[0][3..], &[0.0; 3]);
}

/// CCC buys 8 of AAA and 2 of BBB, who could make 2 more; defence takes 4 of the 10.
fn two_sources(months: usize) -> World {
    World::new(months)
        .material("ore")
        .plant("a", "ore", "AAA", 8.0, 8.0)
        .plant("b", "ore", "BBB", 4.0, 2.0)
        .lane("ore", "AAA", "CCC", 8.0, 0.0)
        .lane("ore", "BBB", "CCC", 2.0, 0.0)
        .consumer("ore", "CCC", "civil", 6.0, 2)
        .consumer("ore", "CCC", "defence", 4.0, 1)
}

#[test]
fn other_origins_make_up_for_what_defence_is_refused() {
    let run = |spot: f64| refusing(two_sources(4), DEFENCE, 1.0, 4.0).market("spot_share", spot).run();
    // AAA ships the 6 that civil users need, and what BBB makes is left to defence: its 2, and the spot share of 2 more.
    for (spot, short) in [(0.0, 2.0), (0.5, 1.0), (1.0, 0.0)] {
        let run = run(spot);
        let [defence, civil] = shortfalls(&run, 4);
        assert_series(&defence, &[0.0, short, short, short]);
        assert_series(&civil, &[0.0; 4]);
        let shipped: Vec<&[f64]> = run.shipped.iter().map(Vec::as_slice).collect();
        assert_series(shipped[3], &[6.0, 4.0 - short]);
    }
}

#[test]
fn buyers_turn_to_origins_that_do_not_refuse() {
    // Of the gap between orders and deliveries half is closed in a month: AAA's share goes 0.8, then towards 6/8, …
    let rate = 12.0 * std::f64::consts::LN_2;
    let run = refusing(two_sources(4), DEFENCE, 0.0, 4.0).market("switching_per_year", rate).run();
    let mut weight = 0.2;
    for month in 0..4 {
        assert_close(run.shipped[month][1], 10.0 * weight);
        assert_close(run.shortfall(DEFENCE_USER)[month], 4.0 - 10.0 * weight);
        weight += 0.5 * (10.0 * weight / (6.0 + 10.0 * weight) - weight);
    }
}

#[test]
fn a_refusal_that_other_origins_can_meet_changes_no_trade() {
    let world = World::new(3)
        .material("ore")
        .plant("a", "ore", "AAA", 8.0, 8.0)
        .plant("b", "ore", "BBB", 2.0, 2.0)
        .lane("ore", "AAA", "CCC", 8.0, 0.0)
        .lane("ore", "BBB", "CCC", 2.0, 0.0)
        .consumer("ore", "CCC", "civil", 8.0, 2)
        .consumer("ore", "CCC", "defence", 2.0, 1);
    // What BBB ships goes to defence, what AAA ships to the others.
    let run = refusing(world, DEFENCE, 0.0, 3.0).run();
    for month in 0..3 {
        assert_series(&run.shipped[month], &[8.0, 2.0]);
    }
    assert_close(run.total(DEFENCE_USER) + run.total(CIVIL_USER), 0.0);
}

#[test]
fn a_firms_plant_is_refused_while_its_neighbour_runs() {
    let world = World::new(4)
        .material("ore")
        .material("metal")
        .plant("mine", "ore", "AAA", 20.0, 20.0)
        .plant("ours", "metal", "BBB", 12.0, 12.0)
        .plant("theirs", "metal", "BBB", 8.0, 8.0)
        .recipe("metal", "ore", 1.0)
        .lane("ore", "AAA", "BBB", 20.0, 0.0)
        .lane("metal", "BBB", "BBB", 20.0, 0.0)
        .consumer("metal", "BBB", "civil", 20.0, 1);
    let run = refusing(world, "plants = [\"theirs\"]", 1.0, 3.0).run();
    assert_series(&run.shortfall(0), &[0.0, 8.0, 8.0, 0.0]);
    let outputs = |name: usize| run.output.iter().map(|plants| plants[name]).collect::<Vec<f64>>();
    // By name: mine, ours, theirs.
    assert_series(&outputs(1), &[12.0; 4]);
    assert_series(&outputs(2), &[8.0, 0.0, 0.0, 8.0]);
}

fn stocked(world: World, keys: &str) -> Trace {
    world
        .toml(&format!(
            "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\n{keys}\n\
             [policy.held]\nuse = [\"stockpile.reserve\"]"
        ))
        .run()
}

fn stock(run: &Trace, months: usize) -> Vec<f64> {
    run.stock[..months].iter().map(|stock| stock[0]).collect()
}

#[test]
fn a_stockpile_serves_those_who_are_refused() {
    for lag in ["", "delivery_lag_days = 15.21875"] {
        let keys = format!("target = 9\nrelease = {{ when_shortage_above = 0.05 }}\n{lag}");
        let run = stocked(refusing(one_source(5), DEFENCE, 0.0, 4.0), &keys);
        assert_series(&stock(&run, 4), &[9.0, 5.0, 1.0, 0.0]);
        // The shortage of the first month is seen in the second. A lag of half a month lets half of what is sent come one
        // month later: 2, 2 + 2, 0.5 + 2.
        let short = if lag.is_empty() { [4.0, 0.0, 0.0, 3.0] } else { [4.0, 2.0, 0.0, 1.5] };
        assert_series(&shortfalls(&run, 4)[0], &short);
        assert_series(&shortfalls(&run, 5)[1], &[0.0; 5]);
    }
}

#[test]
fn a_stockpile_buys_nothing_that_is_barred() {
    let keys = "target = 100\ninitial_fill = 0\nrelease = { when_shortage_above = 0.9 }\nrefill = { per_month = 0.01 }";
    let run = stocked(refusing(covered(4), DEFENCE, 0.0, 3.0), keys);
    // Month 0: 5 come, all barred, and 10 are free, of which defence takes 5 and the stockpile 1. Month 1: 4 are free.
    assert_series(&stock(&run, 4), &[1.0, 1.0, 1.0, 2.0]);
    assert_series(&shortfalls(&run, 3)[0], &[0.0, 1.0, 5.0]);
    assert!(run.inventory[1][0] > 2.0, "what is barred was there to buy");
}

#[test]
fn a_refusal_in_one_run_leaves_the_other_runs_of_its_block_as_they_were() {
    // Events of the catalogue are those of run 0; the quiet runs agree with a world without the hazard to the last bit.
    let bits = |world: &World| {
        let model = world.model();
        let trace = Trace::of_run(&model, 0, 1);
        (trace.served, trace.inventory, trace.shipped)
    };
    let world =
        two_sources(6).market("spot_share", 0.7).market("switching_per_year", 1.0).market("cover_days", 17);
    let outage = "[hazard.fire]\nkind = \"outage\"\nplants = [\"a\"]\nseverity = 0.3\nonset = { scheduled = [\"2027-02-10\"] }\nduration_months = 2";
    let world = world.toml(outage);
    assert_eq!(bits(&world), bits(&refusing(world.clone(), DEFENCE, 1.0, 4.0)));
}
