//! Keys that several kinds have, each worded once.

use super::Key;

/// How a list of places is written.
pub(super) const PLACES: &str = "list of places or blocs";

/// `places`: what they are differs from kind to kind.
pub(super) const fn places(default: &'static str, meaning: &'static str) -> Key {
    Key { name: "places", unit: PLACES, default, meaning }
}

/// `imposer`: who does it.
pub(super) const fn imposer(meaning: &'static str) -> Key {
    Key { name: "imposer", unit: "place, bloc, or list", default: "required", meaning }
}

/// `materials`
pub(super) const MATERIALS: Key =
    Key { name: "materials", unit: "list of materials, globs", default: "all", meaning: "which materials" };

/// `tiers`
pub(super) const TIERS: Key =
    Key { name: "tiers", unit: "list of tiers", default: "all", meaning: "materials of which tiers" };

/// `plants`
pub(super) const PLANTS: Key =
    Key { name: "plants", unit: "list of plants, globs", default: "all", meaning: "which plants" };

/// `owners`
pub(super) const OWNERS: Key =
    Key { name: "owners", unit: PLACES, default: "all", meaning: "who controls the plants" };

/// `sectors`
pub(super) const SECTORS: Key =
    Key { name: "sectors", unit: "list of sectors", default: "all", meaning: "which sectors" };

/// `leakage`
pub(super) const LEAKAGE: Key = Key {
    name: "leakage",
    unit: "table",
    default: "none",
    meaning: "{ share = 0.1, added_days = 45, markup = 0.3 }: share of what is cut that still arrives, relabelled or \
              through third places, later and dearer",
};
