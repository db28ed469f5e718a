//! `[time]`, `[run]`, `[network]`, `[blocs]` and `[market]`.

use super::body::Body;
use super::keys;
use super::limits::{MOST_CELLS, MOST_TRANSIT_DAYS};
use super::names;
use super::problem::{Location, Problems};
use super::rows::PlaceNames;
use super::tables::{BlocRow, MaterialRow};
use super::until;
use super::value::{describe, plain_number, quoted};
use super::{Allocation, Date, PriceMode, Prior, RunSettings, Settings, Surplus, Time};
use crate::units::StepLength;
use toml::de::DeValue;

/// Most steps of a horizon: ten times a century of days. Beyond it stands a slip of the pen, not a question.
const MOST_STEPS: f64 = 365_250.0;

/// Most draws of the uncertain numbers.
const MOST_DRAWS: u64 = 1_000_000;

/// Runs that are simulated side by side, and bytes of a number: what a horizon's memory is estimated with.
const BYTES_PER_STEP_AND_ITEM: f64 = 8.0 * 8.0;

/// Bytes of a gibibyte.
const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// Reads `[time]`; what can't be read is one step from 2000 on, so that later stages can go on.
pub(super) fn time(body: Option<Body<'_>>, top: Location, n_items: usize, problems: &mut Problems) -> Time {
    let fallback = Time {
        start: Date::constant(2000, 1, 1),
        years: StepLength::Month.years(),
        step: StepLength::Month,
        n_steps: 1,
        at: top,
    };
    let Some(mut body) = body else { return fallback };
    body.required("start", "start = \"2027-01-01\"", problems);
    body.required("years", "years = 5", problems);
    let start = body.date("start", problems).unwrap_or(fallback.start);
    let step = body.choice("step", &StepLength::ALL, problems).unwrap_or(StepLength::Month);
    let years = body.positive("years", problems).unwrap_or(step.years());
    let at = body.location("years");
    // A horizon of whole steps stays one: 5 years are 60 months although 5 / (1/12) is a bit above 60.
    let n_steps = (years / step.years() * (1.0 - 1e-12)).ceil().max(1.0);
    body.finish(&keys::TIME.names(), problems);
    let cells = n_steps * n_items.max(1) as f64;
    if n_steps > MOST_STEPS || cells > MOST_CELLS {
        let gib = cells * BYTES_PER_STEP_AND_ITEM / GIB;
        let message = format!(
            "[time]: years: {years} years are {n_steps:.0} steps, which would take some {gib:.0} GiB of memory"
        );
        problems.error(
            at,
            message,
            Some(format!(
                "at most {MOST_STEPS} steps are allowed, and {MOST_CELLS} steps times rows of plants, lanes and consumers; take \
                 longer steps or fewer years"
            )),
        );
        return Time { start, step, ..fallback };
    }
    Time { start, years, step, n_steps: n_steps as usize, at }
}

/// Reads `[run]`.
pub(super) fn run(body: Option<Body<'_>>, problems: &mut Problems) -> RunSettings {
    let default = |name: &str| keys::RUN.default_number(name) as u64;
    let mut settings = RunSettings { seed: default("seed"), runs: default("runs"), draws: None, until: None };
    let Some(mut body) = body else { return settings };
    if let Some(value) = body.value("seed") {
        match seed(value.get_ref()) {
            Ok(seed) => settings.seed = seed,
            Err((message, hint)) => body.error("seed", &message, hint, problems),
        }
    }
    if let Some(value) = body.value("runs") {
        let whole = match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match whole.filter(|runs| (1..=i64::MAX as u64).contains(runs)) {
            Some(runs) => settings.runs = runs,
            None => {
                let number = plain_number(value.get_ref()).filter(|number| *number >= 1.0 && *number < 1e15);
                let hint = number.map(|number| format!("write {}", number.trunc()));
                let message = format!(
                    "{} is no number of runs: a whole number of at least 1",
                    describe(value.get_ref())
                );
                body.error("runs", &message, hint, problems);
            }
        }
    }
    if body.has("draws") {
        settings.draws = body.whole("draws", problems);
        if let Some(draws) = settings.draws.filter(|draws| !(1..=MOST_DRAWS).contains(draws)) {
            let message = format!("{draws} is no number of draws: a whole number from 1 to {MOST_DRAWS}");
            body.error("draws", &message, None, problems);
            settings.draws = None;
        }
    }
    let at = body.location("until");
    settings.until = body.table("until", problems).and_then(|until| until::read(until, at, problems));
    if let Some(until) = &settings.until {
        if settings.draws.is_some_and(|draws| draws > 1) {
            let hint = Some(
                "give the number of runs; or leave the numbers that are laws at their central values".into(),
            );
            body.error("until", "more runs do not narrow what the draws leave open", hint, problems);
        }
        if body.has("runs") && settings.runs > until.max_runs {
            let message =
                format!("{} runs are the least, and max_runs = {} the most", settings.runs, until.max_runs);
            body.error("until", &message, None, problems);
        }
        settings.runs = settings.runs.min(until.max_runs);
    }
    body.finish(&keys::RUN.names(), problems);
    settings
}

/// A seed: a TOML integer from 0, or text with digits up to 2^64 − 1.
fn seed(value: &DeValue<'static>) -> Result<u64, (String, Option<String>)> {
    const RANGE: &str = "a seed is a whole number from 0 to 9223372036854775807";
    const AS_TEXT: &str = "above 9223372036854775807, write it as text: \"18446744073709551615\"";
    let refuse = |why: &str, hint: Option<&str>| {
        Err((format!("{} {why}: {RANGE}", describe(value)), hint.map(str::to_string)))
    };
    match value {
        DeValue::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => text
            .parse()
            .or_else(|_| refuse("is out of range", Some("as text, 18446744073709551615 is the largest"))),
        DeValue::String(_) => refuse("is no seed", None),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) if number < 0 => refuse("is negative", None),
            Ok(number) => match i64::try_from(number) {
                Ok(number) => Ok(number as u64),
                Err(_) => refuse("is out of range", Some(AS_TEXT)),
            },
            Err(_) => refuse("is out of range", Some(AS_TEXT)),
        },
        DeValue::Float(_) => refuse("is a float", None),
        _ => refuse("is no seed", None),
    }
}

/// Reads the keys of `[network]` that are no file names, and `[market]`.
pub(super) fn network(
    body: &mut Body<'_>,
    market: Option<Body<'_>>,
    materials: &[MaterialRow],
    problems: &mut Problems,
) -> Settings {
    let prices = [("exogenous", PriceMode::Exogenous), ("endogenous", PriceMode::Endogenous)];
    let allocation =
        [("pro_rata", Allocation::ProRata), ("priority", Allocation::Priority), ("rated", Allocation::Rated)];
    let surplus = [("by_use", Surplus::ByUse), ("by_output", Surplus::ByOutput), ("refuse", Surplus::Refuse)];
    let default = |name: &str| keys::NETWORK.default_number(name);
    let floor = body.positive("price_floor", problems).unwrap_or(default("price_floor"));
    let ceiling = body.positive("price_ceiling", problems).unwrap_or(default("price_ceiling"));
    if floor > 1.0 {
        body.error("price_floor", &format!("{floor} is above 1, the baseline's price"), None, problems);
    }
    if ceiling < 1.0 {
        body.error("price_ceiling", &format!("{ceiling} is below 1, the baseline's price"), None, problems);
    }
    let (market, markets) = super::market::read(market, materials, problems);
    let default_transit_days =
        body.non_negative("default_transit_days", problems).unwrap_or(default("default_transit_days"));
    if default_transit_days > MOST_TRANSIT_DAYS {
        let hint = Some(format!("from 0 to {MOST_TRANSIT_DAYS} days"));
        let message = format!("{default_transit_days} is no time under way");
        body.error("default_transit_days", &message, hint, problems);
    }
    Settings {
        prices: body.choice("prices", &prices, problems).unwrap_or(PriceMode::Exogenous),
        allocation: body.choice("allocation", &allocation, problems).unwrap_or(Allocation::Priority),
        tolerance: body.share("tolerance", problems).unwrap_or(default("tolerance")),
        surplus: body.choice("surplus", &surplus, problems).unwrap_or(Surplus::ByUse),
        prior: body.choice("prior", PRIORS, problems),
        default_transit_days,
        price_bounds: (floor, ceiling),
        discount_rate: body.share("discount_rate", problems).unwrap_or(default("discount_rate")),
        market,
        markets,
    }
}

/// Priors by name.
pub(super) const PRIORS: &[(&str, Prior)] = &[("gravity", Prior::Gravity), ("none", Prior::None)];

/// Reads `[blocs]`.
pub(super) fn blocs(body: Option<Body<'_>>, names: &PlaceNames, problems: &mut Problems) -> Vec<BlocRow> {
    let Some(mut body) = body else { return Vec::new() };
    let mut blocs = Vec::new();
    for bloc in body.keys() {
        if let Some(fault) = names::fault(&bloc) {
            problems.error(bloc.at, format!("[blocs]: {} can't be a name: {fault}", quoted(&bloc)), None);
        }
        let members = body.names(&bloc, problems).unwrap_or_default();
        let places = members.into_iter().map(|place| names.code(place)).collect();
        blocs.push(BlocRow { bloc, places });
    }
    blocs
}
