//! Transit and chokepoints of a lane that does not state its own.

use super::names::Names;
use crate::scenario::At;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::Selector;
use crate::scenario::TransitRow;
use std::collections::BTreeSet;

/// The rows of transit.csv, resolved.
pub(super) struct Transit<'a> {
    rows: Vec<Row<'a>>,
    reported: BTreeSet<(usize, usize)>,
}

/// How much a pattern says: the more, the better it fits what it matches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    All,
    Several,
    One,
}

struct Row<'a> {
    written: &'a TransitRow,
    from: (Fit, Vec<usize>),
    to: (Fit, Vec<usize>),
    material: (Fit, Vec<usize>),
    chokepoints: Vec<usize>,
}

/// What a row says of a lane.
pub(super) struct Found<'a> {
    pub(super) days: f64,
    pub(super) chokepoints: &'a [usize],
}

impl<'a> Transit<'a> {
    /// Resolves the names of every row.
    pub(super) fn read(
        scenario: &'a Scenario,
        places: &Names,
        blocs: &[(String, Vec<usize>)],
        materials: &Names,
        chokepoints: &Names,
        problems: &mut Problems,
    ) -> Transit<'a> {
        let mut rows = Vec::new();
        for written in &scenario.transit {
            let end = |name: &At<String>, problems: &mut Problems| {
                if name.value == "*" {
                    return Some((Fit::All, Vec::new()));
                }
                if let Some((_, members)) = blocs.iter().find(|(bloc, _)| *bloc == name.value) {
                    return Some((Fit::Several, members.clone()));
                }
                places.find("", name, problems).map(|place| (Fit::One, vec![place]))
            };
            let from = end(&written.from, problems);
            let to = end(&written.to, problems);
            let material = fit_materials(written, materials, problems);
            let crossed: Vec<Option<usize>> =
                written.chokepoints.iter().map(|name| chokepoints.find("", name, problems)).collect();
            let crossed: Option<BTreeSet<usize>> = crossed.into_iter().collect();
            if let (Some(from), Some(to), Some(material), Some(crossed)) = (from, to, material, crossed) {
                rows.push(Row { written, from, to, material, chokepoints: crossed.into_iter().collect() });
            }
        }
        Transit { rows, reported: BTreeSet::new() }
    }

    /// The row that fits a lane best: places before blocs before `*`, then the material before a glob.
    ///
    /// Wildcards and blocs speak of trade between places, so a home lane takes only a row that names its place at
    /// both ends. Two rows that fit alike and differ are a problem.
    pub(super) fn find(
        &mut self,
        from: usize,
        to: usize,
        material: usize,
        problems: &mut Problems,
    ) -> Option<Found<'_>> {
        let fits = |(fit, ids): &(Fit, Vec<usize>), id: usize| *fit == Fit::All || ids.contains(&id);
        let mut best: Option<((Fit, Fit, Fit), usize)> = None;
        let mut rivals = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let matches = fits(&row.from, from) && fits(&row.to, to) && fits(&row.material, material);
            if !matches || (from == to && (row.from.0, row.to.0) != (Fit::One, Fit::One)) {
                continue;
            }
            let (one, other) = (row.from.0.min(row.to.0), row.from.0.max(row.to.0));
            // Both ends count alike: what names one place fits better than what names two blocs.
            let rank = (other, one, row.material.0);
            match best {
                Some((top, _)) if rank < top => {}
                Some((top, _)) if rank == top => rivals.push(index),
                _ => {
                    best = Some((rank, index));
                    rivals.clear();
                }
            }
        }
        let (_, best) = best?;
        for rival in rivals {
            self.refuse_if_unlike(best, rival, problems);
        }
        let row = &self.rows[best];
        Some(Found { days: row.written.transit_days, chokepoints: &row.chokepoints })
    }

    fn refuse_if_unlike(&mut self, first: usize, second: usize, problems: &mut Problems) {
        let (a, b) = (&self.rows[first], &self.rows[second]);
        let alike = a.written.transit_days == b.written.transit_days && a.chokepoints == b.chokepoints;
        if alike || !self.reported.insert((first, second)) {
            return;
        }
        let say =
            |row: &TransitRow| format!("{} to {} of {}", row.from.value, row.to.value, row.material.value);
        let message = format!(
            "the rows {:?} and {:?} fit the same lane alike and differ",
            say(a.written),
            say(b.written)
        );
        let hint =
            "add a row that names both places, or make them agree; no row wins by its position".to_string();
        problems.error(b.written.from.at, message, Some(hint));
    }
}

fn fit_materials(row: &TransitRow, materials: &Names, problems: &mut Problems) -> Option<(Fit, Vec<usize>)> {
    if row.material.value == "*" {
        return Some((Fit::All, Vec::new()));
    }
    if let Some(material) = materials.get(&row.material) {
        return Some((Fit::One, vec![material]));
    }
    let glob = Selector { pattern: row.material.clone() };
    let matched: Vec<usize> =
        materials.iter().filter(|(name, _)| glob.matches(name)).map(|(_, id)| id).collect();
    if matched.is_empty() {
        materials.find("", &row.material, problems);
        return None;
    }
    Some((Fit::Several, matched))
}
