//! Each measure on a network solved by hand.

use crate::kit::{Trace, World, assert_close, assert_series};
use crate::{ban, ban_of_catalogue, chain, short, with};

const START: &str = "2027-01-01";

fn banned(months: f64, measure: &str) -> Trace {
    chain(12, false).toml(&ban("ban", "\"BBB\"", START, months)).toml(measure).run()
}

#[test]
fn mandated_cover_serves_its_firms_for_as_long_as_it_lasts() {
    let keys = "places = [\"BBB\"]\nmaterials = [\"ore\"]\ndays = 60.875\nin_place = true";
    let run = banned(6.0, &with("private_mandate", keys));
    assert_series(&short(&run, 0, 7), &[0.0, 0.0, 10.0, 10.0, 10.0, 10.0, 0.0]);
}

#[test]
fn a_mandate_that_is_built_up_is_bought_in_the_market() {
    let keys = "places = [\"BBB\"]\nmaterials = [\"ore\"]\ndays = 30.4375\nbuild_up_months = 2";
    let run = chain(6, false).toml(&with("private_mandate", keys)).run();
    // The mean share in place over each month: a quarter, three quarters, all.
    let held: Vec<f64> = run.inventory.iter().map(|by_place| by_place[0]).collect();
    assert_series(&held, &[2.5, 7.5, 10.0, 10.0, 10.0, 10.0]);
    assert_close(run.total(0), 0.0);
}

/// BBB could open a mine of its own.
fn planned(measure: &str, more: &str) -> Trace {
    let mut world = chain(12, false).planned("new", "ore", "BBB", 10.0);
    world.lanes.push("ore,BBB,BBB,,0".into());
    let world = world.toml(&ban_of_catalogue("ban", "\"BBB\"")).event("ban", 3.0, 9.0);
    world.event("know_how", 1.0, 3.0).toml(measure).toml(more).run()
}

#[test]
fn a_new_plant_serves_after_its_lead_time_those_it_is_built_for() {
    let build = |lead: f64| {
        let keys = format!("plant = \"new\"\nlead_months = {lead}\nsupplies = [\"BBB\"]");
        planned(&with("new_capacity", &keys), "")
    };
    assert_series(&short(&build(3.0), 0, 12), &[0.0; 12]);
    let late = build(6.0);
    assert_series(&short(&late, 0, 7), &[0.0, 0.0, 0.0, 10.0, 10.0, 10.0, 0.0]);
    // A lead of half a month more leaves half of what that month needs.
    assert_close(short(&build(6.5), 0, 7)[6], 5.0);
    assert_series(&short(&planned("", ""), 0, 9)[3..], &[10.0; 6]);
}

#[test]
fn a_plant_that_is_never_finished_serves_nobody_and_costs_the_same() {
    let keys = |never: f64| {
        format!(
            "plant = \"new\"\nlead_months = 4\nnever_finished = {never}\nsupplies = [\"BBB\"]\ncapex_usd = 1000"
        )
    };
    let failed = planned(&with("new_capacity", &keys(1.0)), "");
    assert_close(failed.total(0), 60.0);
    assert_close(failed.total_cost(), 1000.0);
    assert_close(planned(&with("new_capacity", &keys(0.0)), "").total_cost(), 1000.0);
}

#[test]
fn work_halts_while_the_technology_that_it_needs_is_withheld() {
    let keys = "plant = \"new\"\nlead_months = 3\nsupplies = [\"BBB\"]";
    let withheld = "[hazard.know_how]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nmaterials = [\"ore\"]\n\
                    form = \"technology\"\nonset = { catalogue = \"events.csv\" }\n";
    let run = planned(&with("new_capacity", keys), withheld);
    // One month of work, two of waiting, two of work: open from the sixth month on.
    assert_series(&short(&run, 0, 6), &[0.0, 0.0, 0.0, 10.0, 10.0, 0.0]);
}

#[test]
fn a_price_floor_keeps_open_what_would_close_and_costs_the_difference() {
    let fall = "[hazard.glut]\nkind = \"price_shock\"\nmaterials = [\"ore\"]\ndirection = \"fall\"\nseverity = 0.5\n\
                onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 4\n";
    let world = |measure: &str| {
        World::new(6)
            .material("ore")
            .plant_with(("mine", "ore", "BBB"), 20.0, 10.0, ",,0.8,2,24,,")
            .lane("ore", "BBB", "BBB", 10.0, 0.0)
            .consumer("ore", "BBB", "civil", 10.0, 1)
            .toml(fall)
            .toml(measure)
    };
    assert_series(&short(&world("").run(), 0, 6), &[0.0, 0.0, 10.0, 10.0, 10.0, 10.0]);
    let held = world(&with("price_floor", "plants = [\"mine\"]\nprice = 0.9")).run();
    assert_series(&short(&held, 0, 6), &[0.0; 6]);
    // Four months at half the price of 1,000 USD, ten units each.
    assert_close(held.total_cost(), 4.0 * 10.0 * 0.4 * 1000.0);
    let low = world(&with("price_floor", "plants = [\"mine\"]\nprice = 0.7")).run();
    assert_series(&short(&low, 0, 6), &[0.0, 0.0, 10.0, 10.0, 10.0, 10.0]);
}

#[test]
fn scrap_of_a_lifetime_ago_comes_back_where_it_was_used() {
    let keys = "product = \"ore\"\nmaterial = \"ore\"\ncontent = 1\nlifetime_years = 0.25\ncollection = 0.5\nyield = 0.8";
    let run = banned(6.0, &with("recycling", keys));
    // 40 % of the 10 a month before the ban, then of the 4 that scrap itself served, and so on.
    let expected = [6.0, 6.0, 6.0, 8.4, 8.4, 8.4];
    assert_series(&short(&run, 0, 6), &expected);
}

/// Ore and, as a substitute, alt, of which BBB makes 1 a month and could make 20.
fn with_alt(measure: &str) -> World {
    chain(6, false)
        .material("alt")
        .plant("alt_mine", "alt", "BBB", 20.0, 1.0)
        .lane("alt", "BBB", "BBB", 1.0, 0.0)
        .consumer("alt", "BBB", "civil", 1.0, 1)
        .toml(&ban("ban", "\"BBB\"", START, 6.0))
        .toml(measure)
}

#[test]
fn what_is_substituted_is_needed_of_the_other_material_and_counted_apart() {
    let keys = "from_material = \"ore\"\nto_material = \"alt\"\nshare = 0.6\npenalty = 0.1\ncost_usd = 3";
    let run = with_alt(&with("substitution", keys)).run();
    let metrics = run.metrics.as_ref().expect("run 0");
    let by_material = |requirement: f64| {
        metrics
            .outcomes
            .iter()
            .find(|o| (o.whole.requirement - requirement).abs() < 1e-9)
            .expect("one of the two")
    };
    let (ore, alt) = (by_material(6.0 * 4.0), by_material(6.0 * 7.6));
    assert_close(ore.whole.shortfall(), 24.0);
    assert_close(ore.substituted, 36.0);
    assert_close(alt.whole.served, 45.6);
    assert_close(run.total_cost(), 36.0 * 3.0);
}

#[test]
fn capacity_that_moves_to_another_recipe_frees_a_plant_of_its_input() {
    let world = |measure: &str| {
        let mut world = with_alt(measure)
            .material("metal")
            .plant("old", "metal", "BBB", 10.0, 10.0)
            .planned("new", "metal", "BBB", 5.0)
            .recipe_of("old", "metal", "ore", 1.0)
            .recipe_of("new", "metal", "alt", 1.0)
            .lane("metal", "BBB", "BBB", 10.0, 0.0)
            .consumer("metal", "BBB", "defence", 10.0, 1);
        world.consumers.remove(0);
        world
    };
    let keys = "from_plant = \"old\"\nto_plant = \"new\"\nshare = 0.4\npenalty = 0.25";
    let run = world(&with("substitution", keys)).run();
    // Four of ten move, three of four come out; the rest of the plant has no ore.
    let metal = |run: &Trace| {
        let most = |d: &usize| run.requirement[0][*d] as i64;
        let d = (0..run.requirement[0].len()).max_by_key(most).expect("there are consumers");
        short(run, d, 3)
    };
    assert_series(&metal(&run)[1..], &[7.0, 7.0]);
    assert_series(&metal(&world("").run())[1..], &[10.0, 10.0]);
}

#[test]
fn reserved_output_has_the_first_claim() {
    let half = "[hazard.quake]\nkind = \"outage\"\nplants = [\"mine\"]\nseverity = 0.875\n\
                onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 6\n";
    let run = |measure: &str| chain(6, true).toml(half).toml(measure).run();
    // 5 of 20 are left, and both get half.
    let alike = run("");
    assert_series(&[short(&alike, 0, 2)[1], short(&alike, 1, 2)[1]], &[7.5, 7.5]);
    let offtake = run(&with("offtake", "plant = \"mine\"\nbuyers = [\"BBB\"]\nshare = 0.5\npremium = 0.1"));
    // Half of last month's output: all of the 5 in the first month, 2.5 of it in the second, when BBB shares what is left
    // of its orders, 7.5, with the 10 of CCC.
    assert_series(&[short(&offtake, 0, 2)[0], short(&offtake, 1, 2)[0]], &[5.0, 10.0]);
    let rest = 2.5 * 7.5 / 17.5;
    assert_series(&[short(&offtake, 0, 2)[1], short(&offtake, 1, 2)[1]], &[7.5 - rest, 7.5 + rest]);
}

#[test]
fn above_the_cap_orders_go_to_another_origin() {
    let world = |measure: &str| {
        let mut world = chain(6, false)
            .plant("other", "ore", "CCC", 20.0, 2.0)
            .lane("ore", "CCC", "CCC", 2.0, 0.0)
            .consumer("ore", "CCC", "civil", 2.0, 1);
        world.lanes.push("ore,CCC,BBB,,0".into());
        world.toml(&ban("ban", "\"BBB\"", START, 6.0)).toml(measure)
    };
    let cap = "places = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = 0.6";
    assert_series(&short(&world(&with("diversification", cap)).run(), 0, 3), &[6.0; 3]);
    assert_series(&short(&world("").run(), 0, 3), &[10.0; 3]);
    // From all of it to 60 % over four months: the mean share of each month is its middle's.
    let slow = format!("{cap}\nramp_months = 4");
    let run = world(&with("diversification", &slow)).run();
    assert_series(&short(&run, 0, 6), &[9.5, 8.5, 7.5, 6.5, 6.0, 6.0]);
}

#[test]
fn parties_to_an_agreement_have_the_same_share_of_what_they_need() {
    let keys = "places = [\"BBB\", \"CCC\"]\nmaterials = [\"ore\"]";
    let world = |measure: &str| chain(6, true).toml(&ban("ban", "\"BBB\"", START, 6.0)).toml(measure).run();
    let pooled = world(&with("sharing_agreement", keys));
    assert_series(&[short(&pooled, 0, 2), short(&pooled, 1, 2)].concat(), &[5.0; 4]);
    let called =
        world(&with("sharing_agreement", &format!("{keys}\nwhen = {{ when_shortage_above = 0.3 }}")));
    // Called once the shortage was seen.
    assert_series(&[short(&called, 0, 2), short(&called, 1, 2)].concat(), &[10.0, 5.0, 0.0, 5.0]);
}

#[test]
fn support_makes_good_its_share_of_a_loss_after_its_lag() {
    let out = "[hazard.fire]\nkind = \"outage\"\nplants = [\"mine\"]\nseverity = 1\n\
               onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 3\n";
    let keys = "plants = [\"mine\"]\nrelief = 0.2\nlag_months = 1.5\ncost_usd = 2";
    let run = chain(6, false).toml(out).toml(&with("support_package", keys)).run();
    // A fifth of 40: 8 a month from the middle of the second month on.
    assert_series(&short(&run, 0, 4), &[10.0, 6.0, 2.0, 0.0]);
    assert_close(run.total_cost(), 12.0 * 2.0);
}

#[test]
fn a_warning_takes_the_time_of_notice_off_the_decision() {
    let event = format!("{}lead_months = 2\n", ban_of_catalogue("ban", "\"BBB\""));
    let reserve = "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 1000\n\
                   release = { when_active = [\"ban\"] }\ndecision_lag_days = 60.875\n";
    let run = |lead: f64, uses: &str| {
        let warning = format!("[warning.watch]\nplaces = [\"BBB\"]\nlead_days = {lead}\n");
        let policy = format!("[policy.tested]\nuse = [{uses}]\n");
        let world =
            chain(12, false).event("ban", 3.0, 9.0).toml(&event).toml(reserve).toml(&warning).toml(&policy);
        short(&world.run(), 0, 9)[3..].to_vec()
    };
    let both = "\"stockpile.reserve\", \"warning.watch\"";
    assert_series(&run(60.875, "\"stockpile.reserve\""), &[10.0, 10.0, 0.0, 0.0, 0.0, 0.0]);
    assert_series(&run(60.875, both), &[0.0; 6]);
    assert_series(&run(30.4375, both), &[10.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_warning_brings_orders_forward() {
    let event = format!("{}lead_months = 1\n", ban_of_catalogue("ban", "\"BBB\""));
    let keys = "places = [\"BBB\"]\nfront_loading = 0.7";
    let run = chain(6, false).event("ban", 1.0, 4.0).toml(&event).toml(&with("warning", keys)).run();
    // Seven more came in the month of notice.
    assert_series(&short(&run, 0, 4), &[0.0, 3.0, 10.0, 10.0]);
}

#[test]
fn a_stock_of_ore_helps_only_while_there_is_a_refinery_to_make_metal_of_it() {
    let world = |material: &str, event: &str| {
        let keys = format!("holders = [\"BBB\"]\nmaterial = \"{material}\"\ntarget = 1000");
        chain(6, false)
            .material("metal")
            .plant("refinery", "metal", "BBB", 10.0, 10.0)
            .recipe("metal", "ore", 1.0)
            .lane("metal", "BBB", "BBB", 10.0, 0.0)
            .consumer("metal", "BBB", "defence", 10.0, 1)
            .toml(event)
            .toml(&with("stockpile", &keys))
    };
    let without_ore_users = |mut world: World| {
        world.consumers.remove(0);
        world.run()
    };
    let fire = "[hazard.fire]\nkind = \"outage\"\nplants = [\"refinery\"]\nseverity = 1\n\
                onset = { scheduled = [\"2027-02-01\"] }\nduration_months = 3\n";
    let no_ore = ban("ban", "\"BBB\"", "2027-02-01", 3.0);
    let missed = |material: &str, event: &str| without_ore_users(world(material, event)).total(0);
    assert_close(missed("ore", &no_ore), 0.0);
    assert_close(missed("metal", &no_ore), 0.0);
    assert_close(missed("ore", fire), 30.0);
    assert_close(missed("metal", fire), 0.0);
}

/// Ore for defence, 4 a month, civil health, 4, and other civil use, 2, in BBB; half of it is missing from the start.
fn three_sectors(policy: &str) -> [f64; 3] {
    let mut world = chain(6, false);
    world.consumers.clear();
    for (sector, demand, priority) in [("defence", 4.0, 1), ("health", 4.0, 2), ("civil", 2.0, 3)] {
        world = world.consumer("ore", "BBB", sector, demand, priority);
    }
    let half = format!("{}severity = 0.5\n", ban("ban", "\"BBB\"", START, 6.0));
    let model = world.toml(&half).toml(&format!("[policy.tested]\n{policy}\n")).model();
    let run = Trace::of(&model, 0);
    let missed = |sector: &str| {
        let consumers = &model.baseline.network.consumers;
        let is = |d: &usize| model.baseline.network.sectors[consumers[*d].sector] == sector;
        short(&run, (0..3).find(is).expect("listed"), 2)[1]
    };
    [missed("defence"), missed("health"), missed("civil")]
}

#[test]
fn a_sector_keeps_its_floor_and_the_rest_goes_by_priority() {
    // 5 of 10 come: defence has all of its 4, and 1 is left for health.
    assert_series(&three_sectors("allocation = \"priority\""), &[0.0, 3.0, 2.0]);
    // Half of health's 4 are served first; then 3 of defence's 4.
    for rule in ["priority", "rated"] {
        let kept = format!("allocation = \"{rule}\"\nfloor = {{ health = 0.5 }}");
        assert_series(&three_sectors(&kept), &[1.0, 2.0, 2.0]);
    }
    // 2 of 4 and 1 of 2 come first, then 2 of defence's 4.
    let two = "allocation = \"priority\"\nfloor = { health = 0.5, civil = 0.5 }";
    assert_series(&three_sectors(two), &[2.0, 2.0, 1.0]);
    // Floors of 8 for 5 that there are: pro rata.
    let too_many = "allocation = \"priority\"\nfloor = { defence = 1, health = 1 }";
    assert_series(&three_sectors(too_many), &[1.5, 1.5, 2.0]);
    // All alike but for the floor: 3 of health's 4 first, then 2 for the other 7 that are asked for.
    let alike = "allocation = \"pro_rata\"\nfloor = { health = 0.75 }";
    assert_series(&three_sectors(alike), &[4.0 * 5.0 / 7.0, 5.0 / 7.0, 2.0 * 5.0 / 7.0]);
}

#[test]
fn a_floor_reaches_the_mine_where_orders_are_rated() {
    // Two places on one mine that makes 10 for 20: BBB is defence, CCC civil.
    let missed = |policy: &str| {
        let mut world = chain(6, true);
        world.consumers = vec!["ore,BBB,defence,120,1,0,0,".into(), "ore,CCC,civil,120,2,0,0,".into()];
        let fire = "[hazard.fire]\nkind = \"outage\"\nplants = [\"mine\"]\nseverity = 0.75\n\
                    onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 6\n";
        let run = world.toml(fire).toml(&format!("[policy.tested]\n{policy}\n")).run();
        [short(&run, 0, 2)[1], short(&run, 1, 2)[1]]
    };
    assert_series(&missed("allocation = \"rated\""), &[0.0, 10.0]);
    assert_series(&missed("allocation = \"rated\"\nfloor = { civil = 0.3 }"), &[3.0, 7.0]);
}
