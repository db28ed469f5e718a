//! What is told of a run.

use super::text::{amount, paragraph, percent};
use crate::ensemble::{Again, Which};
use crate::exposure::Event;
use crate::metrics::SHORT_RUN;
use crate::metrics::{Outcome, StockOutcome};
use crate::network::Clock;
use crate::results::Subject;
use crate::units::{DAYS_PER_YEAR, MONTHS_PER_YEAR, StepLength};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// A hazard with more events than this in a run is told of in one line.
const MANY: usize = 4;
/// Things touched that are named; of the rest the number is told.
const NAMED: usize = 6;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A run in numbers, named as the columns of the tables are.
#[derive(Debug, Serialize)]
pub(super) struct Tale {
    title: String,
    policy: String,
    point: u64,
    draw: u64,
    run: u64,
    weight: f64,
    start: String,
    end: String,
    step: &'static str,
    steps: usize,
    events: Vec<Happening>,
    users: Vec<User>,
    stockpiles: Vec<Stock>,
    /// Of the policy, all parties and items together; null if it has no accounts.
    cost_usd: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Happening {
    hazard: String,
    kind: &'static str,
    number: u32,
    start_months: f64,
    /// Null: without end.
    end_months: Option<f64>,
    severity: f64,
    touched: String,
    cause: String,
    /// In words.
    from: String,
    until: String,
}

#[derive(Debug, Serialize)]
struct User {
    material: String,
    place: String,
    sector: String,
    unit: String,
    requirement: f64,
    shortfall: f64,
    shortfall_share: f64,
    steps_short: f64,
    longest_short_steps: f64,
    worst_step_shortfall: f64,
    first_short_step: Option<u32>,
    recovery_steps: Option<u32>,
    price_peak: f64,
    shortage_cost_usd: Option<f64>,
    /// In words.
    name: String,
    first_short: Option<String>,
    recovered: Option<String>,
}

#[derive(Debug, Serialize)]
struct Stock {
    stockpile: String,
    unit: String,
    /// Null: unlimited.
    target: Option<f64>,
    released: f64,
    bought: f64,
    lowest_level: f64,
    steps_empty: f64,
    required: f64,
}

impl Tale {
    /// Of a run under the policy of this position.
    pub(super) fn new(again: &Again, which: Which, policy: usize) -> Tale {
        let (model, network) = (&again.model, &again.model.baseline.network);
        let chosen = &model.policies[policy];
        let clock = network.clock;
        let subject = Subject::new(&model.baseline, &model.hazards, &[chosen], None);
        let mut events: Vec<Happening> = again
            .events
            .iter()
            .map(|event| {
                let drawn = &model.hazards[event.hazard as usize];
                happening(event, &drawn.name, drawn.kind, &subject, clock)
            })
            .collect();
        events.sort_by(|a, b| a.start_months.total_cmp(&b.start_months));
        let users = network.consumers.iter().zip(&again.metrics.outcomes).map(|(consumer, outcome)| {
            let destination = &network.destinations[consumer.destination.index()];
            let material = &network.materials[destination.material.index()];
            let place = &network.places[destination.place.index()];
            let sector = &network.sectors[consumer.sector];
            let codes = [&material.code, &place.code, sector, &material.unit].map(String::clone);
            user(outcome, codes, format!("{} in {}, {sector}", material.name, place.name), clock)
        });
        let mut users: Vec<User> = users.collect();
        users.sort_by(|a, b| b.shortfall_share.total_cmp(&a.shortfall_share));
        let stockpiles = chosen.rules.stockpiles.iter().zip(&again.metrics.stockpiles);
        let stockpiles = stockpiles.map(|(stockpile, found)| {
            let unit = &network.materials[stockpile.material.index()].unit;
            stock(&stockpile.name, unit, (!stockpile.unlimited()).then_some(stockpile.target), found)
        });
        let costs = &again.metrics.costs;
        let step = model.scenario.time.step;
        let named = StepLength::ALL.iter().find(|(_, length)| *length == step);
        Tale {
            title: model.scenario.title.clone(),
            policy: chosen.name.clone(),
            point: which.point,
            draw: which.draw,
            run: which.run,
            weight: again.metrics.weight,
            start: month(clock, 0.0),
            end: month(clock, clock.n_steps as f64 * clock.dt * MONTHS_PER_YEAR),
            step: named.map_or("step", |(name, _)| name),
            steps: clock.n_steps,
            events,
            users,
            stockpiles: stockpiles.collect(),
            cost_usd: (!costs.is_empty()).then(|| costs.iter().sum()),
        }
    }

    /// Writes it for people; `most`: users told of at most.
    pub(super) fn write(&self, most: usize, out: &mut impl Write) -> Result<()> {
        writeln!(out, "{}: run {} under policy {}", self.title, self.run, self.policy)?;
        writeln!(
            out,
            "{} to {}, {} {}s; point {}, draw {}, weight {}",
            self.start,
            self.end,
            self.steps,
            self.step,
            self.point,
            self.draw,
            amount(self.weight)
        )?;
        writeln!(out, "\nWhat happened")?;
        self.write_events(out)?;
        writeln!(out, "\nWho ran short")?;
        self.write_users(most, out)?;
        if !self.stockpiles.is_empty() {
            writeln!(out, "\nWhat was in stock")?;
        }
        for stock in &self.stockpiles {
            paragraph(out, 2, &self.of_stock(stock))?;
        }
        if let Some(cost) = self.cost_usd {
            writeln!(out, "\nThe policy costs {} USD over the horizon.", amount(cost))?;
        }
        Ok(())
    }

    fn write_events(&self, out: &mut impl Write) -> Result<()> {
        let mut of_hazard: BTreeMap<&str, Vec<&Happening>> = BTreeMap::new();
        for event in &self.events {
            of_hazard.entry(&event.hazard).or_default().push(event);
        }
        if self.events.is_empty() {
            writeln!(out, "  Nothing.")?;
        }
        for event in self.events.iter().filter(|event| of_hazard[event.hazard.as_str()].len() <= MANY) {
            let line = format!(
                "{} to {}: {} ({}), severity {}, touches {}; {}",
                event.from,
                event.until,
                event.hazard,
                event.kind,
                amount(event.severity),
                some_of(&event.touched),
                event.cause
            );
            paragraph(out, 2, &line)?;
        }
        for (hazard, events) in of_hazard.iter().filter(|(_, events)| events.len() > MANY) {
            let worst = events.iter().fold(0.0_f64, |most, event| most.max(event.severity));
            let line = format!(
                "{} to {}: {} times {hazard} ({}), severity up to {}",
                events[0].from,
                events[events.len() - 1].from,
                events.len(),
                events[0].kind,
                amount(worst)
            );
            paragraph(out, 2, &line)?;
        }
        Ok(())
    }

    fn write_users(&self, most: usize, out: &mut impl Write) -> Result<()> {
        let short = self.users.iter().filter(|user| user.shortfall_share > SHORT_RUN).count();
        for user in self.users.iter().take(short.min(most)) {
            paragraph(out, 2, &self.of_user(user))?;
        }
        let told = short.min(most);
        if told < short {
            writeln!(out, "  {} more of {} users ran short", short - told, self.users.len())?;
        }
        writeln!(
            out,
            "  {} of {} users did not: at most {} of their requirement was missing",
            self.users.len() - short,
            self.users.len(),
            percent(SHORT_RUN)
        )
    }

    fn of_user(&self, user: &User) -> String {
        let Tale { step, .. } = self;
        let mut text = format!(
            "{}: {} of {} {} missing ({}), {} in the worst {step}",
            user.name,
            amount(user.shortfall),
            amount(user.requirement),
            plural(&user.unit),
            percent(user.shortfall_share),
            amount(user.worst_step_shortfall),
        );
        if let Some(first) = &user.first_short {
            text += &format!("; short from {first}, {} {step}s in all", amount(user.steps_short));
            text += &format!(", {} in a row", amount(user.longest_short_steps));
            text += &match &user.recovered {
                Some(month) => format!("; over by {month}"),
                None => "; still short at the end".to_owned(),
            };
        }
        text += &format!("; price up to {} times the baseline's", amount(user.price_peak));
        if let Some(cost) = user.shortage_cost_usd {
            text += &format!("; it costs the user {} USD", amount(cost));
        }
        text
    }

    fn of_stock(&self, stock: &Stock) -> String {
        let (stockpile, unit) = (&stock.stockpile, plural(&stock.unit));
        match stock.target {
            None => format!(
                "{stockpile}, unlimited: {} {unit} released; {} {unit} would have sufficed",
                amount(stock.released),
                amount(stock.required)
            ),
            Some(target) => format!(
                "{stockpile}, {} {unit}: {} released, {} bought; {} at the lowest, empty at the end of {} {}s; {} {unit} would \
                 have sufficed",
                amount(target),
                amount(stock.released),
                amount(stock.bought),
                amount(stock.lowest_level),
                amount(stock.steps_empty),
                self.step,
                amount(stock.required)
            ),
        }
    }
}

fn happening(event: &Event, name: &str, kind: &'static str, subject: &Subject, clock: Clock) -> Happening {
    let horizon = clock.n_steps as f64 * clock.dt;
    let until = match event.end {
        end if end == f64::INFINITY => "without end".to_owned(),
        end if end > horizon => "beyond the horizon".to_owned(),
        end => month(clock, end * MONTHS_PER_YEAR),
    };
    Happening {
        hazard: name.to_owned(),
        kind,
        number: event.number,
        start_months: event.start * MONTHS_PER_YEAR,
        end_months: event.end.is_finite().then_some(event.end * MONTHS_PER_YEAR),
        severity: event.severity,
        touched: subject.touched(event).into_owned(),
        cause: subject.cause(event).into_owned(),
        from: month(clock, event.start * MONTHS_PER_YEAR),
        until,
    }
}

fn user(outcome: &Outcome, [material, place, sector, unit]: [String; 4], name: String, clock: Clock) -> User {
    let whole = &outcome.whole;
    let at = |step: u32| month(clock, f64::from(step) * clock.dt * MONTHS_PER_YEAR);
    let over = outcome.first_short.zip(outcome.recovery_steps).map(|(first, steps)| at(first + steps));
    User {
        material,
        place,
        sector,
        unit,
        requirement: whole.requirement,
        shortfall: whole.shortfall(),
        shortfall_share: whole.shortfall_share(),
        steps_short: whole.steps_short,
        longest_short_steps: whole.longest_short,
        worst_step_shortfall: whole.worst_step,
        first_short_step: outcome.first_short,
        recovery_steps: outcome.recovery_steps,
        price_peak: outcome.price_peak,
        shortage_cost_usd: outcome.shortage_cost,
        name,
        first_short: outcome.first_short.map(at),
        recovered: over,
    }
}

fn stock(name: &str, unit: &str, target: Option<f64>, found: &StockOutcome) -> Stock {
    Stock {
        stockpile: name.to_owned(),
        unit: unit.to_owned(),
        target,
        released: found.released,
        bought: found.bought,
        lowest_level: found.lowest,
        steps_empty: found.steps_empty,
        required: found.required,
    }
}

/// `a, b, c and 7 more`.
fn some_of(touched: &str) -> String {
    let names: Vec<&str> = touched.split(", ").collect();
    match names.len().checked_sub(NAMED) {
        None | Some(0) => touched.to_owned(),
        Some(more) => format!("{} and {more} more", names[..NAMED].join(", ")),
    }
}

/// Units that are words, such as pack or drone, in the plural.
fn plural(unit: &str) -> String {
    let is_word = unit.len() > 2 && unit.chars().all(char::is_alphabetic);
    format!("{unit}{}", if is_word { "s" } else { "" })
}

/// `Mar 2028`: the month in which a time lies, months from the start of the horizon.
fn month(clock: Clock, months: f64) -> String {
    let days = (months / MONTHS_PER_YEAR * DAYS_PER_YEAR).round() as i64;
    let day = clock.start.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default());
    format!("{} {}", MONTHS[day.month() as usize - 1], day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_and_words_take_their_plural() {
        assert_eq!(some_of("a, b, c, d, e, f"), "a, b, c, d, e, f");
        assert_eq!(some_of("a, b, c, d, e, f, g, h"), "a, b, c, d, e, f and 2 more");
        assert_eq!(["pack", "t", "kg", "m3"].map(plural), ["packs", "t", "kg", "m3"]);
    }

    #[test]
    fn times_are_told_by_their_month() {
        let clock = Clock { start: jiff::civil::date(2027, 1, 1), dt: 1.0 / 12.0, n_steps: 60 };
        let told = [-0.5, 0.0, 0.9, 1.5, 12.0, 59.9].map(|months| month(clock, months));
        assert_eq!(told, ["Dec 2026", "Jan 2027", "Jan 2027", "Feb 2027", "Jan 2028", "Dec 2031"]);
    }
}
