//! Rates that hang on a price or a stock: which events come of them under each policy, when, and what they move.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod kit;

use kit::{World, assert_close};
use shortfall::ensemble::Model;
use shortfall::exposure::{Cause, Event};
use shortfall::hazards::{left_out, reach};
use shortfall::history;
use shortfall::history::Occurrence;
use shortfall::metrics::RunMetrics;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::step::Plan;

/// What a block of runs comes to.
struct Played {
    /// `[run]`
    events: Vec<Vec<Occurrence>>,
    /// `[policy][run]`
    metrics: Vec<Vec<RunMetrics>>,
    /// Shortfall of the first consumer in run 0: `[policy][step]`.
    shortfall: Vec<Vec<f64>>,
}

fn play(model: &Model, number: u64) -> Played {
    let block = Block { seed: 5, draw: 0, first_run: 8 * number, n_runs: 8 };
    let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
    let (mut late, mut metrics, mut shortfall) = (vec![Vec::new(); 8], Vec::new(), Vec::new());
    for policy in &model.policies {
        let plan = Plan::new(&model.baseline, &policy.rules, reach(&model.hazards));
        let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
        let mut lost = Vec::new();
        metrics.push(workspace.simulate(&history, &block, |_, state| {
            lost.push(state.requirement[0].0[0] - state.served[0].0[0]);
        }));
        shortfall.push(lost);
        late.iter_mut().zip(workspace.late_events()).for_each(|(run, events)| run.push(events));
    }
    let events = history.events.iter().zip(&late);
    let events = events.map(|(common, late)| Occurrence::of_run(common.clone(), late)).collect();
    Played { events, metrics, shortfall }
}

fn named(model: &Model, name: &str) -> u32 {
    model.hazards.iter().position(|drawn| drawn.name == name).unwrap() as u32
}

/// Events of a hazard in run 0 under a policy.
fn of<'a>(model: &Model, played: &'a Played, name: &str, policy: usize) -> Vec<&'a Event> {
    let hazard = named(model, name);
    let rows = played.events[0].iter().filter(|row| row.policy.is_none_or(|own| own == policy));
    rows.map(|row| &row.event).filter(|event| event.hazard == hazard).collect()
}

fn month(event: &Event) -> f64 {
    12.0 * event.start
}

/// AAA makes 10 a month for BBB, where a stockpile holds 30 under the second policy.
fn world() -> World {
    World::new(12)
        .material("ore")
        .plant("mine", "ore", "AAA", 20.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .toml(
            "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 30\n[policy.none]\n\
             [policy.held]\nuse = [\"stockpile.reserve\"]",
        )
}

fn ban(name: &str, rate: f64, months: f64, lines: &str) -> String {
    format!(
        "[hazard.{name}]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nmaterials = [\"ore\"]\nform = \"ban\"\n\
         onset = {{ poisson = {{ per_year = {rate} }} }}\nduration_months = {months}\n{lines}\n"
    )
}

/// A ban that hardly ever comes, and a hundred times a month once the condition holds.
fn triggered(condition: &str) -> String {
    ban("ban", 0.0012, 0.5, &format!("rate_when = [{{ {condition}, factor = 1e6 }}]"))
}

/// The price falls or rises by half in months 3 to 5 of run 0.
fn shock(direction: &str) -> World {
    let shock = format!(
        "[hazard.shock]\nkind = \"price_shock\"\nmaterials = [\"ore\"]\ndirection = \"{direction}\"\nseverity = 0.5\n\
         onset = {{ catalogue = \"events.csv\" }}\n"
    );
    world().event("shock", 3.0, 6.0).toml(&shock)
}

/// Share of each month that passes, if every event closes the lane and several multiply.
fn open(events: &[&Event]) -> Vec<f64> {
    let covered = |event: &Event, step: usize| {
        let (from, until) = (step as f64 / 12.0, (step + 1) as f64 / 12.0);
        12.0 * (event.end.min(until) - event.start.max(from)).max(0.0)
    };
    (0..12).map(|step| events.iter().map(|event| 1.0 - covered(event, step)).product()).collect()
}

/// The events of a condition that holds at the beginning of steps `from` to `until`.
#[track_caller]
fn assert_between(model: &Model, policy: usize, from: f64, until: f64) {
    let played = play(model, 0);
    let events = of(model, &played, "ban", policy);
    assert!(events.len() > 20, "{}", events.len());
    assert!(events.iter().all(|event| event.cause == Cause::Trigger(0)));
    assert!(month(events[0]) >= from && month(events[0]) < from + 0.2, "{}", month(events[0]));
    let last = month(events[events.len() - 1]);
    assert!(last < until && last > until - 0.2, "{last}");
    if policy == 0 {
        for (step, open) in open(&events).into_iter().enumerate() {
            assert_close(played.shortfall[0][step], 10.0 * (1.0 - open));
        }
    }
}

#[test]
fn a_low_price_acts_from_the_step_after_it_and_as_long_as_it_lasts() {
    let below = |threshold: &str| {
        shock("fall").toml(&triggered(&format!("price_below = {threshold}, material = \"ore\""))).model()
    };
    assert_between(&below("0.6"), 0, 4.0, 7.0);
    let model = below("0.4");
    assert!(of(&model, &play(&model, 0), "ban", 0).is_empty(), "the price is not as low as that");
}

#[test]
fn a_high_price_acts_from_the_step_after_it_and_as_long_as_it_lasts() {
    let above = |threshold: &str| {
        let condition = format!("price_above = {threshold}, material = \"ore\", place = \"BBB\"");
        shock("rise").toml(&triggered(&condition)).model()
    };
    assert_between(&above("1.4"), 0, 4.0, 7.0);
    let model = above("1.6");
    assert!(of(&model, &play(&model, 0), "ban", 0).is_empty(), "the price is not as high as that");
}

#[test]
fn a_low_stock_acts_from_the_step_after_it_and_only_under_the_policy_that_holds_it() {
    let fire =
        "[hazard.fire]\nkind = \"outage\"\nplants = [\"mine\"]\nonset = { catalogue = \"events.csv\" }\n";
    // The mine stands still from month 2 to month 7: the stock ends these months at 20, 10, 0.
    let below = |share: &str| {
        let condition = format!("stock_below = {share}, stockpile = \"reserve\"");
        world().event("fire", 2.0, 8.0).toml(fire).toml(&triggered(&condition)).model()
    };
    for (share, first) in [("0.7", 3.0), ("0.5", 4.0), ("0.3", 5.0)] {
        let model = below(share);
        assert_between(&model, 1, first, 12.0);
        let played = play(&model, 0);
        assert!(of(&model, &played, "ban", 0).is_empty(), "a policy without the stock has none to run low");
        let hazard = named(&model, "ban");
        let rows = played.events[0].iter().filter(|row| row.event.hazard == hazard);
        assert!(rows.clone().count() > 20 && rows.clone().all(|row| !row.common && row.policy == Some(1)));
    }
}

/// Hazards that act on one lane and hang on each other in every way, with the rate of `b` and its condition.
fn tangled(rate: f64, condition: &str) -> Model {
    // A law that reaches out of the bounds is cut there: some bans are whole.
    let soft = "severity = { uniform = { low = 0.1, high = 1.5 } }\n";
    let a =
        ban("a", 1.0, 3.0, &format!("{soft}excites = {{ b = {{ extra_events = 0.4, decay_months = 3 }} }}"));
    let b = ban(
        "b",
        rate,
        4.0,
        &format!(
            "{soft}{condition}\nregime = {{ mood = {{ calm = 0.5, tense = 2 }} }}\nrecovery_months = 2\nescalates = {{ d = {{ probability = \
             0.5, after_months = 1, ends_this = true }} }}"
        ),
    );
    let c = ban("c", 2.0, 2.0, soft);
    let d =
        ban("d", 0.0, 5.0, &format!("{soft}excites = {{ d = {{ extra_events = 0.2, decay_months = 3 }} }}"))
            .replace("{ poisson = { per_year = 0 } }", "\"none\"");
    let rest = "[regime.mood]\nstates = [\"calm\", \"tense\"]\nper_year = { calm = { tense = 2 }, tense = { calm = 2 } }\n\
                [settlement.talks]\nonset = { poisson = { per_year = 1 } }\nends = [\"a\", \"b\", \"d\"]\nprobability = 0.5\n\
                [settlement.truce]\nonset = { poisson = { per_year = 0.7 } }\nsuspends = [\"*\"]\nsuspends_months = 1.5\n";
    world().toml(&[&a, &b, &c, &d, rest].concat()).model()
}

/// Events as they are, told apart by what brought them about only if that is another event.
fn plain(rows: &[Vec<Occurrence>]) -> Vec<Vec<Occurrence>> {
    let mut rows = rows.to_vec();
    for row in rows.iter_mut().flatten() {
        if let Cause::Trigger(_) = row.event.cause {
            row.event.cause = Cause::Onset;
        }
    }
    rows
}

#[test]
fn a_condition_that_always_holds_is_a_rate_so_many_times_as_high() {
    let always = "rate_when = [{ price_above = 0.01, material = \"ore\", factor = 8 }]";
    let (late, plain_rate) = (tangled(0.25, always), tangled(2.0, ""));
    let (mut n, mut raised) = (0, 0);
    for number in 0..25 {
        let (one, other) = (play(&late, number), play(&plain_rate, number));
        assert_eq!(plain(&one.events), other.events);
        assert_eq!(one.metrics, other.metrics, "to the last bit");
        n += other.events.concat().len();
        raised += one.events.concat().iter().filter(|row| row.event.cause == Cause::Trigger(0)).count();
    }
    assert!(n > 1500 && raised > 150, "{raised} of {n}");
}

#[test]
fn a_factor_of_one_and_a_condition_that_never_holds_change_nothing() {
    let plain_rate = tangled(2.0, "");
    for condition in [
        "rate_when = [{ price_above = 0.01, material = \"ore\", factor = 1 }]",
        "rate_when = [{ price_below = 0.01, material = \"ore\", factor = 50 }]",
        "rate_when = { stock_below = 0, stockpile = \"reserve\", factor = 50 }",
    ] {
        let late = tangled(2.0, condition);
        for number in 0..5 {
            let (one, other) = (play(&late, number), play(&plain_rate, number));
            assert_eq!((one.events, one.metrics), (other.events, other.metrics), "{condition}");
        }
    }
}

#[test]
fn a_factor_of_zero_keeps_what_others_bring_about_and_nothing_else() {
    let never = tangled(2.0, "rate_when = [{ price_above = 0.01, material = \"ore\", factor = 0 }]");
    let b = named(&never, "b");
    let rows = (0..10).flat_map(|number| play(&never, number).events.concat());
    let own: Vec<Occurrence> = rows.filter(|row| row.event.hazard == b).collect();
    assert!(own.len() > 10 && own.iter().all(|row| matches!(row.event.cause, Cause::Excited(_))));
}

#[test]
fn expected_numbers_say_that_they_leave_the_factors_out() {
    let model = tangled(1.0, "rate_when = [{ price_below = 0.5, material = \"ore\", factor = 3 }]");
    let said = left_out(&model.hazards);
    let of = |name: &str| &said[named(&model, name) as usize];
    assert_eq!(*of("b"), ["the factors of its rate_when"]);
    assert!(of("d").contains(&"events that come of what b leaves out".to_owned()), "{:?}", of("d"));
    assert!(of("a").is_empty() && of("c").is_empty());
}

#[test]
fn where_the_condition_never_differs_events_are_the_same_under_every_policy() {
    let model = shock("fall").toml(&triggered("price_below = 0.6, material = \"ore\"")).model();
    let rows = play(&model, 0).events.concat();
    assert!(rows.len() > 20 && rows.iter().all(|row| row.common && row.policy.is_none()));
}

#[test]
fn a_triggered_hazard_moves_no_draw_of_another() {
    let act = "[hazard.act]\nkind = \"political_act\"\nonset = { poisson = { per_year = 1 } }\nduration_months = 3\n\
               rate_when = [{ stock_below = 0.9, stockpile = \"reserve\", factor = 20 }]\n";
    let fires =
        ban("ban", 2.0, 2.0, "") + &ban("other", 1.0, 3.0, "severity = { uniform = { low = 0, high = 1 } }");
    let (without, with) = (world().toml(&fires).model(), world().toml(&fires).toml(act).model());
    let mut acts = 0;
    for number in 0..5 {
        let (before, after) = (play(&without, number), play(&with, number));
        assert_eq!(before.metrics, after.metrics);
        let act = named(&with, "act");
        let others = |rows: &Vec<Occurrence>| -> Vec<Occurrence> {
            let others = rows.iter().filter(|row| row.event.hazard != act).cloned();
            // `act` is the first by name.
            others
                .map(|row| Occurrence { event: Event { hazard: row.event.hazard - 1, ..row.event }, ..row })
                .collect()
        };
        assert_eq!(before.events, after.events.iter().map(others).collect::<Vec<_>>());
        acts += after.events.concat().iter().filter(|row| row.event.hazard == act).count();
    }
    assert!(acts > 40, "{acts}");
}

#[test]
fn an_event_that_only_moved_under_a_policy_is_common_and_one_that_it_alone_has_is_not() {
    let event = |start: f64, end: f64| Event {
        hazard: 1,
        number: 0,
        start,
        end,
        severity: 1.0,
        picked: None,
        cause: Cause::Onset,
    };
    let common = vec![Event { hazard: 0, ..event(3.0, 4.0) }, Event { hazard: 2, ..event(0.0, 4.0) }];
    let late =
        [vec![event(1.0, 2.0), event(2.0, 3.0)], vec![event(1.0, 2.0), event(2.0, 2.5), event(2.2, 3.0)]];
    let rows = Occurrence::of_run(common, &late);
    let told: Vec<(u32, f64, f64, Option<usize>, bool)> = rows
        .iter()
        .map(|row| (row.event.hazard, row.event.start, row.event.end, row.policy, row.common))
        .collect();
    let expected = [
        (0, 3.0, 4.0, None, true),
        (1, 1.0, 2.0, None, true),
        (1, 2.0, 3.0, Some(0), true),
        (1, 2.0, 2.5, Some(1), true),
        (1, 2.2, 3.0, Some(1), false),
        (2, 0.0, 4.0, None, true),
    ];
    assert_eq!(told, expected);
}
