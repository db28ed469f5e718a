//! The distributions of every quantity that is kept of a policy's runs.

use super::RunMetrics;
use super::distribution::Distribution;
use super::quantity::{OF_ACCOUNTS, OF_CONSUMERS, OF_STOCKPILES, Quantity};

/// The distributions over some runs under one policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distributions {
    /// `[consumer][quantity]`, the quantities as in [`OF_CONSUMERS`].
    pub consumers: Vec<Vec<Distribution>>,
    /// `[stockpile][quantity]`, as in [`OF_STOCKPILES`].
    pub stockpiles: Vec<Vec<Distribution>>,
    /// `[account][quantity]`, as in [`OF_ACCOUNTS`].
    pub accounts: Vec<Vec<Distribution>>,
}

impl Distributions {
    /// Of these runs, which are of one point and policy.
    pub fn of<'a>(runs: impl Iterator<Item = &'a RunMetrics>) -> Distributions {
        let mut all = Distributions::default();
        for run in runs {
            add(&mut all.consumers, &OF_CONSUMERS, &run.outcomes, run.weight);
            add(&mut all.stockpiles, &OF_STOCKPILES, &run.stockpiles, run.weight);
            add(&mut all.accounts, &OF_ACCOUNTS, &run.costs, run.weight);
        }
        all
    }

    /// Adds other runs of the same point and policy. Sums are rounded: always add in the same order.
    pub fn absorb(&mut self, other: &Distributions) {
        let groups = [
            (&mut self.consumers, &other.consumers),
            (&mut self.stockpiles, &other.stockpiles),
            (&mut self.accounts, &other.accounts),
        ];
        for (mine, others) in groups {
            mine.resize_with(mine.len().max(others.len()), Vec::new);
            for (mine, others) in mine.iter_mut().zip(others) {
                mine.resize_with(mine.len().max(others.len()), Distribution::default);
                mine.iter_mut().zip(others).for_each(|(mine, other)| mine.absorb(other));
            }
        }
    }

    /// That of a consumer's quantity, by its name.
    pub fn of_consumer(&self, consumer: usize, name: &str) -> Option<&Distribution> {
        self.consumers.get(consumer)?.get(OF_CONSUMERS.iter().position(|quantity| quantity.name == name)?)
    }

    /// That of a stockpile's quantity, by its name.
    pub fn of_stockpile(&self, stockpile: usize, name: &str) -> Option<&Distribution> {
        self.stockpiles.get(stockpile)?.get(OF_STOCKPILES.iter().position(|quantity| quantity.name == name)?)
    }

    /// As bytes: for each group its number of things, then the numbers of every distribution, eight bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut put = |number: u64| bytes.extend_from_slice(&number.to_le_bytes());
        for group in [&self.consumers, &self.stockpiles, &self.accounts] {
            put(group.len() as u64);
            group.iter().flatten().flat_map(Distribution::numbers).for_each(&mut put);
        }
        bytes
    }

    /// What [`Distributions::to_bytes`] gave; `None` if the bytes are of something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Distributions> {
        let mut numbers = bytes.chunks(8).map_while(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
        let mut group = |n_quantities: usize| {
            let mut group = Vec::new();
            for _ in 0..numbers.next()? {
                let of_one = (0..n_quantities).map(|_| Distribution::from_numbers(&mut numbers));
                group.push(of_one.collect::<Option<Vec<Distribution>>>()?);
            }
            Some(group)
        };
        Some(Distributions {
            consumers: group(OF_CONSUMERS.len())?,
            stockpiles: group(OF_STOCKPILES.len())?,
            accounts: group(OF_ACCOUNTS.len())?,
        })
    }
}

fn add<T>(group: &mut Vec<Vec<Distribution>>, quantities: &[Quantity<T>], things: &[T], weight: f64) {
    group.resize_with(things.len(), || vec![Distribution::default(); quantities.len()]);
    for (of_one, thing) in group.iter_mut().zip(things) {
        for (distribution, quantity) in of_one.iter_mut().zip(quantities) {
            if let Some(value) = (quantity.of)(thing) {
                distribution.add(value, weight);
            }
        }
    }
}
