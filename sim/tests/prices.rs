//! What prices do besides rationing: costs are passed on, and a price that lasts changes demand and capacity. Solved by hand.

mod kit;

use kit::World;
use kit::assert_close;

/// The price of ore is twice the baseline's from the start on.
const TWICE: &str = "[hazard.rise]\nkind = \"price_shock\"\nmaterials = [\"ore\"]\ndirection = \"rise\"\nseverity = 1.0\n\
                     onset = { scheduled = [\"2027-01-01\"] }\nduration_months = 99\n";

#[test]
fn a_dearer_input_raises_the_price_of_what_is_made_of_it_by_its_share_in_the_value() {
    let world = World::new(4)
        .material("ore")
        .material("metal")
        .plant("mine", "ore", "AAA", 5.0, 5.0)
        .plant("smelter", "metal", "AAA", 10.0, 10.0)
        .recipe("metal", "ore", 0.5)
        .lane("ore", "AAA", "AAA", 5.0, 0.0)
        .lane("metal", "AAA", "AAA", 10.0, 0.0)
        .consumer("metal", "AAA", "civil", 10.0, 1)
        .market("price_days", 30.4375)
        .network("prices", "\"endogenous\"")
        .toml(TWICE);
    // Half of the value is ore, ore costs twice as much, and 0.8 of that is passed on.
    let run = world.clone().market("price_cost", 0.8).run();
    let (approach, aim) = (1.0 - (-1.0_f64).exp(), 0.8 * 1.5_f64.ln());
    let of_metal: Vec<f64> = run.price_origin.iter().map(|by_origin| by_origin[1].ln()).collect();
    let mut expected = 0.0;
    for price in &of_metal {
        expected += (aim - expected) * approach;
        assert_close(*price, expected);
    }
    assert!(world.run().price_origin.iter().all(|by_origin| by_origin[1] == 1.0));
}

#[test]
fn a_price_that_lasts_lowers_demand_by_a_multiple_of_the_elasticity_as_far_as_it_is_felt() {
    let run = World::new(5)
        .material("ore")
        .plant("mine", "ore", "AAA", 10.0, 10.0)
        .lane("ore", "AAA", "AAA", 10.0, 0.0)
        .consumer_with(("ore", "AAA", "civil"), 10.0, "1,0.25,0")
        .market("elasticity_later", 2.0)
        .market("later_days", 304.375)
        .toml(TWICE)
        .run();
    // Twice the price from the first step on; a tenth of an e-fold of it is felt in each step, and asked by in the next.
    let felt = |step: i32| 2.0_f64.ln() * (1.0 - (-0.1 * f64::from(step)).exp());
    for (step, shortfall) in (0..5).zip(run.shortfall(0)) {
        let at_once: f64 = if step > 0 { 0.5_f64.powf(0.25) } else { 1.0 };
        assert_close(shortfall, 10.0 - 10.0 * at_once * (-2.0 * 0.25 * felt(step)).exp());
    }
}

#[test]
fn capacity_follows_a_price_that_lasts_where_the_material_is_made() {
    let world = World::new(3)
        .material("ore")
        .plant("mine", "ore", "AAA", 10.0, 10.0)
        .lane("ore", "AAA", "AAA", 10.0, 0.0)
        .consumer("ore", "AAA", "civil", 10.0, 1)
        .market("later_days", 30.4375)
        .toml(TWICE)
        .toml(
            "[hazard.surge]\nkind = \"demand_surge\"\nseverity = 3.0\nonset = { scheduled = [\"2027-01-01\"] }\n\
             duration_months = 99\n",
        );
    // 10 at first, then 10 · 2^(0.5 · felt share): nothing is felt before the first step is over.
    let run = world.market("capacity_later", 0.5).run();
    let felt = |step: i32| 1.0 - (-f64::from(step)).exp();
    for (step, shortfall) in (0..3).zip(run.shortfall(0)) {
        assert_close(shortfall, 30.0 - 10.0 * 2.0_f64.powf(0.5 * felt(step)));
    }
}
