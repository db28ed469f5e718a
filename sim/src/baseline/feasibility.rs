//! Whether lanes can carry supply to use at all, and which of them can't carry anything.
//!
//! A flow from origins to destinations is grown by augmenting paths. If some use stays unmet, the destinations that
//! compete for the same origins are the reason, and are named (Hall's condition). If all is met, a lane that no
//! circle of the residual graph passes through has the same flow in every solution; where that is zero, proportional
//! fitting would creep towards it for ever, so such lanes are closed beforehand.

/// Supply and use of one material, with its lanes as pairs of positions.
pub(super) struct Margin<'a> {
    pub(super) supply: &'a [f64],
    pub(super) need: &'a [f64],
    pub(super) lanes: &'a [(usize, usize)],
}

/// Destinations that want more than the origins which reach them make.
#[derive(Debug, PartialEq)]
pub(super) struct Bottleneck {
    pub(super) destinations: Vec<usize>,
    pub(super) origins: Vec<usize>,
    /// Origins with supply that finds no use.
    pub(super) stranded: Vec<usize>,
}

/// Unmet use below this share of the total is rounding of the flow's sums; the fit's own residual judges the rest.
const DUST: f64 = 1e-12;

/// For each lane of `open`, whether it can carry something in a solution.
pub(super) fn carriers(margin: &Margin<'_>, open: &[bool]) -> Result<Vec<bool>, Bottleneck> {
    let mut flow = Flow::greedy(margin, open);
    while flow.augment() {}
    let total: f64 = margin.need.iter().sum();
    let misses = |left: f64, own: f64| left > 1e-9 * own + DUST * total;
    let unmet: Vec<usize> =
        (0..margin.need.len()).filter(|i| misses(flow.unmet[*i], margin.need[*i])).collect();
    if unmet.is_empty() {
        return Ok(flow.circulating(total));
    }
    let (origins, destinations) = flow.competitors(&unmet);
    let stranded = (0..margin.supply.len()).filter(|e| misses(flow.left[*e], margin.supply[*e])).collect();
    Err(Bottleneck { destinations, origins, stranded })
}

struct Flow<'a> {
    margin: &'a Margin<'a>,
    /// Lanes by origin and by destination, closed ones left out.
    out: Vec<Vec<usize>>,
    into: Vec<Vec<usize>>,
    open: &'a [bool],
    carried: Vec<f64>,
    left: Vec<f64>,
    unmet: Vec<f64>,
}

impl<'a> Flow<'a> {
    /// Each lane in turn takes what it can.
    fn greedy(margin: &'a Margin<'a>, open: &'a [bool]) -> Flow<'a> {
        let mut flow = Flow {
            margin,
            out: vec![Vec::new(); margin.supply.len()],
            into: vec![Vec::new(); margin.need.len()],
            open,
            carried: vec![0.0; margin.lanes.len()],
            left: margin.supply.to_vec(),
            unmet: margin.need.to_vec(),
        };
        for (lane, &(from, to)) in margin.lanes.iter().enumerate().filter(|(lane, _)| open[*lane]) {
            flow.out[from].push(lane);
            flow.into[to].push(lane);
            let amount = flow.left[from].min(flow.unmet[to]);
            flow.carried[lane] = amount;
            flow.left[from] -= amount;
            flow.unmet[to] -= amount;
        }
        flow
    }

    /// Sends more along the shortest path from supply that is left to use that is unmet; false if there is none.
    fn augment(&mut self) -> bool {
        // The lane over which each node was reached.
        let mut origin_by: Vec<Option<usize>> = vec![None; self.left.len()];
        let mut seen: Vec<bool> = self.left.iter().map(|left| *left > 0.0).collect();
        let mut destination_by: Vec<Option<usize>> = vec![None; self.unmet.len()];
        let mut front: Vec<usize> = (0..seen.len()).filter(|origin| seen[*origin]).collect();
        while !front.is_empty() {
            let mut next = Vec::new();
            for lane in front.iter().flat_map(|origin| &self.out[*origin]) {
                let to = self.margin.lanes[*lane].1;
                if destination_by[to].is_some() {
                    continue;
                }
                destination_by[to] = Some(*lane);
                if self.unmet[to] > 0.0 {
                    return self.push(to, &origin_by, &destination_by);
                }
                for back in &self.into[to] {
                    let from = self.margin.lanes[*back].0;
                    if self.carried[*back] > 0.0 && !seen[from] {
                        seen[from] = true;
                        origin_by[from] = Some(*back);
                        next.push(from);
                    }
                }
            }
            front = next;
        }
        false
    }

    fn push(&mut self, end: usize, origin_by: &[Option<usize>], destination_by: &[Option<usize>]) -> bool {
        let mut path = Vec::new();
        let mut amount = self.unmet[end];
        let mut to = end;
        let start = loop {
            let lane = destination_by[to].expect("the path was found through this destination");
            path.push((lane, 1.0));
            let from = self.margin.lanes[lane].0;
            match origin_by[from] {
                Some(back) => {
                    amount = amount.min(self.carried[back]);
                    path.push((back, -1.0));
                    to = self.margin.lanes[back].1;
                }
                None => break from,
            }
        };
        amount = amount.min(self.left[start]);
        for (lane, sign) in path {
            self.carried[lane] += sign * amount;
        }
        self.left[start] -= amount;
        self.unmet[end] -= amount;
        true
    }

    /// Origins that reach the unmet destinations, and all destinations that draw on these origins.
    fn competitors(&self, unmet: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let mut destinations = vec![false; self.unmet.len()];
        let mut origins = vec![false; self.left.len()];
        let mut open: Vec<usize> = unmet.to_vec();
        for to in unmet {
            destinations[*to] = true;
        }
        while let Some(to) = open.pop() {
            for from in self.into[to].iter().map(|lane| self.margin.lanes[*lane].0) {
                if std::mem::replace(&mut origins[from], true) {
                    continue;
                }
                for lane in &self.out[from] {
                    let to = self.margin.lanes[*lane].1;
                    if self.carried[*lane] > 0.0 && !std::mem::replace(&mut destinations[to], true) {
                        open.push(to);
                    }
                }
            }
        }
        let named = |flags: Vec<bool>| (0..flags.len()).filter(|id| flags[*id]).collect();
        (named(origins), named(destinations))
    }

    /// Lanes that carry something in some solution: those that do here, and those on a circle of the residual graph.
    fn circulating(&self, total: f64) -> Vec<bool> {
        let lanes = self.margin.lanes;
        let carries = |lane: usize| {
            let (from, to) = lanes[lane];
            let small = 1e-6 * self.margin.supply[from].min(self.margin.need[to]);
            self.carried[lane] > small.min(1e-14 * total)
        };
        // From each origin, what can be reached: forward over any lane, back over lanes that carry.
        let mut reach: Vec<Vec<bool>> = Vec::new();
        for origin in 0..self.left.len() {
            let mut destinations = vec![false; self.unmet.len()];
            let mut origins = vec![false; self.left.len()];
            origins[origin] = true;
            let mut open = vec![origin];
            while let Some(from) = open.pop() {
                for to in self.out[from].iter().map(|lane| lanes[*lane].1) {
                    if std::mem::replace(&mut destinations[to], true) {
                        continue;
                    }
                    for back in self.into[to].iter().filter(|lane| carries(**lane)) {
                        let from = lanes[*back].0;
                        if !std::mem::replace(&mut origins[from], true) {
                            open.push(from);
                        }
                    }
                }
            }
            reach.push(origins);
        }
        let returns = |lane: usize| {
            let (from, to) = lanes[lane];
            self.into[to].iter().any(|back| carries(*back) && reach[lanes[*back].0][from])
        };
        (0..lanes.len()).map(|lane| self.open[lane] && (carries(lane) || returns(lane))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Margin, carriers};

    #[test]
    fn destinations_that_want_more_than_reaches_them_are_named_with_their_origins() {
        let lanes = [(0, 0), (0, 1), (1, 1), (1, 2)];
        let margin = Margin { supply: &[5.0, 10.0], need: &[4.0, 4.0, 7.0], lanes: &lanes };
        assert_eq!(carriers(&margin, &[true; 4]).unwrap(), [true; 4]);
        let margin = Margin { supply: &[3.0, 12.0], need: &[4.0, 4.0, 7.0], lanes: &lanes };
        let bottleneck = carriers(&margin, &[true; 4]).unwrap_err();
        assert_eq!(bottleneck.destinations, [0]);
        assert_eq!(bottleneck.origins, [0]);
        assert_eq!(bottleneck.stranded, [1]);
    }

    #[test]
    fn a_lane_that_no_solution_uses_is_closed() {
        let lanes = [(0, 0), (0, 1), (1, 1)];
        let margin = Margin { supply: &[10.0, 5.0], need: &[10.0, 5.0], lanes: &lanes };
        assert_eq!(carriers(&margin, &[true; 3]).unwrap(), [true, false, true]);
    }
}
