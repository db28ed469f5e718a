//! Most that a scenario may have. Beyond it stands a slip or malice: it is refused before memory or time is taken for it.

use super::problem::{Location, Problems};

/// Bytes of one file.
pub(super) const MOST_BYTES: u64 = 64 << 20;
/// Rows of a table.
pub(super) const MOST_ROWS: usize = 500_000;
/// Columns of a table; a list of points has one for each key.
pub(super) const MOST_COLUMNS: usize = 1_000;
/// Tables `[hazard.NAME]`, or those of any other kind: hazards are looked at pair by pair, and each policy has its copy of
/// the network's rules.
pub(super) const MOST_TABLES: usize = 1_000;
/// States of a regime.
pub(super) const MOST_STATES: usize = 100;
/// Days that a shipment is under way: what is under way is held in memory, step by step.
pub(super) const MOST_TRANSIT_DAYS: f64 = 3_652.5;
/// Values of a design, and of the uncertain numbers: points or draws times keys.
pub(super) const MOST_VALUES: u64 = 10_000_000;
/// Steps times rows of plants, lanes and consumers.
pub(super) const MOST_CELLS: f64 = 1e8;
/// Faults that are shown; the rest is counted.
pub(super) const MOST_SHOWN: usize = 200;

/// Refuses more than `most` of something; false if it did.
pub(super) fn at_most(most: usize, found: usize, what: &str, at: Location, problems: &mut Problems) -> bool {
    if found > most {
        problems.error(at, format!("{found} {what}; at most {most} are allowed"), None);
    }
    found <= most
}
