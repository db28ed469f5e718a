//! A place lets less of a material out: ban, licence, quota, tax, or a ban on the technology that others need.
//!
//! What can't leave stays at home: the home lane is never touched. Trade among several imposers passes unless they are
//! named as importers.

mod content;
mod effects;
mod end_use;
mod form;
mod read;
mod technology;
#[cfg(test)]
mod tests;

use super::Hazard;
use super::Key;
use super::Kind;
use super::keys;
use crate::exposure::Event;
use crate::exposure::Picked;
use crate::exposure::Script;
use crate::exposure::Shape;
use end_use::EndUse;
use form::Form;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "export_restriction",
    summary: "A place bans, licenses, caps or taxes exports of materials, or of the technology to make them, to everyone, to \
              named importers or to named end users.",
    severity: "share cut, 0 to 1, of a ban or, after the handling time, of a licence; 1 if not given; none for a quota, a tax \
               or technology",
    keys: KEYS,
    example: r#"[hazard.cod_licence]
kind = "export_restriction"
imposer = "COD"
materials = ["cobalt_*"]
importers = ["EU27"]
form = { licence = { handling_days = 60, passes_meanwhile = 0.05, added_delay_days = 15 } }
leakage = { share = 0.1, added_days = 45, markup = 0.3 }
onset = { poisson = { per_year = 0.25 } }
duration_months = { lognormal = { mean = 9, sd = 6 } }
severity = { triangular = { min = 0.3, mode = 0.5, max = 0.75 } }
lead_months = 1
"#,
    read: read::read,
};

const KEYS: &[Key] = &[
    keys::imposer("who restricts its exports"),
    keys::MATERIALS,
    keys::TIERS,
    Key {
        name: "importers",
        unit: keys::PLACES,
        default: "all but the imposers",
        meaning: "who is targeted; `sample` draws from these",
    },
    Key { name: "except", unit: keys::PLACES, default: "none", meaning: "importers that are spared" },
    Key {
        name: "sectors",
        unit: "list of sectors",
        default: "all users",
        meaning: "named end users, such as defence, of a ban or a licence: the others go on buying, and these are refused the \
                  share cut of what they ask for out of all that leaves meanwhile",
    },
    Key {
        name: "plants",
        unit: "list of plants, globs",
        default: "all users",
        meaning: "plants abroad that are refused their inputs in the same way: named firms",
    },
    Key {
        name: "content_above",
        unit: "share",
        default: "none",
        meaning: "goods made abroad are restricted too if more than this share of their value is the imposer's material; \
                  needs reference prices",
    },
    Key {
        name: "form",
        unit: "form",
        default: "ban",
        meaning: "\"ban\": the severity is the share cut. { licence = { handling_days = 60, passes_meanwhile = 0.05, \
                  added_delay_days = 0 } }: while licences are handled the share passes_meanwhile passes, then 1 − \
                  severity, later by added_delay_days; with passes = { DEU = 0.5, rest = 0.9 } it is 1 − severity · (1 \
                  − passes), by importer. { quota = { share_of_baseline = 0.45 } } or { quota = { per_year = 96600 } }: a \
                  cap, by origin, or by lane where only some importers are targeted; with carry_over = 0.1 what is left unused may leave later, up to that share of a \
                  year's allowance. { tax = { rate = 0.25 } }: a wedge on the price. \
                  \"technology\": no goods are cut; abroad, new capacity for these materials is halted and capacity \
                  does not grow while it lasts",
    },
    keys::LEAKAGE,
];

#[derive(Debug)]
struct ExportRestriction {
    /// Codes of the importers.
    units: Vec<String>,
    /// Restricted lanes, in id order.
    lanes: Vec<Restricted>,
    /// Their origins, in id order.
    origins: Vec<Imposing>,
    form: Form,
    /// Importers, as indices into the units, by the share that a licence lets through to them at full severity.
    passes: Vec<(f64, Picked)>,
    /// The users that are refused, if not all are.
    end_use: Option<EndUse>,
}

/// A lane out of an imposer.
#[derive(Debug)]
struct Restricted {
    lane: usize,
    /// The importer, as an index into the units.
    unit: usize,
    /// Index into [`ExportRestriction::origins`].
    origin: usize,
    /// Baseline flow per year.
    flow: f64,
}

/// An origin whose exports are restricted.
#[derive(Debug)]
struct Imposing {
    origin: usize,
    /// Capacity per year, where growth has taken it by the end of the horizon.
    capacity: f64,
    /// True if every foreign lane of it is restricted.
    whole: bool,
}

impl Hazard for ExportRestriction {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        match self.form {
            Form::Permit { .. } => (0.0, 1.0),
            Form::Quota(_) | Form::Tax { .. } => (1.0, 1.0),
        }
    }

    fn longest_delay(&self) -> f64 {
        match &self.form {
            Form::Permit { permit, leakage } => permit.delay + leakage.delay,
            Form::Quota(_) | Form::Tax { .. } => 0.0,
        }
    }

    fn names_end_users(&self) -> bool {
        self.end_use.is_some()
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        match &self.form {
            Form::Permit { permit, leakage } => self.permit(permit, *leakage, event, shape, run, script),
            Form::Quota(quota) => self.quota(*quota, event, shape, run, script),
            Form::Tax { rate } => self.tax(*rate, event, shape, run, script),
        }
    }
}
