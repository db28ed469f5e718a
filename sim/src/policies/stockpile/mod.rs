//! A stockpile: what is held, by whom and how, when it is released, to whom, how it is refilled, and who pays.

mod held;
mod joint;
mod members;
mod money;
mod read;
mod release;
mod shares;
mod target;
mod terms;
mod trigger;

pub(super) use release::trigger as read_trigger;
pub(super) use trigger::Trigger;

use super::Form;
use super::Kind;
use super::key;
use crate::hazards::Key;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "stockpile",
    form: Form::Table,
    summary: "Stock held on purpose by a state, by several jointly, or by firms for them, released by rule to users that would \
              go short, refilled by purchases that compete with theirs.",
    keys: KEYS,
    example: EXAMPLE,
    read: read::read,
};

const KEYS: &[Key] = &[
    key("holders", "list of places or blocs", "required", "where it serves: all uses of the material there"),
    key("material", "material", "required", "what is held, in the form held"),
    key(
        "target",
        "amount, or \"unlimited\"",
        "one target is required",
        "aimed-at stock; unlimited finds what would have sufficed",
    ),
    key("target_days", "days", "-", "aimed-at stock in days of the holders' baseline use"),
    key("target_import_days", "days", "-", "aimed-at stock in days of the holders' baseline net imports"),
    key("initial_fill", "share", "1", "share of the target held at the start"),
    key(
        "release",
        "table",
        "always",
        "always = true, or any of: when_shortage_above (share of claims), when_price_above (multiple of the \
         baseline), when_cover_below_days (days of need), when_active (hazards), when_announced_above (share of intake that \
         is announced to be cut), dates (list of \"2027-03-01/2027-09-01\")",
    ),
    key(
        "probability",
        "share",
        "1",
        "probability that a trigger leads to a release; of a virtual stock, that the right is honoured",
    ),
    key("decision_lag_days", "days", "0", "from trigger to the first release"),
    key("delivery_lag_days", "days", "0", "from release to arrival"),
    key("draw_per_month", "share of target", "no limit", "most that is released"),
    key("serves", "list of sectors", "every use, plants included", "consumers that may draw on it"),
    key(
        "refill",
        "table",
        "none",
        "per_month (share of target), budget_usd_per_year, price_cap (multiple of the baseline \
         price above which purchases pause)",
    ),
    key(
        "held_as",
        "state, mandated, producer, virtual or option",
        "state",
        "state: bought and kept by the holders; mandated: kept by firms; producer: kept unsold where it is made, and released \
         as far as its lanes are open; virtual: a right to buy at the price of the day; option: a right to buy at a \
         strike price. Rights cost a fee and no stock",
    ),
    key("state_share", "share", "0", "of a mandated stock: part of its cost that the state bears"),
    key("producers", "list of places or blocs", "required if held_as = \"producer\"", "where it is kept"),
    key(
        "strike_price",
        "multiple",
        "1",
        "of an option: price paid for what is released, multiple of the baseline",
    ),
    key(
        "fee_usd",
        "USD per unit of target and year",
        "0",
        "paid for a right, or to those who keep the stock",
    ),
    key("holding_cost_usd", "USD per unit and year", "0", "cost of keeping it"),
    key("spoilage_per_year", "share", "0", "what is lost to ageing"),
    key(
        "rotation_per_year",
        "share",
        "0",
        "part of the stock that is sold and bought anew, so that it stays fresh",
    ),
    key("rotation_cost_usd", "USD per unit", "0", "what a unit loses when it is rotated"),
    key(
        "contributions",
        "use, gdp, risk, or table",
        "not joint",
        "shares of the holders, each one member (a bloc too): by baseline use, by gdp_usd of places.csv, by risk (imports \
         times concentration of their origins), or a table { FIN = 0.4, USA = 0.6 }",
    ),
    key(
        "release_by",
        "priority, need, contribution or targeted",
        "priority",
        "how members share a release: class by class over all of them, pro rata to need, to contribution (what one does \
         not need goes to the others), or those whose imports are under threat first",
    ),
    key("cost_shares", "use, gdp, risk, or table", "the contributions", "who pays which share"),
    key(
        "separate",
        "true or false",
        "false",
        "true: each member holds its share for itself, to compare with",
    ),
];

const EXAMPLE: &str = "\
[stockpile.eu_sulphate]
holders = [\"EU27\"]
material = \"cobalt_sulphate\"
target_days = 60
release = { when_shortage_above = 0.05 }
delivery_lag_days = 14
refill = { per_month = 0.05, price_cap = 1.5 }

[stockpile.allies]
holders = [\"DEU\", \"USA\"]
material = \"cobalt_sulphate\"
target_days = 60
release = { when_shortage_above = 0.05 }
contributions = { DEU = 0.6, USA = 0.4 }
release_by = \"need\"
cost_shares = \"use\"
";
