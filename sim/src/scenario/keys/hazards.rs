//! The tables of what happens: hazards, regimes, settlements.

use super::{Key, REQUIRED, Table, key};

/// The header of `[hazard.NAME]`.
pub(crate) const HAZARD: Table = Table {
    title: "[hazard.NAME]",
    summary: "Keys of every hazard; each kind has its own besides. The name is the name of the random stream: a hazard's \
              draws stay as they are whatever else changes.",
    keys: HAZARD_KEYS,
};

const HAZARD_KEYS: &[Key] = &[
    key("kind", "text", REQUIRED, "What it does; `shortfall explain` lists the kinds."),
    key(
        "onset",
        "table",
        REQUIRED,
        "When: { poisson = { per_year = 0.25 } } or another form; `shortfall explain` lists them. \"none\": only other \
         hazards bring its events about.",
    ),
    key(
        "enabled",
        "true or false",
        "true",
        "false: it has no events, past ones included, and nothing brings one about; those of other hazards stay as drawn.",
    ),
    key("duration_days", "days, or a law", "", "How long an event lasts; one of the three."),
    key("duration_months", "months, or a law", "", "The same in months."),
    key("duration_years", "years, or a law", "", "The same in years."),
    key(
        "severity",
        "number, or a law",
        "",
        "How severe an event is; the kind says what it means and its bounds.",
    ),
    key("sample", "whole number", "", "How many targets an event touches, drawn at random; without it, all."),
    key(
        "lead_months",
        "months",
        "0",
        "An event is announced this long before it begins, though not before its cause.",
    ),
    key("ramp_months", "months", "0", "From nothing to full strength."),
    key("recovery_months", "months", "0", "From full strength to nothing, after the end."),
    key("recovery", "linear, exponential or stepwise", "linear", "How it fades."),
    key(
        "excites",
        "table by hazard",
        "",
        "Hazards whose rate its events raise for a time: { B = { extra_events = 0.3, decay_months = 4 } } brings 0.3 events \
         of B about in the mean, after 4 months in the mean.",
    ),
    key("past", "list of dates", "", "Its events before the start of the horizon; they excite from then on."),
    key(
        "regime",
        "table by regime",
        "",
        "Factors on its rate by state of a regime: { tension = { calm = 0.2, crisis = 5 } }; 1 where none is given.",
    ),
    key(
        "rate_when",
        "list of tables",
        "",
        "Factors on its rate while a price or a stock is past a bound: [{ price_below = 0.6, material = \"…\", factor = 10 }]; \
         see `rate_when` below. Several multiply.",
    ),
    key(
        "escalates",
        "table by hazard",
        "",
        "Hazards that its events turn into: { B = { probability = 0.4, after_months = 6, ends_this = true } }, if the event \
         is still under way then.",
    ),
    key(
        "renews",
        "table",
        "",
        "An event that reaches its end goes on for another duration: { probability = 0.5, most = 3 }.",
    ),
    key(
        "tilt",
        "factor",
        "1",
        "Its rate is sampled this many times as high, and the weight of the run corrects it: for rare crises.",
    ),
];

/// `[regime.NAME]`.
pub(crate) const REGIME: Table = Table {
    title: "[regime.NAME]",
    summary: "A state of the world, such as calm or tense, that passes into others at constant rates and that hazards \
              share: each names it in its key `regime` with a factor on its rate for each state.",
    keys: &[
        key("states", "list of names", REQUIRED, "The states."),
        key("start", "state", "the first", "State at the start."),
        key(
            "per_year",
            "table by state",
            REQUIRED,
            "Transitions a year, from and to: { calm = { tense = 0.3 }, tense = { calm = 1, crisis = 0.2 } }.",
        ),
    ],
};

/// `[settlement.NAME]`.
pub(crate) const SETTLEMENT: Table = Table {
    title: "[settlement.NAME]",
    summary: "An end that several hazards share: a truce, a settlement, a suspension. It acts on the events that are under \
              way when it comes, and not on later ones.",
    keys: &[
        key(
            "onset",
            "table",
            REQUIRED,
            "When, as for a hazard; { enters = { tension = \"calm\" } } with a regime.",
        ),
        key("ends", "list of hazards or globs", "", "Hazards whose events it ends; this or `suspends`."),
        key(
            "suspends",
            "list of hazards or globs",
            "",
            "Hazards whose events it suspends: they have no effect for a time.",
        ),
        key("suspends_months", "months, or a law", "", "How long; needed with `suspends`."),
        key("probability", "share", "1", "Of each event under way: that it is ended or suspended."),
    ],
};

/// One entry of `rate_when`.
pub(crate) const RATE_WHEN: Table = Table {
    title: "rate_when",
    summary: "An entry of a hazard's `rate_when`: its rate is multiplied by a factor in every step at whose start the price or \
              the stock, as the step before left it, is past the bound. So its events, and those of hazards that it excites or \
              escalates to, may differ between policies. Exactly one of the three bounds is given.",
    keys: &[
        key("price_below", "multiple of the baseline", "", "The price is below this."),
        key("price_above", "multiple of the baseline", "", "The price is above this."),
        key("material", "material", "", "Of what, with either of them: the price that its users pay."),
        key(
            "place",
            "place or bloc",
            "all places",
            "Where; over several, the geometric mean with shares of the baseline's use.",
        ),
        key("stock_below", "share of the target", "", "A stockpile holds less than this."),
        key(
            "stockpile",
            "name",
            "",
            "Which, with it. Under a policy without it, and of an unlimited one, the condition never holds.",
        ),
        key("factor", "factor", REQUIRED, "On the rate, 0 or more; below 1 it lowers the rate."),
    ],
};

/// A fragment of a scenario with the table of this title, where its keys alone leave open how it is used; else empty.
pub fn example(title: &str) -> &'static str {
    if title == REGIME.title {
        REGIME_EXAMPLE
    } else if title == SETTLEMENT.title {
        SETTLEMENT_EXAMPLE
    } else if title == RATE_WHEN.title {
        RATE_WHEN_EXAMPLE
    } else {
        ""
    }
}

const REGIME_EXAMPLE: &str = r#"[regime.tension]
states = ["calm", "tense", "crisis"]
per_year = { calm = { tense = 0.3 }, tense = { calm = 1, crisis = 0.2 }, crisis = { tense = 2 } }

[hazard.ban]
kind = "export_restriction"
imposer = "COD"
form = "ban"
onset = { poisson = { per_year = 0.2 } }
duration_months = 9
regime = { tension = { calm = 0.2, crisis = 5 } }
"#;

const RATE_WHEN_EXAMPLE: &str = r#"[hazard.suspension]
kind = "export_restriction"
imposer = "COD"
form = "ban"
onset = { poisson = { per_year = 0.1 } }
duration_months = 4
rate_when = [
    { price_below = 0.6, material = "cobalt_hydroxide", factor = 10 },
    { price_above = 1.5, material = "cobalt_hydroxide", place = "FIN", factor = 0 },
]
"#;

const SETTLEMENT_EXAMPLE: &str = r#"[settlement.truce]
onset = { poisson = { per_year = 0.3 } }
suspends = ["*_ban"]
suspends_months = 12
probability = 0.8

[hazard.cobalt_ban]
kind = "export_restriction"
imposer = "COD"
form = "ban"
onset = { renewal = { gap_months = { weibull = { shape = 2, scale = 60 } } } }
duration_months = "permanent"
"#;
