//! The way round: the graph of chokepoints and their alternatives.

use crate::network::Chokepoint;
use crate::network::Network;

/// Chokepoints joined to their alternatives, with the transit that each adds, in steps.
///
/// The tables give door-to-door transits and one alternative for each chokepoint, so a way round is a walk from
/// alternative to alternative until one is open.
#[derive(Debug)]
pub(super) struct Routes {
    chokepoints: Vec<Chokepoint>,
    /// Steps a year.
    per_year: f64,
    n_steps: f64,
    longest: f64,
}

impl Routes {
    /// Ways round `named`.
    pub(super) fn new(network: &Network, named: &[usize]) -> Routes {
        let clock = network.clock;
        let mut routes = Routes {
            chokepoints: network.chokepoints.clone(),
            per_year: 1.0 / clock.dt,
            n_steps: clock.n_steps as f64,
            longest: 0.0,
        };
        // No walk is longer than one over all that may close, and a lane may go round each of them.
        let all = named.iter().filter_map(|chokepoint| routes.chokepoints[*chokepoint].detour);
        let total: f64 = all.fold(0.0, |total, years| total + years);
        routes.longest = (total * routes.per_year).min(routes.n_steps);
        routes
    }

    /// Most steps that a way round adds.
    pub(super) fn longest(&self) -> f64 {
        self.longest
    }

    /// Steps added to a lane that crosses `crossed` while `closed` are; `None`: there is no way round one of them.
    ///
    /// Closed chokepoints that one route avoids are avoided once: Suez and Bab el-Mandeb, by the Cape.
    pub(super) fn detour(&self, crossed: &[usize], closed: &[usize]) -> Option<f64> {
        let mut by_route: Vec<(&str, f64)> = Vec::new();
        for chokepoint in crossed.iter().filter(|chokepoint| closed.contains(chokepoint)) {
            let (route, years) = self.walk(*chokepoint, closed)?;
            match by_route.iter_mut().find(|(known, _)| *known == route) {
                Some((_, longest)) => *longest = longest.max(years),
                None => by_route.push((route, years)),
            }
        }
        let years = by_route.iter().fold(0.0, |total, (_, years)| total + years);
        Some((years * self.per_year).min(self.n_steps))
    }

    /// The first open alternative, and the transit that it adds in all.
    fn walk(&self, from: usize, closed: &[usize]) -> Option<(&str, f64)> {
        let (mut at, mut years) = (from, 0.0);
        // Alternatives that lead back to where the walk began are no way round.
        for _ in 0..=closed.len() {
            let chokepoint = &self.chokepoints[at];
            years += chokepoint.detour?;
            match chokepoint.alternative {
                Some(next) if closed.contains(&next) => at = next,
                _ => return Some((&chokepoint.via, years)),
            }
        }
        None
    }
}
