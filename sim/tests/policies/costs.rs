//! What policies cost, and whom; what it costs to be short.

use crate::kit::{Trace, World, assert_close};
use crate::{ban, chain, with};
use shortfall::ensemble::Model;

fn held(world: World, keys: &str) -> (Model, Trace) {
    let keys = format!("holders = [\"BBB\"]\nmaterial = \"ore\"\n{keys}");
    let model = world.toml(&with("stockpile", &keys)).model();
    let run = Trace::of(&model, 0);
    (model, run)
}

fn banned(months: f64) -> World {
    chain(12, false).toml(&ban("ban", "\"BBB\"", "2027-01-01", months))
}

#[test]
fn a_cost_of_every_year_is_discounted_as_its_closed_form_says() {
    let world = chain(36, false).network("discount_rate", "0.05");
    let (model, run) = held(world, "target = 100\nholding_cost_usd = 12");
    // 100 · 12 / 12 a month, each month counted at its start: a geometric series.
    let q = 1.05_f64.powf(-1.0 / 12.0);
    assert_close(run.cost(&model, 0, "BBB", "holding"), 100.0 * (1.0 - q.powi(36)) / (1.0 - q));
    // The stock is put in at the start, and what is left is worth what it was, 35 months later.
    assert_close(run.cost(&model, 0, "BBB", "stock"), 100.0 * 1000.0 * (1.0 - q.powi(35)));
}

#[test]
fn stock_that_is_used_costs_its_value_and_earns_its_price() {
    let (model, run) = held(banned(3.0), "target = 50");
    assert_close(run.cost(&model, 0, "BBB", "stock"), 30_000.0);
    assert_close(run.cost(&model, 0, "BBB", "sales"), -30_000.0);
    assert_close(run.total_cost(), 0.0);
}

#[test]
fn what_spoils_is_told_apart_and_counted_once() {
    let (model, run) = held(chain(12, false), "target = 100\nspoilage_per_year = 0.1");
    assert_close(run.cost(&model, 0, "BBB", "spoilage"), 10_000.0);
    assert_close(run.cost(&model, 0, "BBB", "stock"), 0.0);
}

#[test]
fn rotation_costs_what_is_rotated() {
    let keys = "target = 100\nrotation_per_year = 0.25\nrotation_cost_usd = 8";
    let (model, run) = held(chain(12, false), keys);
    assert_close(run.cost(&model, 0, "BBB", "rotation"), 200.0);
}

#[test]
fn a_right_to_buy_costs_its_fee_and_the_price_of_what_is_called() {
    let (model, run) = held(banned(2.0), "target = 50\nheld_as = \"virtual\"\nfee_usd = 24");
    assert_close(run.total(0), 0.0);
    assert_close(run.cost(&model, 0, "BBB", "fee"), 1200.0);
    assert_close(run.cost(&model, 0, "BBB", "purchase"), 20_000.0);
    assert_close(run.cost(&model, 0, "BBB", "sales"), -20_000.0);
    let (model, run) = held(banned(2.0), "target = 50\nheld_as = \"option\"\nstrike_price = 1.25");
    assert_close(run.cost(&model, 0, "BBB", "purchase"), 25_000.0);
}

#[test]
fn a_virtual_stock_that_is_not_honoured_serves_nobody() {
    let keys = "target = 50\nheld_as = \"virtual\"\nrelease = { when_active = [\"ban\"] }\nprobability = 0";
    let (_, run) = held(banned(2.0), keys);
    assert_close(run.total(0), 20.0);
    assert_close(run.total_cost(), 0.0);
}

#[test]
fn stock_that_producers_keep_comes_only_as_far_as_their_lanes_are_open() {
    let missed = |severity: f64| {
        let event = format!("{}severity = {severity}\n", ban("ban", "\"BBB\"", "2027-01-01", 2.0));
        let keys = "target = 12\nheld_as = \"producer\"\nproducers = [\"AAA\"]";
        held(chain(12, false).toml(&event), keys).1.shortfall(0)[..2].to_vec()
    };
    assert_eq!(missed(1.0), [10.0, 10.0]);
    // Half of the orders pass, and half of what is kept: 6 for the 5 that are missing, then 3.5.
    assert_eq!(missed(0.5), [0.0, 1.5]);
}

#[test]
fn a_mandated_stock_is_paid_by_state_and_firms() {
    let keys = "target = 100\nheld_as = \"mandated\"\nstate_share = 0.3\nholding_cost_usd = 10";
    let (model, run) = held(chain(12, false), keys);
    assert_close(run.cost(&model, 0, "BBB", "holding"), 300.0);
    assert_close(run.cost(&model, 0, "firms in BBB", "holding"), 700.0);
}

#[test]
fn members_share_the_cost_as_agreed_and_it_adds_up() {
    let keys = |more: &str| {
        format!(
            "holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 60\ninitial_fill = 0.5\n\
             refill = {{ per_month = 0.1 }}\nholding_cost_usd = 10\n{more}"
        )
    };
    let model = |more: &str| {
        let event = ban("ban", "\"BBB\"", "2027-06-01", 2.0);
        chain(12, true).toml(&event).toml(&with("stockpile", &keys(more))).model()
    };
    let joint = model("contributions = \"use\"\ncost_shares = { BBB = 0.7, CCC = 0.3 }");
    let (shared, alone) = (Trace::of(&joint, 0), Trace::of(&model(""), 0));
    assert_close(shared.total_cost(), alone.total_cost());
    for item in ["stock", "purchase", "holding", "sales"] {
        let whole = alone.cost(&model(""), 0, "BBB CCC", item);
        assert_close(shared.cost(&joint, 0, "BBB", item), 0.7 * whole);
        assert_close(shared.cost(&joint, 0, "CCC", item), 0.3 * whole);
    }
}

#[test]
fn who_stays_pays_for_what_is_left_in_a_joint_stock() {
    let leaves = "[hazard.leaves]\nkind = \"member_withdrawal\"\nmembers = [\"BBB\"]\n\
                  onset = { scheduled = [\"2027-07-01\"] }\nduration_months = 60\n";
    let keys = "holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 40\nholding_cost_usd = 12\n\
                contributions = { BBB = 0.25, CCC = 0.75 }";
    let model = chain(12, true).toml(leaves).toml(&with("stockpile", keys)).model();
    let run = Trace::of(&model, 0);
    // Half a year of a quarter of 40, then half a year of the 10 that BBB took along; CCC the rest.
    assert_close(run.cost(&model, 0, "BBB", "holding"), 6.0 * 10.0 + 6.0 * 10.0);
    assert_close(run.cost(&model, 0, "CCC", "holding"), 12.0 * 30.0);
    assert_close(run.cost(&model, 0, "BBB", "stock") + run.cost(&model, 0, "CCC", "stock"), 0.0);
}

#[test]
fn purchases_of_several_states_raise_the_price_that_each_pays() {
    let world = |n: usize| {
        let mut world = chain(12, true)
            .network("prices", "\"endogenous\"")
            .market("price_utilisation", 1.0)
            .market("price_days", 31);
        for place in &["BBB", "CCC"][..n] {
            world = world.toml(&format!(
                "[stockpile.{place}]\nholders = [\"{place}\"]\nmaterial = \"ore\"\ntarget = 60\ninitial_fill = 0\n\
                 refill = {{ per_month = 0.1 }}\n"
            ));
        }
        let uses: Vec<String> = ["BBB", "CCC"][..n].iter().map(|p| format!("\"stockpile.{p}\"")).collect();
        let model = world.toml(&format!("[policy.buy]\nuse = [{}]\n", uses.join(", "))).model();
        let run = Trace::of(&model, 0);
        run.cost(&model, 0, "BBB", "purchase")
    };
    let (alone, together) = (world(1), world(2));
    assert!(together > alone * 1.01, "{alone} alone, {together} together");
}

#[test]
fn the_first_loss_is_cheap_and_the_last_one_halts_the_line() {
    let cost = |more: &str, severity: f64| {
        let event = format!("{}severity = {severity}\n", ban("ban", "\"BBB\"", "2027-01-01", 1.0));
        let run = chain(12, false).toml(&event).toml(more).run();
        run.metrics.expect("run 0").outcomes[0].shortage_cost
    };
    let steps = "[shortage_cost.civil]\nprice_multiple = 2\nup_to = [0.2, 1]\nfactor = [0.5, 3]\n";
    assert_eq!(cost("", 1.0), None);
    // 2 · 1,000 USD a unit; a fifth of ten at half, the rest threefold.
    assert_close(cost(steps, 0.2).unwrap(), 2.0 * 2000.0 * 0.5);
    assert_close(cost(steps, 1.0).unwrap(), 2.0 * 2000.0 * 0.5 + 8.0 * 2000.0 * 3.0);
    assert_close(cost("[shortage_cost.civil]\nusd_per_unit = 7\n", 1.0).unwrap(), 70.0);
}

#[test]
fn defence_first_costs_civil_users_what_it_saves_defence() {
    let mut world = chain(6, false).consumer("ore", "BBB", "defence", 2.0, 1);
    world.consumers[0] = "ore,BBB,civil,96,2,0,0,".into();
    let event = format!("{}severity = 0.5\n", ban("ban", "\"BBB\"", "2027-01-01", 6.0));
    let policies =
        "[policy.alike]\nallocation = \"pro_rata\"\n[policy.defence_first]\nallocation = \"rated\"\n";
    let model = world.toml(&event).toml(policies).model();
    let missed = |policy: usize| {
        let run = Trace::of(&model, policy);
        let defence = if run.requirement[0][0] < run.requirement[0][1] { 0 } else { 1 };
        [run.total(defence), run.total(1 - defence)]
    };
    let ([defence, civil], [none, more]) = (missed(0), missed(1));
    assert_close(defence, 6.0);
    assert_close(none, 0.0);
    assert_close(more - civil, defence);
}
