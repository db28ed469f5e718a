//! Measures that take off part of an event: a corridor where a way is closed, ownership where owners abroad command.

use crate::kit::{Trace, World, assert_close, assert_series};
use crate::{ban, chain, short, with};
use shortfall::ensemble::prepare;
use shortfall::scenario::{Options, Problems};

/// War in AAA closes its borders by this share and leaves its mine alone.
fn war(closes: f64) -> String {
    format!(
        "[hazard.war]\nkind = \"conflict\"\nplaces = [\"AAA\"]\nmaterials = [\"ore\"]\nseverity = 0\n\
         closes_lanes = {closes}\nonset = {{ catalogue = \"events.csv\" }}\n"
    )
}

fn at_war(closes: f64, from: f64, until: f64, keys: &str) -> Trace {
    let corridor = with("corridor", &format!("exporters = [\"AAA\"]\n{keys}"));
    chain(6, true).toml(&war(closes)).event("war", from, until).toml(&corridor).run()
}

#[test]
fn a_corridor_carries_what_can_not_pass_as_far_as_its_capacity_reaches() {
    // 8 of the 20 a month that two lanes carry.
    let run = at_war(1.0, 1.0, 4.0, "capacity_per_year = 96");
    assert_series(&short(&run, 0, 6), &[0.0, 6.0, 6.0, 6.0, 0.0, 0.0]);
    assert_series(&short(&run, 1, 6), &[0.0, 6.0, 6.0, 6.0, 0.0, 0.0]);
    let half_closed = at_war(0.5, 1.0, 4.0, "capacity_per_year = 96");
    assert_series(&short(&half_closed, 0, 4), &[0.0, 1.0, 1.0, 1.0]);
    let wide = at_war(0.5, 1.0, 4.0, "");
    assert_series(&short(&wide, 0, 6), &[0.0; 6]);
    let none = at_war(1.0, 1.0, 4.0, "capacity_per_year = 0");
    assert_series(&short(&none, 0, 6), &[0.0, 10.0, 10.0, 10.0, 0.0, 0.0]);
}

#[test]
fn what_goes_by_the_corridor_is_late_by_its_detour() {
    // Half a month: half of what is sent comes in the next month, and is taken off that month's order.
    let run = at_war(1.0, 1.0, 4.0, "added_days = 15.21875");
    assert_series(&short(&run, 0, 6), &[0.0, 5.0, 2.5, 3.75, 0.0, 0.0]);
    // Half of it goes by the corridor: late by a quarter of a month in the mean.
    let half = at_war(0.5, 1.0, 4.0, "added_days = 15.21875");
    assert_series(&short(&half, 0, 3), &[0.0, 2.5, 1.875]);
}

#[test]
fn a_corridor_opens_by_and_by_and_is_paid_for_as_it_does() {
    let keys = "ramp_months = 4\ncapex_usd = 1000\ncost_usd_per_year = 120\npaid_by = \"BBB\"";
    let run = at_war(1.0, 0.0, 6.0, keys);
    assert_series(&short(&run, 0, 6), &[8.75, 6.25, 3.75, 1.25, 0.0, 0.0]);
    assert_close(run.total_cost(), 1000.0 + 10.0 * 4.0);
}

#[test]
fn two_corridors_add_up_and_the_mean_of_their_detours_counts() {
    let both = "[corridor.a]\nexporters = [\"AAA\"]\ncapacity_per_year = 60\n\
                [corridor.b]\nexporters = [\"AAA\"]\ncapacity_per_year = 120\nadded_days = 22.828125\n\
                [policy.tested]\nuse = [\"corridor.a\", \"corridor.b\"]\n";
    let run = chain(3, true).toml(&war(1.0)).event("war", 1.0, 3.0).toml(both).run();
    // 7.5 of 10 pass; a third of them at once, the rest three quarters of a month late: half a month in the mean.
    assert_close(short(&run, 0, 2)[1], 10.0 - 7.5 * 0.5);
}

#[test]
fn no_corridor_leads_through_a_border_that_is_closed_to_trade() {
    let banned = chain(6, false).toml(&ban("ban", "\"BBB\"", "2027-01-01", 3.0));
    let run = banned.toml(&with("corridor", "exporters = [\"AAA\"]")).run();
    assert_series(&short(&run, 0, 3), &[10.0; 3]);
}

/// BBB orders twice as much from the second month on, and half of the canal that its ore crosses is closed.
fn half_a_canal(traffic: &str, keys: &str) -> Trace {
    let hazard = |name: &str, body: &str| {
        format!("[hazard.{name}]\nonset = {{ catalogue = \"events.csv\" }}\n{body}\n")
    };
    let canal = format!(
        "kind = \"chokepoint_closure\"\nchokepoints = [\"canal\"]\ntraffic = \"{traffic}\"\nseverity = 0.5"
    );
    let world = chain(3, false)
        .toml(&hazard("canal", &canal))
        .toml(&hazard("surge", "kind = \"demand_surge\"\nplaces = [\"BBB\"]\nseverity = 2"))
        .event("canal", 1.0, 2.0)
        .event("surge", 1.0, 2.0)
        .toml(&with("corridor", keys));
    let folder = tempfile::tempdir().unwrap();
    world.write(folder.path());
    let lanes = folder.path().join("lanes.csv");
    let written =
        std::fs::read_to_string(&lanes).unwrap().replace("transit_days", "transit_days,chokepoints");
    std::fs::write(lanes, format!("{},canal\n", written.trim_end())).unwrap();
    std::fs::write(folder.path().join("chokepoints.csv"), "chokepoint\ncanal\n").unwrap();
    let mut problems = Problems::default();
    let model = prepare(folder.path(), &Options::default(), &mut problems);
    Trace::of(&model.unwrap_or_else(|_| panic!("{}", problems.render(false))), 0)
}

#[test]
fn slots_pass_no_more_however_much_is_ordered_and_a_corridor_goes_round_them() {
    let closed = "exporters = [\"AAA\"]\ncapacity_per_year = 0";
    assert_series(&short(&half_a_canal("wait", closed), 0, 3), &[0.0, 10.0, 0.0]);
    assert_series(&short(&half_a_canal("slots", closed), 0, 3), &[0.0, 15.0, 0.0]);
    // A quarter of what the lane usually carries.
    let quarter = "exporters = [\"AAA\"]\ncapacity_per_year = 30";
    assert_series(&short(&half_a_canal("slots", quarter), 0, 3), &[0.0, 12.5, 0.0]);
}

#[test]
fn only_lanes_over_the_named_chokepoint_or_to_the_named_importers_are_served() {
    let keys = "importers = [\"CCC\"]";
    let run = at_war(1.0, 1.0, 4.0, keys);
    assert_series(&short(&run, 0, 3), &[0.0, 10.0, 10.0]);
    assert_series(&short(&run, 1, 3), &[0.0; 3]);
}

/// The mine in AAA, which makes 10 for BBB and could make 40, is owned from CCC; so much of it comes to be held by BBB.
fn owned(world: World, form: &str, severity: f64, held: f64) -> Trace {
    let told = format!(
        "[hazard.told]\nkind = \"owner_control\"\nimposer = \"CCC\"\nform = \"{form}\"\nseverity = {severity}\n\
         onset = {{ catalogue = \"events.csv\" }}\n"
    );
    let keys = format!("plants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = {held}\ncapex_usd = 70");
    world.owned("mine", "CCC").event("told", 1.0, 3.0).toml(&told).toml(&with("ownership", &keys)).run()
}

#[test]
fn an_owner_withholds_only_what_is_not_held_by_others() {
    let missed = |held: f64| short(&owned(chain(6, false), "cut", 0.9, held), 0, 4);
    assert_series(&missed(0.0), &[0.0, 6.0, 6.0, 0.0]);
    // Nine tenths of nine tenths are withheld of 40.
    assert_series(&missed(0.1), &[0.0, 2.4, 2.4, 0.0]);
    assert_series(&missed(1.0), &[0.0; 4]);
    assert_close(owned(chain(6, false), "cut", 0.9, 0.1).total_cost(), 70.0);
}

#[test]
fn an_owner_redirects_only_what_is_not_held_by_others() {
    let missed = |held: f64| short(&owned(chain(6, true), "redirect", 1.0, held), 0, 4);
    assert_series(&missed(0.0), &[0.0, 10.0, 10.0, 0.0]);
    assert_series(&missed(0.3), &[0.0, 7.0, 7.0, 0.0]);
    // A quarter of what is mined there comes from a mine of AAA's own: the owner has no say in it.
    let two = |held: f64| {
        let mut world = chain(6, true).plant("own", "ore", "AAA", 10.0, 5.0);
        world.plants[0] = "mine,ore,AAA,480,180,,,,,,,".into();
        short(&owned(world, "redirect", 1.0, held), 0, 2)[1]
    };
    assert_series(&[two(0.0), two(0.3), two(1.0)], &[7.5, 7.5 * 0.7, 0.0]);
}
