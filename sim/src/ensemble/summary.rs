//! The short table at the end of a run.

use super::Model;
use crate::baseline::Baseline;
use crate::metrics::Distributions;
use crate::metrics::SHORT_RUN;
use crate::metrics::clopper_pearson;
use crate::network::DestinationId;
use crate::network::PlaceId;
use crate::policies::Policy;

/// Consumers shown.
const SHOWN: usize = 5;
/// The sector that is shown first.
const DEFENCE: &str = "defence";
/// Level of CVaR, and the sizes of stock that are shown.
const LEVEL: f64 = 0.95;

/// The main consumers' shortage under each policy, for the table at the end.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Text of the table.
    pub table: String,
}

/// What the summary needs: the distributions of every policy at the first point.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    policies: Vec<&'a Policy>,
    baseline: &'a Baseline,
    /// Consumers shown.
    main: Vec<usize>,
    /// By policy.
    distributions: Vec<Distributions>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(model: &'a Model, policies: &[String]) -> Tally<'a> {
        let policies: Vec<&Policy> =
            model.policies.iter().filter(|policy| policies.contains(&policy.name)).collect();
        let baseline = &model.baseline;
        Tally {
            baseline,
            main: main_consumers(baseline, &policies),
            distributions: vec![Distributions::default(); policies.len()],
            policies,
        }
    }

    /// Adds the runs of a chunk. Chunks come in order.
    pub(super) fn add(&mut self, chunk: &[Distributions]) {
        self.distributions.iter_mut().zip(chunk).for_each(|(all, of_chunk)| all.absorb(of_chunk));
    }

    /// The table, of a study of so many points.
    pub(super) fn summary(&self, points: u64) -> Summary {
        let mut text = String::new();
        if points > 1 {
            text.push_str(&format!("point 0 of {points}; the others are in the tables\n"));
        }
        text.push_str(&self.shortages());
        if self.distributions.iter().any(|of_policy| !of_policy.stockpiles.is_empty()) {
            text.push('\n');
            text.push_str(&self.stocks());
        }
        Summary { table: text }
    }

    fn shortages(&self) -> String {
        let head = [
            "share of requirement missing",
            "runs short",
            "95 % interval",
            "mean",
            "worst 5 %",
            "95 % interval",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for consumer in &self.main {
            let mut row = vec![String::new(); head.len()];
            row[0] = self.consumer(*consumer);
            rows.push(row);
            for (policy, of_policy) in self.policies.iter().zip(&self.distributions) {
                let of = |name| of_policy.of_consumer(*consumer, name);
                let (Some(missing), Some(short)) = (of("shortfall_share"), of("short")) else { continue };
                let (n, cvar) = (short.effective_runs(), missing.cvar(LEVEL));
                let (low, high) = clopper_pearson(short.mean() * n, n);
                let interval = missing
                    .cvar_half_width(LEVEL)
                    .map(|half| range((cvar - half).max(missing.least()), (cvar + half).min(missing.most())));
                rows.push(vec![
                    format!("  {}", policy.name),
                    percent(short.mean()),
                    // One run tells nothing of a probability.
                    if short.runs() > 1 { range(low, high) } else { "-".to_owned() },
                    percent(missing.mean()),
                    percent(cvar),
                    interval.unwrap_or("-".to_owned()),
                ]);
            }
        }
        let hidden = self.baseline.network.consumers.len() - self.main.len();
        aligned(&rows, 1)
            + &format!(
                "runs short: more than {} % of the requirement over the whole horizon is missing\n",
                100.0 * SHORT_RUN
            )
            + &if hidden > 0 {
                format!("{hidden} more consumers are in tables/outcomes\n")
            } else {
                String::new()
            }
    }

    fn stocks(&self) -> String {
        let mut rows = vec![
            ["stock that would have sufficed", "policy", "in 50 %", "in 75 %", "in 95 %", "in 99 %", "unit"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for (policy, of_policy) in self.policies.iter().zip(&self.distributions) {
            for (index, stockpile) in policy.rules.stockpiles.iter().enumerate() {
                let Some(required) = of_policy.of_stockpile(index, "required") else { continue };
                let mut row = vec![stockpile.name.clone(), policy.name.clone()];
                row.extend([0.5, 0.75, 0.95, 0.99].map(|p| amount(required.quantile(p))));
                row.push(self.baseline.network.materials[stockpile.material.index()].unit.clone());
                rows.push(row);
            }
        }
        aligned(&rows, 2)
            + "of runs, rounded up by 1.6 % at most; an estimate, exact with exogenous prices, no draw limit and no shared inputs\n"
    }

    /// `cobalt_refined DEU civil`.
    fn consumer(&self, index: usize) -> String {
        let network = &self.baseline.network;
        let consumer = &network.consumers[index];
        let destination = &network.destinations[consumer.destination.index()];
        format!(
            "{} {} {}",
            network.materials[destination.material.index()].code,
            network.places[destination.place.index()].code,
            network.sectors[consumer.sector]
        )
    }
}

/// The users that a reader asks about: the two largest defence users in places that hold a stockpile (in all, if none
/// does), the largest user of each stockpile where it is held, then the next largest.
///
/// Largest by value at the reference price: amounts of unlike units compare only so, and what has no price comes last.
fn main_consumers(baseline: &Baseline, policies: &[&Policy]) -> Vec<usize> {
    let network = &baseline.network;
    let value = |index: usize| {
        let consumer = &network.consumers[index];
        let material = network.destinations[consumer.destination.index()].material;
        consumer.demand * network.materials[material.index()].reference_price.unwrap_or(0.0)
    };
    let mut by_value: Vec<usize> = (0..network.consumers.len()).collect();
    // Stable, so equal values stay in id order.
    by_value.sort_by(|a, b| value(*b).total_cmp(&value(*a)));
    let stockpiles = || policies.iter().flat_map(|policy| &policy.rules.stockpiles);
    let place = |id: &DestinationId| network.destinations[id.index()].place;
    let held: Vec<PlaceId> = stockpiles().flat_map(|held| held.destinations.iter().map(place)).collect();
    let is_defence = |index: &&usize| {
        let consumer = &network.consumers[**index];
        let concerned = held.is_empty() || held.contains(&place(&consumer.destination));
        network.sectors[consumer.sector] == DEFENCE && concerned
    };
    let mut order: Vec<usize> = by_value.iter().filter(is_defence).take(2).copied().collect();
    for stockpile in stockpiles() {
        let served =
            |index: &&usize| stockpile.destinations.contains(&network.consumers[**index].destination);
        order.extend(by_value.iter().find(served));
    }
    order.extend(&by_value);
    let mut main: Vec<usize> = Vec::new();
    for index in order {
        if main.len() < SHOWN && !main.contains(&index) {
            main.push(index);
        }
    }
    main
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

fn range(low: f64, high: f64) -> String {
    format!("{:.2} to {:.2} %", 100.0 * low, 100.0 * high)
}

/// Four digits, enough for any decision and few enough to read; whole units from a thousand on.
fn amount(value: f64) -> String {
    let decimals = [1000.0, 100.0, 10.0, 1.0].iter().filter(|bound| value < **bound).count();
    if value == 0.0 { "0".to_owned() } else { format!("{value:.decimals$}") }
}

/// Columns padded to their widest cell: the first `left` to the left, numbers to the right.
fn aligned(rows: &[Vec<String>], left: usize) -> String {
    let n = rows[0].len();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.chars().count());
            line += &if column < left { format!("{cell}{pad}  ") } else { format!("{pad}{cell}  ") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let rows = [vec!["钋".to_owned(), "1".to_owned()], vec!["lead".to_owned(), "1000".to_owned()]];
        assert_eq!(aligned(&rows, 1), "钋        1\nlead  1000\n");
    }

    #[test]
    fn amounts_have_four_digits() {
        assert_eq!(
            [0.0, 0.5, 12.5, 123.45, 123_456.7].map(amount),
            ["0", "0.5000", "12.50", "123.5", "123457"]
        );
    }
}
