//! What ties hazards to each other, to regimes and to the market, as written.

use super::body::Body;
use super::calendar::Date;
use super::problem::{At, Location, Problems};
use super::value::{describe, quoted};
use crate::random::Law;
use toml::de::DeValue;

/// Most renewals of one event.
const MOST_RENEWALS: u32 = 1000;

/// The keys of a hazard that name other tables; by default none.
#[derive(Clone, Debug, Default)]
pub struct LinksEntry {
    /// `excites`.
    pub excites: Vec<ExcitesEntry>,
    /// `past`: dates of its events before the start.
    pub past: Vec<At<Date>>,
    /// `regime`.
    pub regimes: Vec<RegimeUse>,
    /// `rate_when`.
    pub when: Vec<ConditionEntry>,
    /// `escalates`.
    pub escalates: Vec<EscalatesEntry>,
    /// `renews`: probability and most times.
    pub renews: Option<(f64, u32)>,
    /// `tilt`.
    pub tilt: Option<At<f64>>,
}

/// `excites = { B = { extra_events = 0.3, decay_months = 4 } }`.
#[derive(Clone, Debug)]
pub struct ExcitesEntry {
    /// The hazard that is excited.
    pub hazard: At<String>,
    /// Events that one event brings about in the mean.
    pub extra_events: f64,
    /// Mean time to them.
    pub decay_months: f64,
}

/// `regime = { tension = { calm = 0.2, crisis = 5 } }`.
#[derive(Clone, Debug)]
pub struct RegimeUse {
    /// The regime.
    pub regime: At<String>,
    /// Factors by state; 1 for states that are not named.
    pub factors: Vec<(At<String>, f64)>,
}

/// One condition of `rate_when`.
#[derive(Clone, Debug)]
pub struct ConditionEntry {
    /// What is looked at.
    pub of: Watched,
    /// True: above the threshold; false: below.
    pub above: bool,
    /// Multiple of the baseline price, or share of the target.
    pub threshold: f64,
    /// On the rate while it holds.
    pub factor: f64,
}

/// What a condition looks at.
#[derive(Clone, Debug)]
pub enum Watched {
    /// The price of a material, in one place or in the mean over all.
    Price {
        /// Which.
        material: At<String>,
        /// Where.
        place: Option<At<String>>,
    },
    /// A stockpile's stock.
    Stock(At<String>),
}

/// `escalates = { B = { probability = 0.4, after_months = 6, ends_this = true } }`.
#[derive(Clone, Debug)]
pub struct EscalatesEntry {
    /// The hazard of the event that comes next.
    pub hazard: At<String>,
    /// Of each event.
    pub probability: f64,
    /// Time from the start of the event, months.
    pub after_months: Law,
    /// Whether this event ends when the other begins.
    pub ends_this: bool,
}

/// Reads the links out of the header of a hazard.
pub(super) fn read(name: &str, head: &mut Body<'_>, problems: &mut Problems) -> LinksEntry {
    LinksEntry {
        excites: excites(head, problems),
        past: head.dates("past", problems).unwrap_or_default(),
        regimes: regimes(head, problems),
        when: conditions(name, head, problems),
        escalates: escalates(head, problems),
        renews: renews(head, problems),
        tilt: head.positive("tilt", problems).map(|tilt| At { value: tilt, at: head.location("tilt") }),
    }
}

/// The tables inside `key`, each with its name.
fn inner<'a>(head: &mut Body<'a>, key: &str, problems: &mut Problems) -> Vec<(At<String>, Body<'a>)> {
    let Some(mut table) = head.table(key, problems) else { return Vec::new() };
    let names = table.keys();
    names.into_iter().filter_map(|name| Some((name.clone(), table.table(&name.value, problems)?))).collect()
}

fn excites(head: &mut Body<'_>, problems: &mut Problems) -> Vec<ExcitesEntry> {
    let mut found = Vec::new();
    for (hazard, mut body) in inner(head, "excites", problems) {
        body.required("extra_events", "extra_events = 0.3", problems);
        body.required("decay_months", "decay_months = 4", problems);
        let extra_events = body.non_negative("extra_events", problems);
        let decay_months = body.positive("decay_months", problems);
        body.finish(&["extra_events", "decay_months"], problems);
        if let (Some(extra_events), Some(decay_months)) = (extra_events, decay_months) {
            found.push(ExcitesEntry { hazard, extra_events, decay_months });
        }
    }
    found
}

/// `regime = { NAME = { STATE = factor } }`, of a hazard.
fn regimes(head: &mut Body<'_>, problems: &mut Problems) -> Vec<RegimeUse> {
    let mut found = Vec::new();
    for (regime, mut body) in inner(head, "regime", problems) {
        let mut factors = Vec::new();
        for state in body.keys() {
            if let Some(factor) = body.non_negative(&state.value, problems) {
                factors.push((state, factor));
            }
        }
        found.push(RegimeUse { regime, factors });
    }
    found
}

fn escalates(head: &mut Body<'_>, problems: &mut Problems) -> Vec<EscalatesEntry> {
    let mut found = Vec::new();
    for (hazard, mut body) in inner(head, "escalates", problems) {
        body.required("probability", "probability = 0.4", problems);
        let probability = body.share("probability", problems);
        let after = body.law("after_months", problems).unwrap_or_else(|| Law::fixed(0.0));
        if !(after.bounds().0 >= 0.0) {
            let message = format!("an event would begin {} months before its cause", -after.bounds().0);
            body.error("after_months", &message, Some("0 or more".into()), problems);
        }
        let ends_this = body.flag("ends_this", problems).unwrap_or(false);
        body.finish(&["probability", "after_months", "ends_this"], problems);
        if let Some(probability) = probability {
            found.push(EscalatesEntry { hazard, probability, after_months: after, ends_this });
        }
    }
    found
}

fn renews(head: &mut Body<'_>, problems: &mut Problems) -> Option<(f64, u32)> {
    if !head.has("renews") {
        return None;
    }
    let mut body = head.table("renews", problems)?;
    body.required("probability", "probability = 0.5", problems);
    body.required("most", "most = 3", problems);
    let probability = body.share("probability", problems);
    let most = body.whole("most", problems).filter(|most| {
        if *most > u64::from(MOST_RENEWALS) {
            let hint = Some(format!("at most {MOST_RENEWALS}"));
            body.error("most", &format!("{most} renewals of one event"), hint, problems);
        }
        *most <= u64::from(MOST_RENEWALS)
    });
    body.finish(&["probability", "most"], problems);
    Some((probability?, most? as u32))
}

/// The tables of `rate_when`: a list of them, or one.
fn conditions(name: &str, head: &mut Body<'_>, problems: &mut Problems) -> Vec<ConditionEntry> {
    let Some(value) = head.value("rate_when") else { return Vec::new() };
    let items = match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![value],
    };
    let mut found = Vec::new();
    for item in items {
        let at = Location::of(item.span());
        let DeValue::Table(table) = item.get_ref() else {
            let hint = "write rate_when = [{ price_below = 0.6, material = \"…\", factor = 10 }]".to_string();
            let message = format!("{} stands where a condition is wanted", describe(item.get_ref()));
            head.error("rate_when", &message, Some(hint), problems);
            continue;
        };
        let body = Body::new(table, at, format!("hazard {}: rate_when", quoted(name)));
        found.extend(condition(body, problems));
    }
    found
}

/// What conditions look at, each with its bound.
const FORMS: [&str; 3] = ["price_below", "price_above", "stock_below"];

fn condition(mut body: Body<'_>, problems: &mut Problems) -> Option<ConditionEntry> {
    let written: Vec<&str> = FORMS.into_iter().filter(|form| body.has(form)).collect();
    let Some(form) = written.first() else {
        body.missing(FORMS[0], Some(format!("or {} or {}", FORMS[1], FORMS[2])), problems);
        body.finish(&FORMS, problems);
        return None;
    };
    if let Some(second) = written.get(1) {
        let message = format!("the condition is given already, by {form}");
        body.error(second, &message, Some("write two conditions: their factors multiply".into()), problems);
        return None;
    }
    body.required("factor", "factor = 10", problems);
    let factor = body.non_negative("factor", problems);
    let (threshold, of) = if *form == "stock_below" {
        body.required("stockpile", "stockpile = \"eu_cobalt\"", problems);
        let threshold = body.share(form, problems);
        (threshold, body.text("stockpile", problems).map(Watched::Stock))
    } else {
        body.required("material", "material = \"cobalt_refined\"", problems);
        let (material, place) = (body.text("material", problems), body.text("place", problems));
        (body.positive(form, problems), material.map(|material| Watched::Price { material, place }))
    };
    let others: &[&str] = match of {
        Some(Watched::Stock(_)) => &["stockpile", "factor"],
        _ => &["material", "place", "factor"],
    };
    body.finish(&[&[*form], others].concat(), problems);
    Some(ConditionEntry { of: of?, above: *form == "price_above", threshold: threshold?, factor: factor? })
}
