//! From written patterns to ids.

use super::{ConsumerId, LaneId, MaterialId, Network, PlaceId, PlantId};
use crate::scenario::{At, Problems};

/// The keys of a footprint that a kind may offer; each a list of names, blocs or globs.
#[derive(Clone, Debug, Default)]
pub struct Select {
    /// `places`
    pub places: Option<Vec<At<String>>>,
    /// `materials`
    pub materials: Option<Vec<At<String>>>,
    /// `tiers`
    pub tiers: Option<Vec<At<String>>>,
    /// `plants`
    pub plants: Option<Vec<At<String>>>,
    /// `owners`
    pub owners: Option<Vec<At<String>>>,
    /// `importers`
    pub importers: Option<Vec<At<String>>>,
    /// `sectors`
    pub sectors: Option<Vec<At<String>>>,
}

/// What a selection comes to, all ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Footprint {
    /// Places named by `places`, or all.
    pub places: Vec<PlaceId>,
    /// Places named by `importers`, or all.
    pub importers: Vec<PlaceId>,
    /// Materials named by `materials` and `tiers`, or all.
    pub materials: Vec<MaterialId>,
    /// Plants of those materials in those places, by name and owner where given.
    pub plants: Vec<PlantId>,
    /// Lanes of those materials from those places to those importers, home lanes included.
    pub lanes: Vec<LaneId>,
    /// Consumers of those materials in those places, by sector where given.
    pub consumers: Vec<ConsumerId>,
}

impl Select {
    /// Resolves the patterns; one that fits nothing is a problem with the nearest name.
    pub fn resolve(&self, network: &Network, problems: &mut Problems) -> Footprint {
        let _ = (network, problems);
        todo!()
    }
}
