//! `[market]` and `[market.MATERIAL]`: each field's key, bound and place in [`Market`], once.

use super::Market;
use super::body::Body;
use super::keys::MARKET;
use super::problem::{At, Problems};
use super::settings::PRIORS;
use super::tables::MaterialRow;

/// How a key is read.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    NonNegative,
    Positive,
    Share,
    /// At least 0, or this word for no bound.
    Or(&'static str),
}

/// A number of a market: its key, how it is read, and where it goes.
type Field = (&'static str, Reading, fn(&mut Market) -> &mut f64);

const FIELDS: &[Field] = &[
    ("cover_days", Reading::NonNegative, |market| &mut market.cover_days),
    ("adjustment_days", Reading::Positive, |market| &mut market.adjustment_days),
    ("unsold_days", Reading::NonNegative, |market| &mut market.unsold_days),
    ("unsold_adjustment_days", Reading::Positive, |market| &mut market.unsold_adjustment_days),
    ("storage_days", Reading::Or("unlimited"), |market| &mut market.storage_days),
    ("spot_share", Reading::Share, |market| &mut market.spot_share),
    ("contract_share", Reading::Share, |market| &mut market.contract_share),
    ("contract_lag_days", Reading::NonNegative, |market| &mut market.contract_lag_days),
    ("home_share", Reading::Share, |market| &mut market.home_share),
    ("switching_per_year", Reading::NonNegative, |market| &mut market.switching_per_year),
    ("price_cover", Reading::NonNegative, |market| &mut market.price_cover),
    ("price_unsold", Reading::NonNegative, |market| &mut market.price_unsold),
    ("price_utilisation", Reading::NonNegative, |market| &mut market.price_utilisation),
    ("price_unserved", Reading::NonNegative, |market| &mut market.price_unserved),
    ("price_fear", Reading::NonNegative, |market| &mut market.price_fear),
    ("price_cost", Reading::Share, |market| &mut market.price_cost),
    ("elasticity_later", Reading::NonNegative, |market| &mut market.elasticity_later),
    ("capacity_later", Reading::NonNegative, |market| &mut market.capacity_later),
    ("later_days", Reading::Positive, |market| &mut market.later_days),
    ("price_days", Reading::Positive, |market| &mut market.price_days),
    ("hoarding", Reading::NonNegative, |market| &mut market.hoarding),
    ("front_loading", Reading::NonNegative, |market| &mut market.front_loading),
];

/// The word for a need that is not smoothed but stays the baseline's.
const BASELINE: &str = "baseline";

/// Reads the market of every material, and those of single materials over it, sorted by material.
pub(super) fn read(
    body: Option<Body<'_>>,
    materials: &[MaterialRow],
    problems: &mut Problems,
) -> (Market, Vec<(At<String>, Market)>) {
    let mut market = defaults();
    let mut markets = Vec::new();
    let mut written = Vec::new();
    let mut by_material: Vec<Vec<String>> = Vec::new();
    if let Some(mut body) = body {
        let inner: Vec<At<String>> =
            body.keys().into_iter().filter(|key| body.is_table(key) && !is_field(key)).collect();
        fill(&mut market, &mut body, problems);
        written = body.keys().into_iter().map(|key| key.value).collect();
        for material in inner {
            let Some(mut table) = body.table(&material, problems) else { continue };
            by_material.push(table.keys().into_iter().map(|key| key.value).collect());
            let mut own = market.clone();
            fill(&mut own, &mut table, problems);
            table.finish(&MARKET.names(), problems);
            markets.push((material, own));
        }
        body.finish(&MARKET.names(), problems);
    }
    markets.sort_by(|a, b| a.0.value.cmp(&b.0.value));
    let everywhere = |key: &str| {
        by_material.len() >= materials.len()
            && by_material.iter().all(|keys| keys.iter().any(|name| name == key))
    };
    for key in MARKET.keys.iter().filter(|key| !key.default.is_empty()) {
        if !written.iter().any(|name| name == key.name) && !everywhere(key.name) {
            problems.assume(format!("market.{}", key.name), in_unit(key.default, key.unit), "default");
        }
    }
    (market, markets)
}

/// The market if nothing is written.
fn defaults() -> Market {
    let mut market = Market {
        prior: None,
        smoothing_days: None,
        cover_days: 0.0,
        adjustment_days: 0.0,
        unsold_days: 0.0,
        unsold_adjustment_days: 0.0,
        storage_days: f64::INFINITY,
        spot_share: 0.0,
        contract_share: 0.0,
        contract_lag_days: 0.0,
        home_share: 0.0,
        switching_per_year: 0.0,
        price_cover: 0.0,
        price_unsold: 0.0,
        price_utilisation: 0.0,
        price_unserved: 0.0,
        price_fear: 0.0,
        price_cost: 0.0,
        elasticity_later: 0.0,
        capacity_later: 0.0,
        later_days: 0.0,
        price_days: 0.0,
        hoarding: 0.0,
        front_loading: 0.0,
    };
    for (key, reading, field) in FIELDS.iter().filter(|(_, reading, _)| !matches!(reading, Reading::Or(_))) {
        debug_assert!(*reading != Reading::Positive || MARKET.default_number(key) > 0.0);
        *field(&mut market) = MARKET.default_number(key);
    }
    market
}

/// Overrides the fields whose keys are written.
fn fill(market: &mut Market, body: &mut Body<'_>, problems: &mut Problems) {
    for (key, reading, field) in FIELDS {
        let number = match reading {
            Reading::Share => body.share(key, problems),
            Reading::Positive => body.positive(key, problems),
            Reading::Or(word) if body.says(key, word) => Some(f64::INFINITY),
            Reading::NonNegative | Reading::Or(_) => body.non_negative(key, problems),
        };
        if let Some(number) = number {
            *field(market) = number;
        }
    }
    if body.says("smoothing_days", BASELINE) {
        market.smoothing_days = None;
    } else if let Some(days) = body.positive("smoothing_days", problems) {
        market.smoothing_days = Some(days);
    }
    market.prior = body.choice("prior", PRIORS, problems).or(market.prior);
}

fn is_field(key: &str) -> bool {
    MARKET.keys.iter().any(|known| known.name == key)
}

/// `30 d`: a default with its unit, short.
fn in_unit(value: &str, unit: &str) -> String {
    match unit {
        "days" | "days above 0" if value.parse::<f64>().is_ok() => format!("{value} d"),
        "per year" => format!("{value} per year"),
        _ => value.to_string(),
    }
}
