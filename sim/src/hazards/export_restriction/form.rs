//! The forms of a restriction, and their keys.

use crate::hazards::cut::Leakage;
use crate::hazards::footprint;
use crate::network::Clock;
use crate::scenario::At;
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

/// A form as written.
#[derive(Debug)]
pub(super) enum Written {
    /// On goods.
    Goods(Form),
    /// On what plants abroad are built and extended with.
    Technology,
}

/// A ban or a licence: a ban is a licence that nobody waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Permit {
    /// Years in which licences are handled.
    pub(super) handling: f64,
    /// Share that passes meanwhile.
    pub(super) passes_meanwhile: f64,
    /// Transit added to what passes, steps.
    pub(super) delay: f64,
    /// Share that passes afterwards at full severity, by importer as written, `rest` for all that are not.
    pub(super) passes: Vec<(At<String>, f64)>,
}

/// The importers that no other entry of `passes` names.
pub(super) const REST: &str = "rest";

/// A cap on exports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    pub(super) size: Size,
    /// Most unused allowance that is carried over, as a share of a year's.
    pub(super) carry_over: f64,
}

/// How much a quota lets out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Size {
    /// Share of the baseline's flow.
    ShareOfBaseline(f64),
    /// Units a year over all restricted lanes, shared out by baseline flow.
    PerYear(f64),
}

const HANDLING_DAYS: f64 = 60.0;
const PASSES_MEANWHILE: f64 = 0.05;

/// Keys that mean nothing to a form that says itself how much it lets out.
const OF_PERMITS: [&str; 4] = ["leakage", "content_above", "sectors", "plants"];

/// Reads `form` and `leakage`.
pub(super) fn read(
    body: &mut Body<'_>,
    entry: &HazardEntry,
    clock: Clock,
    problems: &mut Problems,
) -> Option<Written> {
    let leakage = Leakage::read(body, |days| clock.steps_of_days(days), problems).unwrap_or_default();
    let names = ["ban", "licence", "quota", "tax", "technology"];
    let form = match body.has("form") {
        true => Some(body.variant("form", &names, problems)?),
        false => None,
    };
    let ban = Form::Permit { permit: Permit::default(), leakage };
    let Some((name, inside)) = form else { return Some(Written::Goods(ban)) };
    let written = match name.as_str() {
        "licence" => Written::Goods(Form::Permit { permit: licence(inside, clock, problems), leakage }),
        "quota" => Written::Goods(Form::Quota(quota(inside, problems)?)),
        "tax" => Written::Goods(Form::Tax { rate: tax(inside, problems)? }),
        bare => {
            inside.finish(&[], problems);
            if bare == "technology" { Written::Technology } else { Written::Goods(ban) }
        }
    };
    let what = match written {
        Written::Goods(Form::Permit { .. }) => return Some(written),
        Written::Goods(_) => "a quota or a tax",
        Written::Technology => "a ban on technology",
    };
    footprint::refuse_beside(what, body, entry, &OF_PERMITS, problems);
    Some(written)
}

fn licence(mut inside: Body<'_>, clock: Clock, problems: &mut Problems) -> Permit {
    let handling_days = inside.non_negative("handling_days", problems).unwrap_or(HANDLING_DAYS);
    let passes_meanwhile = inside.share("passes_meanwhile", problems).unwrap_or(PASSES_MEANWHILE);
    let delay_days = inside.non_negative("added_delay_days", problems).unwrap_or(0.0);
    let passes = passes(&mut inside, problems);
    inside.finish(&["handling_days", "passes_meanwhile", "added_delay_days", "passes"], problems);
    Permit {
        handling: handling_days / DAYS_PER_YEAR,
        passes_meanwhile,
        delay: clock.steps_of_days(delay_days),
        passes,
    }
}

/// Reads `passes = { DEU = 0.5, rest = 0.9 }`.
fn passes(inside: &mut Body<'_>, problems: &mut Problems) -> Vec<(At<String>, f64)> {
    if !inside.has("passes") {
        return Vec::new();
    }
    let Some(mut table) = inside.table("passes", problems) else { return Vec::new() };
    let names = table.keys();
    let read = |name: At<String>| table.share(&name, problems).map(|share| (name, share));
    names.into_iter().filter_map(read).collect()
}

fn quota(mut inside: Body<'_>, problems: &mut Problems) -> Option<Quota> {
    let share = inside.non_negative("share_of_baseline", problems);
    let per_year = inside.non_negative("per_year", problems);
    let carry_over = inside.share("carry_over", problems);
    let both = inside.has("share_of_baseline") == inside.has("per_year");
    if both {
        let hint = Some("write one of share_of_baseline, per_year".to_string());
        inside.error("per_year", "a quota has one size", hint, problems);
    }
    inside.finish(&["share_of_baseline", "per_year", "carry_over"], problems);
    let size = if both { None } else { share.map(Size::ShareOfBaseline).or(per_year.map(Size::PerYear)) };
    Some(Quota { size: size?, carry_over: carry_over.unwrap_or(0.0) })
}

fn tax(mut inside: Body<'_>, problems: &mut Problems) -> Option<f64> {
    inside.required("rate", "rate = 0.25, a share of the price", problems);
    let rate = footprint::factor(&mut inside, "rate", problems);
    inside.finish(&["rate"], problems);
    rate
}
