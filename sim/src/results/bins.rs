//! Counts for bands: as rows, and as bytes that can be kept and added up.

use super::names::{NameId, Names};
use super::pages::Cell;
use super::parquet::Spool;
use super::tables;
use crate::metrics::Band;
use crate::metrics::Bands;
use crate::metrics::put;
use crate::metrics::take;
use serde::{Deserialize, Serialize};

/// Names of a band: of what, material, place, sector, stockpile.
pub(super) type BandNames = [Option<NameId>; 5];

/// Writes the bands of one policy at one point.
pub(super) fn write(
    bands: &Bands,
    point: u64,
    policy: NameId,
    names: impl Fn(&Band) -> BandNames,
    spool: &mut Spool<'_>,
) {
    let point = Cell::Int(i64::try_from(point).expect("points are bounded"));
    for band in bands.all() {
        let what = names(&band).map(|name| name.map_or(Cell::Missing, Cell::Name));
        let value = [Cell::Int(band.step as i64), Cell::Real(band.quantile), Cell::Real(band.value)];
        spool.row(&[&[point, Cell::Name(policy), Cell::Int(0)], &what, &value]);
    }
}

/// Counts with the names of what they count.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Described {
    pub(super) policy: String,
    /// By item of the counts.
    pub(super) names: Vec<[Option<String>; 5]>,
    pub(super) counts: Bands,
}

impl Described {
    /// A line of JSON, then (distance from the cell before, count) of every cell, seven bits a byte.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("plain data");
        bytes.push(b'\n');
        let mut before = 0;
        for (cell, count) in &self.counts.counts {
            put(&mut bytes, cell - before);
            put(&mut bytes, *count);
            before = *cell;
        }
        bytes
    }

    /// `None` if the bytes are of something else.
    pub(super) fn decode(bytes: &[u8]) -> Option<Described> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let described: Described = serde_json::from_slice(&bytes[..end]).ok()?;
        let mut rest = &bytes[end + 1..];
        let (mut cell, mut counts) = (0_u64, Vec::new());
        while !rest.is_empty() {
            cell = cell.checked_add(take(&mut rest)?)?;
            counts.push((cell, take(&mut rest)?));
        }
        Some(Described { counts: described.counts.with_counts(counts)?, ..described })
    }
}

/// The bands of one policy at one point out of what several chunks counted: a part of the table. `None` if they are of something else.
pub(super) fn rows(point: u64, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Option<[Vec<u8>; 1]> {
    let first = Described::decode(&parts.next()?)?;
    let mut sound = true;
    let others = parts.map_while(|part| {
        let decoded = Described::decode(&part);
        sound &= decoded.is_some();
        decoded.map(|decoded| decoded.counts)
    });
    let bands = Bands::sum(std::iter::once(first.counts).chain(others)).filter(|_| sound)?;
    let mut names = Names::default();
    let policy = names.id(&first.policy);
    let of: Vec<BandNames> = first
        .names
        .iter()
        .map(|of| of.each_ref().map(|name| name.as_deref().map(|name| names.id(name))))
        .collect();
    let items: Vec<_> = bands.items.iter().map(|(kind, item, _)| (*kind, *item)).collect();
    let mut spool = Spool::new(&tables::BANDS, names.list());
    let place = |band: &Band| items.iter().position(|item| *item == (band.kind, band.item));
    write(
        &bands,
        point,
        policy,
        |band| place(band).and_then(|at| of.get(at).copied()).unwrap_or_default(),
        &mut spool,
    );
    Some([spool.finish().0])
}
