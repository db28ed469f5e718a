//! Stockpiles of several: who gets what of a release, what leaves with a member, what pooling saves.

use crate::kit::{Trace, World, assert_close, assert_series};
use crate::{ban, ban_of_catalogue, chain, short, stock, with};

const START: &str = "2027-01-01";

/// BBB and CCC need 10 a month each; the stock is theirs.
fn joint(events: &str, keys: &str) -> World {
    let keys = format!("holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\n{keys}");
    chain(12, true).toml(events).toml(&with("stockpile", &keys))
}

fn both_banned(months: f64) -> String {
    ban("ban", "\"BBB\", \"CCC\"", START, months)
}

fn of_both(run: &Trace, months: usize) -> [Vec<f64>; 2] {
    [short(run, 0, months), short(run, 1, months)]
}

#[test]
fn what_is_left_goes_by_need_or_by_contribution() {
    let shares = "target = 30\ncontributions = { BBB = 0.8, CCC = 0.2 }";
    let need = joint(&both_banned(3.0), &format!("{shares}\nrelease_by = \"need\"")).run();
    assert_series(&of_both(&need, 3).concat(), &[0.0, 5.0, 10.0, 0.0, 5.0, 10.0]);
    let by_contribution = joint(&both_banned(3.0), &format!("{shares}\nrelease_by = \"contribution\"")).run();
    // In the first month there is enough for both; of the 10 that are left BBB gets 8.
    assert_series(&of_both(&by_contribution, 3).concat(), &[0.0, 2.0, 10.0, 0.0, 8.0, 10.0]);
}

#[test]
fn what_a_member_does_not_need_goes_to_the_others() {
    let keys = "target = 15\ncontributions = { BBB = 0.9, CCC = 0.1 }\nrelease_by = \"contribution\"";
    let run = joint(&both_banned(3.0), keys).run();
    // 13.5 are for BBB, which needs 10: CCC gets the other 5.
    assert_series(&of_both(&run, 1).concat(), &[0.0, 5.0]);
}

#[test]
fn priority_serves_the_first_class_of_all_members_before_the_second_of_any() {
    let mut world = joint(
        &both_banned(3.0),
        "target = 12\ncontributions = { BBB = 0.5, CCC = 0.5 }\nrelease_by = \"priority\"",
    );
    world.consumers[0] = "ore,BBB,defence,120,1,0,0,".into();
    world.consumers[1] = "ore,CCC,civil,120,2,0,0,".into();
    let run = world.run();
    assert_series(&of_both(&run, 2).concat(), &[0.0, 10.0, 8.0, 10.0]);
}

#[test]
fn a_targeted_member_is_served_first() {
    // BBB needs 50, more than the mine can make; nothing threatens its imports.
    let surge = "[hazard.surge]\nkind = \"demand_surge\"\nplaces = [\"BBB\"]\nmaterials = [\"ore\"]\nseverity = 5\n\
                 onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 3\n";
    let events = format!("{}{surge}", ban("ban", "\"CCC\"", START, 3.0));
    let keys = "target = 14\ncontributions = { BBB = 0.8, CCC = 0.2 }\nrelease_by = \"targeted\"";
    let run = joint(&events, keys).run();
    assert_series(&of_both(&run, 2).concat(), &[6.0, 10.0, 0.0, 10.0]);
}

fn leaves(member: &str) -> String {
    format!(
        "[hazard.leaves]\nkind = \"member_withdrawal\"\nmembers = [\"{member}\"]\n\
         onset = {{ catalogue = \"events.csv\" }}\n"
    )
}

#[test]
fn a_member_that_withdraws_takes_exactly_its_share_and_serves_only_itself() {
    let events = format!("{}{}", leaves("BBB"), ban_of_catalogue("ban", "\"BBB\", \"CCC\""));
    let world = joint(&events, "target = 40\ncontributions = { BBB = 0.375, CCC = 0.625 }");
    let run = world.event("leaves", 1.0, 5.0).event("ban", 2.0, 4.0).run();
    // 15 leave in February; BBB has 15 for 20, CCC 25 for 20; in June what each has left is together again.
    assert_series(&stock(&run, 0)[..6], &[40.0, 25.0, 15.0, 5.0, 5.0, 5.0]);
    assert_series(&stock(&run, 1)[..6], &[0.0, 15.0, 5.0, 0.0, 0.0, 0.0]);
    assert_series(&of_both(&run, 5).concat(), &[0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_stock_that_nobody_leaves_is_refilled_as_one_that_nobody_can_leave() {
    for limit in ["per_month = 0.25", "budget_usd_per_year = 12000"] {
        let keys =
            format!("target = 40\ncontributions = {{ BBB = 0.375, CCC = 0.625 }}\nrefill = {{ {limit} }}");
        let events = ban_of_catalogue("ban", "\"BBB\", \"CCC\"");
        let run = |events: &str| {
            let mut world = joint(events, &keys).event("ban", 1.0, 2.0);
            world.materials[0] = "ore,t,ore,100".into();
            world.run()
        };
        let (can_not, can) = (run(&events), run(&format!("{events}{}", leaves("BBB"))));
        // 20 of 40 go in February; ten a month come back.
        assert_series(&stock(&can_not, 0)[..5], &[40.0, 20.0, 30.0, 40.0, 40.0]);
        assert_series(&stock(&can, 0), &stock(&can_not, 0));
        assert_series(&stock(&can, 1), &[0.0; 12]);
    }
}

#[test]
fn a_member_that_comes_back_brings_what_it_has_left() {
    let world = joint(&leaves("CCC"), "target = 40\ncontributions = { BBB = 0.375, CCC = 0.625 }");
    let run = world.event("leaves", 1.0, 3.0).run();
    assert_series(&stock(&run, 0)[..5], &[40.0, 15.0, 15.0, 40.0, 40.0]);
}

/// What is missed in all, held jointly and separately, if both places are hit at these months for two.
fn joint_and_separate(hit: [f64; 2], keys: &str) -> [f64; 2] {
    let events = format!("{}{}", ban_of_catalogue("a", "\"BBB\""), ban_of_catalogue("b", "\"CCC\""));
    let missed = |more: &str| {
        let world = joint(&events, &format!("{keys}\ncontributions = \"use\"\n{more}"));
        let run = world.event("a", hit[0], hit[0] + 2.0).event("b", hit[1], hit[1] + 2.0).run();
        run.total(0) + run.total(1)
    };
    [missed(""), missed("separate = true")]
}

#[test]
fn pooling_saves_nothing_where_all_are_hit_at_once() {
    let [joint, separate] = joint_and_separate([0.0, 0.0], "target = 30");
    assert_close(joint, 10.0);
    assert_close(separate, 10.0);
}

#[test]
fn risks_that_never_coincide_need_the_stock_of_one_instead_of_two() {
    // Each needs 20 when it is hit. Between, the stock fills up again.
    let refill = "refill = { per_month = 0.5 }";
    let [joint, separate] = joint_and_separate([0.0, 8.0], &format!("target = 20\n{refill}"));
    assert_series(&[joint, separate], &[0.0, 20.0]);
    let [_, enough] = joint_and_separate([0.0, 8.0], &format!("target = 40\n{refill}"));
    assert_close(enough, 0.0);
}

#[test]
fn independent_risks_are_pooled_for_what_the_closed_form_says() {
    // Each is hit with probability p, for two months in which it needs 20. Of a stock of 20, apart 10 each.
    let [never, early] = [20.0, 1.0];
    let outcomes = [[never, never], [early, never], [never, early], [early, early]];
    let missed = outcomes.map(|hit| joint_and_separate(hit, "target = 20"));
    for p in [0.1, 0.5, 0.9] {
        let chance = [(1.0 - p) * (1.0 - p), p * (1.0 - p), (1.0 - p) * p, p * p];
        let mean = |of: usize| -> f64 { (0..4).map(|k| chance[k] * missed[k][of]).sum() };
        // Apart each misses 10 whenever it is hit; together 20 are missed when both are.
        assert_close(mean(1), 20.0 * p);
        assert_close(mean(0), 20.0 * p * p);
    }
}

#[test]
fn shares_follow_use_gdp_or_the_risk_of_imports() {
    // BBB needs 10 from one origin; CCC 30, half of it from home.
    let world = |by: &str| {
        let mut world = World::new(3)
            .material("ore")
            .plant("mine", "ore", "AAA", 40.0, 25.0)
            .plant("own", "ore", "CCC", 15.0, 15.0)
            .lane("ore", "AAA", "BBB", 10.0, 0.0)
            .lane("ore", "AAA", "CCC", 15.0, 0.0)
            .lane("ore", "CCC", "CCC", 15.0, 0.0)
            .consumer("ore", "BBB", "civil", 10.0, 1)
            .consumer("ore", "CCC", "civil", 30.0, 1);
        world.places = ["AAA,", "BBB,2e12", "CCC,6e12"].map(String::from).to_vec();
        world.gdp = true;
        let keys = format!(
            "holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 100\ncontributions = \"{by}\"\nseparate = true"
        );
        let run = world.toml(&with("stockpile", &keys)).run();
        [stock(&run, 0)[0], stock(&run, 1)[0]]
    };
    assert_series(&world("use"), &[25.0, 75.0]);
    assert_series(&world("gdp"), &[25.0, 75.0]);
    assert_series(&world("risk"), &[40.0, 60.0]);
}

#[test]
fn a_bloc_is_one_member() {
    let world = chain(6, true)
        .toml("[blocs]\nUNION = [\"BBB\", \"CCC\"]\n")
        .lane("ore", "AAA", "AAA", 10.0, 0.0)
        .consumer("ore", "AAA", "civil", 10.0, 1);
    let mut world = world;
    world.plants[0] = "mine,ore,AAA,480,360,,,,,,,".into();
    let keys = "holders = [\"UNION\", \"AAA\"]\nmaterial = \"ore\"\ntarget = 60\n\
                contributions = { UNION = 0.5, AAA = 0.5 }\nseparate = true";
    let run = world.toml(&both_banned(2.0)).toml(&with("stockpile", keys)).run();
    assert_close(run.released.iter().map(|by| by[0]).sum(), 30.0);
    assert_close(run.released.iter().map(|by| by[1]).sum(), 0.0);
}
