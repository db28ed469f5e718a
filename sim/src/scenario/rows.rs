//! From rows of CSV files to the structs of `tables`.

use super::keys;
use super::problem::{At, Location, Problems};
use super::sheet::{Bound, Row};
use super::tables::{
    ChokepointRow, ConsumerRow, LaneRow, MaterialRow, PlaceRow, PlantRow, RecipeRow, StockRow, TransitRow,
};
use super::value::quoted;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Names of places that tables may write instead of codes. A name that two places share stands for neither.
#[derive(Debug, Default)]
pub(super) struct PlaceNames {
    codes: BTreeMap<String, Option<String>>,
}

impl PlaceNames {
    pub(super) fn of(places: &[PlaceRow]) -> PlaceNames {
        let mut codes: BTreeMap<String, Option<String>> = BTreeMap::new();
        for place in places.iter().filter(|place| !place.name.is_empty()) {
            let code = Some(place.place.value.clone());
            codes.entry(place.name.clone()).and_modify(|known| *known = None).or_insert(code);
        }
        for place in places {
            codes.remove(&place.place.value);
        }
        PlaceNames { codes }
    }

    /// The place's code, if its name was written.
    pub(super) fn code(&self, mut written: At<String>) -> At<String> {
        let composed: String = written.nfc().collect();
        written.value = self.codes.get(&composed).cloned().flatten().unwrap_or(composed);
        written
    }
}

pub(super) fn places(rows: &[Row], problems: &mut Problems) -> Vec<PlaceRow> {
    let read = |row: &Row, problems: &mut Problems| {
        Some(PlaceRow {
            place: row.name("place", problems)?,
            name: row.words("name"),
            gdp_usd: plain(row.number("gdp_usd", Bound::Positive, problems)),
            position: position(row, problems),
        })
    };
    each(rows, problems, read)
}

pub(super) fn materials(rows: &[Row], problems: &mut Problems) -> Vec<MaterialRow> {
    each(rows, problems, |row, problems| {
        let material = row.name("material", problems)?;
        let name = Some(row.words("name")).filter(|name| !name.is_empty());
        Some(MaterialRow {
            name: name.unwrap_or_else(|| material.value.clone()),
            material,
            unit: row.name("unit", problems)?,
            basis: row.words("basis"),
            tier: row.name("tier", problems)?,
            reference_price_usd: plain(row.number("reference_price_usd", Bound::Positive, problems)),
        })
    })
}

pub(super) fn plants(rows: &[Row], names: &PlaceNames, problems: &mut Problems) -> Vec<PlantRow> {
    each(rows, problems, |row, problems| {
        let host = row.name("host", problems);
        let ratio = row.number("host_ratio", Bound::Positive, problems);
        if host.is_some() != ratio.is_some() && row.cell("host").is_some() != row.cell("host_ratio").is_some()
        {
            problems.error(row.at, "host and host_ratio belong together: one of them is empty", None);
        }
        let months = |column: &str, problems: &mut Problems| {
            plain(row.number(column, Bound::NonNegative, problems))
                .unwrap_or_else(|| keys::PLANTS.default_number(column))
        };
        Some(PlantRow {
            plant: row.name("plant", problems)?,
            material: row.name("material", problems)?,
            place: names.code(row.name("place", problems)?),
            owner: row.name("owner", problems).map(|owner| names.code(owner)),
            capacity_per_year: needed(row, "capacity_per_year", Bound::NonNegative, problems),
            output_per_year: row.number("output_per_year", Bound::NonNegative, problems),
            minimum_run: plain(row.number("minimum_run", Bound::Share, problems)).unwrap_or(0.0),
            ramp_months: months("ramp_months", problems),
            unit_cost: plain(row.number("unit_cost", Bound::NonNegative, problems)),
            exit_lag_months: months("exit_lag_months", problems),
            restart_price: plain(row.number("restart_price", Bound::NonNegative, problems)),
            restart_lag_months: months("restart_lag_months", problems),
            host: host.zip(plain(ratio)),
            priority: priority(row, problems),
            planned: yes(row, "planned", problems),
            position: position(row, problems),
            at: row.at,
        })
    })
}

/// `latitude` and `longitude`, which belong together.
fn position(row: &Row, problems: &mut Problems) -> Option<(f64, f64)> {
    let mut degrees = |column: &str, most: f64| {
        let number = row.number(column, Bound::Any, problems)?;
        if number.value.abs() <= most {
            return Some(number.value);
        }
        let message = format!("{column}: {} lies outside -{most} to {most} degrees", number.value);
        problems.error(number.at, message, None);
        None
    };
    let (latitude, longitude) = (degrees("latitude", 90.0), degrees("longitude", 180.0));
    if row.cell("latitude").is_some() != row.cell("longitude").is_some() {
        problems.error(row.at, "latitude and longitude belong together: one of them is empty", None);
    }
    latitude.zip(longitude)
}

pub(super) fn recipes(rows: &[Row], problems: &mut Problems) -> Vec<RecipeRow> {
    each(rows, problems, |row, problems| {
        let amount = row.number("amount", Bound::Positive, problems).map_or(1.0, |amount| amount.value);
        let share = row.number("yield", Bound::Share, problems);
        if let Some(none) = share.as_ref().filter(|share| share.value == 0.0) {
            problems.error(none.at, "yield: 0 would take endless input; a yield is above 0", None);
        }
        let share = plain(share).filter(|share| *share > 0.0).unwrap_or(1.0);
        Some(RecipeRow {
            output: row.name("output", problems)?,
            input: row.name("input", problems)?,
            per_output: amount / share,
            plant: row.name("plant", problems),
            at: row.at,
        })
    })
}

pub(super) fn lanes(rows: &[Row], names: &PlaceNames, problems: &mut Problems) -> Vec<LaneRow> {
    each(rows, problems, |row, problems| {
        Some(LaneRow {
            material: row.name("material", problems)?,
            from: names.code(row.name("from", problems)?),
            to: names.code(row.name("to", problems)?),
            flow_per_year: row.number("flow_per_year", Bound::NonNegative, problems),
            transit_days: plain(row.number("transit_days", Bound::Days, problems)),
            chokepoints: row.name_list("chokepoints"),
            at: row.at,
        })
    })
}

pub(super) fn transit(rows: &[Row], names: &PlaceNames, problems: &mut Problems) -> Vec<TransitRow> {
    each(rows, problems, |row, problems| {
        let everything = || At { value: "*".to_string(), at: row.at };
        Some(TransitRow {
            from: names.code(row.name("from", problems)?),
            to: names.code(row.name("to", problems)?),
            material: row.name("material", problems).unwrap_or_else(everything),
            transit_days: needed(row, "transit_days", Bound::Days, problems).value,
            chokepoints: row.name_list("chokepoints").unwrap_or_default(),
        })
    })
}

pub(super) fn chokepoints(rows: &[Row], problems: &mut Problems) -> Vec<ChokepointRow> {
    each(rows, problems, |row, problems| {
        let chokepoint = row.name("chokepoint", problems)?;
        if chokepoint.contains(char::is_whitespace) {
            let message = format!(
                "chokepoint: {} has a blank: lanes list codes with blanks between",
                quoted(&chokepoint)
            );
            problems.error(chokepoint.at, message, Some(format!("write {}", chokepoint.replace(' ', "_"))));
        }
        let name = Some(row.words("name")).filter(|name| !name.is_empty());
        Some(ChokepointRow {
            name: name.unwrap_or_else(|| chokepoint.value.clone()),
            chokepoint,
            alternative: row.words("alternative"),
            extra_days: plain(row.number("extra_days", Bound::NonNegative, problems)),
        })
    })
}

pub(super) fn consumers(rows: &[Row], names: &PlaceNames, problems: &mut Problems) -> Vec<ConsumerRow> {
    each(rows, problems, |row, problems| {
        let growth = row.number("growth_per_year", Bound::Any, problems);
        if let Some(growth) = growth.as_ref().filter(|growth| growth.value <= -1.0) {
            let message =
                format!("growth_per_year: {} would leave nothing: a growth is above -1", growth.value);
            problems.error(growth.at, message, None);
        }
        Some(ConsumerRow {
            material: row.name("material", problems)?,
            place: names.code(row.name("place", problems)?),
            sector: row.name("sector", problems)?,
            demand_per_year: needed(row, "demand_per_year", Bound::NonNegative, problems),
            priority: priority(row, problems).unwrap_or(1),
            elasticity: plain(row.number("elasticity", Bound::NonNegative, problems)).unwrap_or(0.0),
            growth_per_year: plain(growth).filter(|growth| *growth > -1.0).unwrap_or(0.0),
            backlog_share: plain(row.number("backlog_share", Bound::Share, problems)).unwrap_or(0.0),
            shortage_cost_usd: plain(row.number("shortage_cost_usd", Bound::NonNegative, problems)),
            at: row.at,
        })
    })
}

pub(super) fn stocks(rows: &[Row], names: &PlaceNames, problems: &mut Problems) -> Vec<StockRow> {
    each(rows, problems, |row, problems| {
        let kind = row.cell("kind");
        if let Some(kind) = kind.filter(|kind| !["inventory", "unsold"].contains(&kind.as_str())) {
            let hint = "write inventory (what users hold) or unsold (what producers hold)".to_string();
            problems.error(kind.at, format!("kind: {} is no kind of stock", quoted(kind)), Some(hint));
        }
        Some(StockRow {
            material: row.name("material", problems)?,
            place: names.code(row.name("place", problems)?),
            inventory: kind.is_none_or(|kind| kind.value == "inventory"),
            cover_days: needed(row, "cover_days", Bound::NonNegative, problems),
        })
    })
}

/// Refuses rows that have the same cells in `key` as an earlier row, naming both lines.
pub(super) fn refuse_duplicates(rows: &[Row], key: &[&str], names: &PlaceNames, problems: &mut Problems) {
    let mut seen: BTreeMap<Vec<String>, &Row> = BTreeMap::new();
    for row in rows {
        let of_place = |column: &&str| matches!(*column, "place" | "from" | "to");
        let cell = |column: &&str| match row.cell(column) {
            Some(cell) if of_place(column) => names.code(cell.clone()).value,
            Some(cell) => cell.value.clone(),
            None => keys::STOCKS.default(column).to_string(),
        };
        let value: Vec<String> = key.iter().map(cell).collect();
        if let Some(first) = seen.get(&value) {
            let same = if row.same_cells(first) { "with the same cells" } else { "with other values" };
            let message = format!(
                "lines {} and {} have the same {} ({}), {same}",
                first.line,
                row.line,
                key.join(", "),
                value.join(", ")
            );
            problems.error(
                row.at,
                message,
                Some("keep one of them: rows are never summed or overruled".into()),
            );
        } else {
            seen.insert(value, row);
        }
    }
}

/// The labels of rows marked `assumed`.
pub(super) fn assumed(rows: &[Row], key: &[&str]) -> Vec<String> {
    let marked =
        |row: &&Row| row.cell("confidence").is_some_and(|cell| cell.value.eq_ignore_ascii_case("assumed"));
    let label = |row: &Row| {
        let cells: Vec<&str> =
            key.iter().filter_map(|column| row.cell(column).map(|cell| cell.as_str())).collect();
        cells.join(" ")
    };
    rows.iter().filter(marked).map(label).collect()
}

fn each<T>(rows: &[Row], problems: &mut Problems, read: impl Fn(&Row, &mut Problems) -> Option<T>) -> Vec<T> {
    rows.iter().filter_map(|row| read(row, problems)).collect()
}

fn plain(number: Option<At<f64>>) -> Option<f64> {
    number.map(|number| number.value)
}

/// A number that must be there. A wrong one has been reported; 0 stands for it, so that the row's names still count.
fn needed(row: &Row, column: &str, bound: Bound, problems: &mut Problems) -> At<f64> {
    let at: Location = row.cell(column).map_or(row.at, |cell| cell.at);
    row.number(column, bound, problems).unwrap_or(At { value: 0.0, at })
}

/// True if the cell says yes; an empty one says no.
fn yes(row: &Row, column: &str, problems: &mut Problems) -> bool {
    match row.cell(column) {
        None => false,
        Some(cell) if ["yes", "no"].contains(&cell.as_str()) => cell.value == "yes",
        Some(cell) => {
            let message = format!("{column}: {} stands where yes or no is wanted", quoted(cell));
            problems.error(cell.at, message, None);
            false
        }
    }
}

fn priority(row: &Row, problems: &mut Problems) -> Option<u32> {
    row.whole("priority", 1, problems).map(|class| u32::try_from(class).unwrap_or(u32::MAX))
}
