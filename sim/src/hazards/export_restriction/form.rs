//! The forms of a restriction, and their keys.

use crate::hazards::footprint;
use crate::network::Clock;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;
use crate::units::DAYS_PER_YEAR;

/// What the imposer does.
#[derive(Debug)]
pub(super) enum Form {
    /// Exports need leave.
    Permit {
        /// How it is given.
        permit: Permit,
        /// What goes round it.
        leakage: Leakage,
    },
    /// Exports have a cap.
    Quota(Quota),
    /// Exports pay.
    Tax {
        /// Share of the origin's price.
        rate: f64,
    },
}

/// A ban or a licence: a ban is a licence that nobody waits for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Permit {
    /// Years in which licences are handled.
    pub(super) handling: f64,
    /// Share that passes meanwhile.
    pub(super) passes_meanwhile: f64,
    /// Transit added to what passes, steps.
    pub(super) delay: f64,
}

/// What still arrives through third places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Leakage {
    /// Share of what is cut.
    pub(super) share: f64,
    /// Transit added to it, steps.
    pub(super) delay: f64,
    /// Wedge on its price.
    pub(super) markup: f64,
}

/// A cap on exports.
#[derive(Clone, Copy, Debug)]
pub(super) enum Quota {
    /// Share of the baseline's flow.
    ShareOfBaseline(f64),
    /// Units a year over all restricted lanes, shared out by baseline flow.
    PerYear(f64),
}

const HANDLING_DAYS: f64 = 60.0;
const PASSES_MEANWHILE: f64 = 0.05;

/// Reads `form` and `leakage`.
pub(super) fn read(
    body: &mut Body<'_>,
    entry: &HazardEntry,
    clock: Clock,
    problems: &mut Problems,
) -> Option<Form> {
    // What arrives after the horizon never does, however much later.
    let steps = |days: f64| (days / DAYS_PER_YEAR / clock.dt).min(clock.n_steps as f64);
    let leakage = leakage(body, steps, problems);
    let form = if body.has("form") {
        let (name, inside) = body.variant("form", &["ban", "licence", "quota", "tax"], problems)?;
        match name.as_str() {
            "ban" => {
                inside.finish(&[], problems);
                Form::Permit { permit: Permit::default(), leakage: Leakage::default() }
            }
            "licence" => licence(inside, steps, problems),
            "quota" => Form::Quota(quota(inside, problems)?),
            _ => Form::Tax { rate: tax(inside, problems)? },
        }
    } else {
        Form::Permit { permit: Permit::default(), leakage: Leakage::default() }
    };
    if let Form::Permit { permit, .. } = form {
        return Some(Form::Permit { permit, leakage: leakage.unwrap_or_default() });
    }
    if leakage.is_some() {
        let hint = "only a ban or a licence leaks; remove it".to_string();
        body.error("leakage", "has no effect on a quota or a tax", Some(hint), problems);
    }
    if entry.severity.is_some() {
        let message = format!("hazard {:?}: severity has no effect on a quota or a tax", entry.name.value);
        problems.error(entry.at, message, Some("remove it: the form says how much".to_string()));
    }
    Some(form)
}

fn leakage(body: &mut Body<'_>, steps: impl Fn(f64) -> f64, problems: &mut Problems) -> Option<Leakage> {
    if !body.has("leakage") {
        return None;
    }
    let mut inside = body.table("leakage", problems)?;
    inside.required("share", "share = 0.1, what still arrives out of what is cut", problems);
    let share = inside.share("share", problems);
    let days = inside.non_negative("added_days", problems).unwrap_or(0.0);
    let markup = footprint::factor(&mut inside, "markup", problems).unwrap_or(0.0);
    inside.finish(&["share", "added_days", "markup"], problems);
    Some(Leakage { share: share?, delay: steps(days), markup })
}

fn licence(mut inside: Body<'_>, steps: impl Fn(f64) -> f64, problems: &mut Problems) -> Form {
    let handling_days = inside.non_negative("handling_days", problems).unwrap_or(HANDLING_DAYS);
    let passes_meanwhile = inside.share("passes_meanwhile", problems).unwrap_or(PASSES_MEANWHILE);
    let delay_days = inside.non_negative("added_delay_days", problems).unwrap_or(0.0);
    inside.finish(&["handling_days", "passes_meanwhile", "added_delay_days"], problems);
    let permit =
        Permit { handling: handling_days / DAYS_PER_YEAR, passes_meanwhile, delay: steps(delay_days) };
    Form::Permit { permit, leakage: Leakage::default() }
}

fn quota(mut inside: Body<'_>, problems: &mut Problems) -> Option<Quota> {
    let share = inside.non_negative("share_of_baseline", problems);
    let per_year = inside.non_negative("per_year", problems);
    let both = inside.has("share_of_baseline") == inside.has("per_year");
    if both {
        let hint = Some("write one of share_of_baseline, per_year".to_string());
        inside.error("per_year", "a quota has one size", hint, problems);
    }
    inside.finish(&["share_of_baseline", "per_year"], problems);
    if both { None } else { share.map(Quota::ShareOfBaseline).or(per_year.map(Quota::PerYear)) }
}

fn tax(mut inside: Body<'_>, problems: &mut Problems) -> Option<f64> {
    inside.required("rate", "rate = 0.25, a share of the price", problems);
    let rate = footprint::factor(&mut inside, "rate", problems);
    inside.finish(&["rate"], problems);
    rate
}
