//! Measures together, in random combinations: nothing is lost, nothing is negative, every unit needed is accounted for.

use crate::kit::random::Dice;
use crate::kit::weather;
use crate::zero::busy;
use shortfall::ensemble::Model;
use shortfall::history;
use shortfall::math::{Row, WIDTH};
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::step::{Plan, State};

const COMBINATIONS: u64 = 40;

/// Each measure with its keys; `#` stands for a random share, `@` for a random span of months or amount.
const MEASURES: [(&str, &str); 15] = [
    (
        "stockpile",
        "holders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = @\nrefill = { per_month = 0.2 }\nspoilage_per_year = #",
    ),
    (
        "stockpile",
        "holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = @\ncontributions = { BBB = 0.3, CCC = 0.7 }\n\
         refill = { per_month = # }",
    ),
    ("private_mandate", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ndays = @\nbuild_up_months = 3"),
    ("new_capacity", "plant = \"new\"\nlead_months = @\nsupplies = [\"BBB\"]\nsupplied_share = #"),
    ("price_floor", "plants = [\"alt_mine\"]\nprice = #"),
    (
        "substitution",
        "from_material = \"ore\"\nto_material = \"alt\"\nplaces = [\"BBB\"]\nshare = #\nramp_months = @",
    ),
    ("offtake", "plant = \"mine\"\nbuyers = [\"BBB\"]\nshare = #"),
    ("diversification", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = #"),
    ("sharing_agreement", "places = [\"BBB\", \"CCC\"]\nmaterials = [\"ore\"]\nshare = #"),
    ("support_package", "plants = [\"mine\"]\nrelief = #\nlag_months = 1"),
    ("warning", "places = [\"BBB\"]\nlead_days = @\nfront_loading = #"),
    ("corridor", "exporters = [\"AAA\"]\ncapacity_per_year = @\nadded_days = @"),
    ("corridor", "importers = [\"BBB\"]\nramp_months = @"),
    ("ownership", "plants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = #\nramp_months = @"),
    ("ownership", "places = [\"AAA\"]\nheld_by = [\"BBB\"]\nheld = #"),
];

/// Members of the joint stock that leave it and come back.
const LEAVES: &str = "[hazard.leaves]\nkind = \"member_withdrawal\"\nmembers = [\"BBB\", \"CCC\"]\n\
                      onset = { poisson = { per_year = 2 } }\nduration_months = 3\n";

/// A policy of random measures of random strength.
fn combination(dice: &mut Dice) -> String {
    let (mut tables, mut uses) = (String::new(), Vec::new());
    for (n, (kind, keys)) in MEASURES.iter().enumerate() {
        if dice.chance(0.5) {
            continue;
        }
        let share = dice.pick(&[0.2, 0.5, 0.9, 1.0]).to_string();
        let amount = dice.pick(&["0", "1.5", "7", "60"]);
        tables += &format!("[{kind}.m{n}]\n{}\n", keys.replace('#', &share).replace('@', amount));
        uses.push(format!("\"{kind}.m{n}\""));
    }
    let allocation = dice.pick(&["pro_rata", "priority", "rated"]);
    let floor = dice.pick(&["", "floor = { civil = 0.4 }\n", "floor = { civil = 1 }\n"]);
    let rule = format!("allocation = \"{allocation}\"\n{floor}");
    format!("{LEAVES}{tables}[policy.tested]\n{rule}use = [{}]\n", uses.join(", "))
}

fn blocks(model: &Model, mut see: impl FnMut(usize, &State, &State)) {
    let policy = &model.policies[0];
    let reach = shortfall::hazards::reach(&model.hazards);
    let plan = Plan::new(&model.baseline, &policy.rules, reach);
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    // Twice, so that what one block leaves behind would show.
    for first_run in [0, 8] {
        let block = Block { seed: 1, draw: 0, first_run, n_runs: WIDTH };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        let mut before = State::new(&plan);
        workspace.simulate(&history, &block, |step, state| {
            see(step, &before, state);
            before = state.clone();
        });
    }
}

fn close(what: &str, found: f64, expected: f64, scale: f64) {
    let gap = (found - expected).abs();
    assert!(gap <= 1e-9 * expected.abs().max(scale), "{what}: {found:e} for {expected:e}");
}

#[test]
fn nothing_is_lost_or_negative_under_any_combination_of_measures() {
    for seed in 0..COMBINATIONS {
        let mut dice = Dice::new(seed, "combination");
        let policy = combination(&mut dice);
        let model = busy(&policy).model();
        let network = &model.baseline.network;
        blocks(&model, |step, before, after| {
            let here = format!("combination {seed}, step {step}\n{policy}");
            for run in 0..WIDTH {
                let at = |rows: &[Row], index: usize| rows[index].0[run];
                for (e, origin) in network.origins.iter().enumerate() {
                    let made: f64 = origin.plants.clone().map(|j| at(&after.output, j)).sum();
                    let shipped: f64 = origin.lanes.clone().map(|l| at(&after.shipped, l)).sum();
                    let expected = at(&before.unsold, e) + made - shipped;
                    close(&here, at(&after.unsold, e), expected, made.max(1e-3));
                }
                for (g, material) in network.materials.iter().enumerate() {
                    let sum =
                        |rows: &[Row], here: std::ops::Range<usize>| here.map(|i| at(rows, i)).sum::<f64>();
                    let held = |rows: &[Row]| -> f64 {
                        let stockpiles = model.policies[0].rules.stockpiles.iter().enumerate();
                        stockpiles.filter(|(_, k)| k.material.index() == g).map(|(k, _)| at(rows, k)).sum()
                    };
                    let there = |state: &State| {
                        sum(&state.inventory, material.destinations.clone())
                            + sum(&state.under_way, material.destinations.clone())
                            + held(&state.stock)
                    };
                    let users =
                        material.destinations.clone().flat_map(|i| network.destinations[i].consumers.clone());
                    let used: f64 = users.map(|d| at(&after.served, d) + at(&after.recovered, d)).sum();
                    let came = sum(&after.shipped, material.lanes.clone());
                    let expected = there(before) + came - used - held(&after.spoiled);
                    close(&here, there(after), expected, used.max(1e-3));
                }
                for d in 0..after.demand.len() {
                    let [needed, asked, served] =
                        [&after.requirement, &after.demand, &after.served].map(|rows| at(rows, d));
                    assert!(
                        0.0 <= served && served <= asked && asked <= needed && needed.is_finite(),
                        "{here}"
                    );
                }
                let amounts =
                    [&after.inventory, &after.unsold, &after.stock, &after.under_way, &after.output];
                let sound = |row: &Row| row.0[run] >= 0.0 && row.0[run].is_finite();
                assert!(amounts.iter().all(|rows| rows.iter().all(sound)), "{here}");
            }
        });
    }
}

#[test]
fn what_is_eased_in_one_block_leaves_nothing_behind_for_the_next() {
    let eased = "[corridor.a]\nexporters = [\"AAA\"]\nramp_months = 7\nadded_days = 9\n\
                 [ownership.b]\nplants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = 0.4\n\
                 [policy.tested]\nuse = [\"corridor.a\", \"ownership.b\"]\n";
    let model = busy(eased).model();
    let policy = &model.policies[0];
    let plan = Plan::new(&model.baseline, &policy.rules, shortfall::hazards::reach(&model.hazards));
    let of = |blocks: &[u64]| {
        let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
        let run = |first_run: &u64| {
            let block = Block { seed: 1, draw: 0, first_run: *first_run, n_runs: WIDTH };
            let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
            workspace.simulate(&history, &block, |_, _| {})
        };
        blocks.iter().map(run).last().expect("a block")
    };
    assert_eq!(of(&[0, 8]), of(&[8]));
}

#[test]
fn pipelines_have_room_for_detours_on_top_of_what_events_add() {
    let keys =
        "[corridor.x]\nexporters = [\"AAA\"]\nadded_days = 61\n[policy.tested]\nuse = [\"corridor.x\"]\n";
    let model = busy(keys).model();
    let plan = Plan::new(&model.baseline, &model.policies[0].rules, weather::REACH);
    let room = plan.lanes.route.iter().map(|route| route.longest_delay).fold(0.0, f64::max);
    assert!((room - (weather::LONGEST_DELAY + 61.0 / 30.4375)).abs() < 1e-12, "{room}");
}
