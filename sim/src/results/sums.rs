//! Distributions by point and policy: as rows, and as bytes that can be kept and added up.

use super::names::{NameId, Names};
use super::pages::Cell;
use super::parquet::Spool;
use super::subject::Subject;
use super::tables;
use crate::metrics::Distribution;
use crate::metrics::Distributions;
use crate::metrics::OF_ACCOUNTS;
use crate::metrics::OF_CONSUMERS;
use crate::metrics::OF_STOCKPILES;
use crate::metrics::OF_THE_MATERIAL;
use crate::metrics::Quantity;
use serde::{Deserialize, Serialize};

/// Level of the tail whose mean is written.
const LEVEL: f64 = 0.95;
/// The quantiles that are written.
const QUANTILES: [f64; 6] = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// Names of a distribution: of what, material, place, sector, stockpile, party, item, unit.
type Of<T> = [Option<T>; 8];

/// Distributions of one policy, with the names of what they are of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Described {
    policy: String,
    /// In the order of the distributions: by group, thing and quantity.
    names: Vec<Of<String>>,
    #[serde(skip)]
    distributions: Distributions,
}

impl Described {
    /// With the names of the subject's policy.
    pub(super) fn new(subject: &Subject, policy: usize, distributions: Distributions) -> Described {
        let text = |id: NameId| subject.names.list()[id.0 as usize].clone();
        let names = names(subject, policy).into_iter().map(|of| of.map(|name| name.map(text)));
        Described { policy: text(subject.policies[policy].name), names: names.collect(), distributions }
    }

    /// A line of JSON, then the distributions.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("plain data");
        bytes.push(b'\n');
        bytes.extend(self.distributions.to_bytes());
        bytes
    }

    /// `None` if the bytes are of something else.
    pub(super) fn decode(bytes: &[u8]) -> Option<Described> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let described: Described = serde_json::from_slice(&bytes[..end]).ok()?;
        Some(Described { distributions: Distributions::from_bytes(&bytes[end + 1..])?, ..described })
    }
}

/// The distributions in what [`Described::encode`] gave, without their names; `None` if the bytes are of something else.
pub(super) fn distributions(bytes: &[u8]) -> Option<Distributions> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Distributions::from_bytes(&bytes[end + 1..])
}

/// Writes the rows of one policy at one point into the spools of both tables.
pub(super) fn write(
    subject: &Subject,
    point: u64,
    policy: usize,
    distributions: &Distributions,
    [summary, histograms]: [&mut Spool<'_>; 2],
) {
    let key = key(point, subject.policies[policy].name);
    for (of, distribution) in names(subject, policy).iter().zip(all(distributions)) {
        summary_row(&key, of, distribution, summary);
        histogram_rows(&key, of, distribution, histograms);
    }
}

/// The rows of one policy at one point, out of what several chunks kept, in order: a part of each table. `None` if they are of
/// something else.
pub(super) fn rows(point: u64, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Option<[Vec<u8>; 2]> {
    let mut sum = Described::decode(&parts.next()?)?;
    for other in parts {
        let other = Described::decode(&other)?;
        if (&other.policy, &other.names) != (&sum.policy, &sum.names) {
            return None;
        }
        sum.distributions.absorb(&other.distributions);
    }
    let mut names = Names::default();
    let key = key(point, names.id(&sum.policy));
    let of: Vec<Of<NameId>> = sum
        .names
        .iter()
        .map(|of| of.each_ref().map(|name| name.as_deref().map(|name| names.id(name))))
        .collect();
    let mut spools = [&tables::SUMMARY, &tables::HISTOGRAMS].map(|table| Spool::new(table, names.list()));
    for (of, distribution) in of.iter().zip(all(&sum.distributions)) {
        let [summary, histograms] = &mut spools;
        summary_row(&key, of, distribution, summary);
        histogram_rows(&key, of, distribution, histograms);
    }
    Some(spools.map(|spool| spool.finish().0))
}

fn key(point: u64, policy: NameId) -> [Cell<'static>; 3] {
    [Cell::Int(i64::try_from(point).expect("points are bounded")), Cell::Name(policy), Cell::Int(0)]
}

fn summary_row(key: &[Cell<'_>], of: &Of<NameId>, distribution: &Distribution, spool: &mut Spool<'_>) {
    // What no run has a number for, as costs without a price, has no row.
    if distribution.runs() == 0 {
        return;
    }
    let runs = i64::try_from(distribution.runs()).expect("numbers stay far below 2^63");
    let [mean, sd] = [distribution.mean(), distribution.sd()];
    let moments = [distribution.weight(), distribution.effective_runs(), mean, sd, distribution.least()]
        .map(Cell::Real);
    let width = |width: Option<f64>| width.map_or(Cell::Missing, Cell::Real);
    spool.row(&[
        key,
        &cells(of),
        &[Cell::Int(runs)],
        &moments,
        &QUANTILES.map(|p| Cell::Real(distribution.quantile(p))),
        &[Cell::Real(distribution.most()), Cell::Real(distribution.cvar(LEVEL))],
        &[width(distribution.mean_half_width()), width(distribution.cvar_half_width(LEVEL))],
    ]);
}

fn histogram_rows(key: &[Cell<'_>], of: &Of<NameId>, distribution: &Distribution, spool: &mut Spool<'_>) {
    for bar in distribution.bars() {
        spool.row(&[key, &cells(of), &[bar.upto, bar.weight, bar.mean].map(Cell::Real)]);
    }
}

fn cells(of: &Of<NameId>) -> [Cell<'static>; 8] {
    of.map(|name| name.map_or(Cell::Missing, Cell::Name))
}

/// In the order of [`names`].
fn all(distributions: &Distributions) -> impl Iterator<Item = &Distribution> {
    let groups = [&distributions.consumers, &distributions.stockpiles, &distributions.accounts];
    groups.into_iter().flat_map(|group| group.iter().flatten())
}

fn names(subject: &Subject, policy: usize) -> Vec<Of<NameId>> {
    let policy = &subject.policies[policy];
    let known = |name| Some(subject.names.known(name));
    let mut names = Vec::new();
    for consumer in &subject.consumers {
        let [material, place, sector] = [consumer.material, consumer.place, consumer.sector].map(Some);
        let of = |name, unit| [name, material, place, sector, None, None, None, unit];
        push(&OF_CONSUMERS, known, Some(consumer.unit), of, &mut names);
    }
    for stock in &policy.stockpiles {
        let of = |name, unit| [name, Some(stock.material), None, None, Some(stock.name), None, None, unit];
        push(&OF_STOCKPILES, known, Some(stock.unit), of, &mut names);
    }
    for (party, item) in &policy.accounts {
        let of = |name, unit| [name, None, None, None, None, Some(*party), Some(*item), unit];
        push(&OF_ACCOUNTS, known, None, of, &mut names);
    }
    names
}

fn push<T>(
    quantities: &[Quantity<T>],
    known: impl Fn(&'static str) -> Option<NameId>,
    unit_of_the_material: Option<NameId>,
    of: impl Fn(Option<NameId>, Option<NameId>) -> Of<NameId>,
    names: &mut Vec<Of<NameId>>,
) {
    for quantity in quantities {
        let unit = if quantity.unit == OF_THE_MATERIAL { unit_of_the_material } else { known(quantity.unit) };
        names.push(of(known(quantity.name), unit));
    }
}

/// Names that rows need besides those of the subject: quantities and units.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let consumers = OF_CONSUMERS.iter().map(|quantity| [quantity.name, quantity.unit]);
    let stockpiles = OF_STOCKPILES.iter().map(|quantity| [quantity.name, quantity.unit]);
    let accounts = OF_ACCOUNTS.iter().map(|quantity| [quantity.name, quantity.unit]);
    consumers.chain(stockpiles).chain(accounts).flatten()
}
