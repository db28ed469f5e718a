//! The short table at the end of a run.

use super::Model;
use super::precision::runs_for;
use super::users::main_consumers;
use crate::baseline::Baseline;
use crate::metrics::Distributions;
use crate::metrics::SHORT_RUN;
use crate::metrics::clopper_pearson;
use crate::policies::Policy;
use crate::results::Tail;

/// Level of CVaR, and the sizes of stock that are shown.
const LEVEL: f64 = 0.95;

/// Half width that the last column of the table is for, as a share of the mean of the worst runs.
const WANTED: f64 = 0.05;

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

    /// What the runs tell of the worst ones.
    pub(super) fn tails(&self) -> Vec<Tail> {
        let mut tails = Vec::new();
        for consumer in &self.main {
            for (policy, of_policy) in self.policies.iter().zip(&self.distributions) {
                let Some(missing) = of_policy.of_consumer(*consumer, "shortfall_share") else { continue };
                tails.push(Tail {
                    consumer: self.consumer(*consumer),
                    policy: policy.name.clone(),
                    runs: missing.runs() as f64,
                    worst: missing.cvar(LEVEL),
                    half_width: missing.cvar_half_width(LEVEL),
                });
            }
        }
        tails
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
            "runs for ± 5 %",
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
                let half = missing.cvar_half_width(LEVEL);
                let interval = half
                    .map(|half| range((cvar - half).max(missing.least()), (cvar + half).min(missing.most())));
                let needed = half.map(|half| runs_for(missing.runs() as f64, half, cvar, WANTED));
                rows.push(vec![
                    format!("  {}", policy.name),
                    percent(short.mean()),
                    // One run tells nothing of a probability.
                    if short.runs() > 1 { range(low, high) } else { "-".to_owned() },
                    percent(missing.mean()),
                    percent(cvar),
                    interval.unwrap_or("-".to_owned()),
                    needed.map_or("-".to_owned(), |runs| format!("{:.0}", runs.ceil())),
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
