//! Which hazards have to be sampled together.

use super::regime;
use crate::hazards::Drawn;
use crate::hazards::Regime;
use crate::hazards::Times;
use crate::random::Block;
use crate::random::KeyHash;
use std::sync::Arc;

/// Hazards tied to each other, directly or through others, with the regimes that they follow.
#[derive(Debug)]
pub(super) struct Part {
    /// Positions of the hazards, ascending.
    pub(super) members: Vec<usize>,
    /// Their regimes with the keys of their streams.
    pub(super) regimes: Vec<(Arc<Regime>, KeyHash)>,
    /// Time up to which its events matter, years: the end of the horizon and the longest lead after it.
    pub(super) limit: f64,
}

impl Part {
    /// True if its one hazard follows nothing, so that its events can be drawn in one go.
    pub(super) fn stands_alone(&self, hazards: &[Drawn]) -> bool {
        let drawn = &hazards[self.members[0]];
        let links = &drawn.links;
        self.members.len() == 1
            && self.regimes.is_empty()
            && links.when.is_empty()
            && links.excites.is_empty()
            && drawn.hazard.spread().is_none()
    }
}

/// The hazards by part, in the order of the first of each.
pub(super) fn parts(hazards: &[Drawn], block: &Block) -> Vec<Part> {
    // The first hazard of the part that each belongs to, as far as is known.
    let mut first: Vec<usize> = (0..hazards.len()).collect();
    fn root(first: &[usize], mut index: usize) -> usize {
        while first[index] != index {
            index = first[index];
        }
        index
    }
    for (index, drawn) in hazards.iter().enumerate() {
        let links = &drawn.links;
        let excited = links.excites.iter().map(|excites| excites.hazard);
        let next = links.escalates.iter().map(|next| next.hazard);
        let settled = links.settles.iter().flat_map(|settles| settles.hazards.iter().copied());
        for other in excited.chain(next).chain(settled) {
            let (a, b) = (root(&first, index), root(&first, other));
            first[a.max(b)] = a.min(b);
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut place = vec![usize::MAX; hazards.len()];
    for (index, drawn) in hazards.iter().enumerate() {
        let root = root(&first, index);
        if root == index {
            place[index] = parts.len();
            parts.push(Part { members: Vec::new(), regimes: Vec::new(), limit: 0.0 });
        }
        let part = &mut parts[place[root]];
        part.members.push(index);
        part.limit = part.limit.max(drawn.shape.horizon() + drawn.shape.lead);
        let modulating = drawn.links.regimes.iter().map(|modulation| &modulation.regime);
        let entered = match &drawn.onset {
            Times::Enters { regime, .. } => Some(regime),
            _ => None,
        };
        for regime in modulating.chain(entered) {
            if part.regimes.iter().all(|(known, _)| known.name != regime.name) {
                part.regimes.push((regime.clone(), regime::key(block, regime)));
            }
        }
    }
    parts
}
