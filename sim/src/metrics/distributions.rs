//! The distributions of every quantity that is kept of a policy's runs.

use super::RunMetrics;
use super::compact::{put, take};
use super::distribution::{Distribution, Sorter};
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
    /// Of these runs, which are of one point and policy, in their order.
    pub fn of(runs: &[&RunMetrics]) -> Distributions {
        let mut sorter = Sorter::default();
        Distributions {
            consumers: each(runs, &OF_CONSUMERS, |run| &run.outcomes, &mut sorter),
            stockpiles: each(runs, &OF_STOCKPILES, |run| &run.stockpiles, &mut sorter),
            accounts: each(runs, &OF_ACCOUNTS, |run| &run.costs, &mut sorter),
        }
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

    /// As bytes: for each group its number of things, then every distribution.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for group in [&self.consumers, &self.stockpiles, &self.accounts] {
            put(&mut bytes, group.len() as u64);
            group.iter().flatten().for_each(|distribution| distribution.put(&mut bytes));
        }
        bytes
    }

    /// What [`Distributions::to_bytes`] gave; `None` if the bytes are of something else.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Distributions> {
        let mut group = |n_quantities: usize| {
            let mut group = Vec::new();
            for _ in 0..take(&mut bytes)? {
                let of_one = (0..n_quantities).map(|_| Distribution::take(&mut bytes));
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

/// `[thing][quantity]`: one distribution after another, as what is under way then fits a cache.
fn each<T>(
    runs: &[&RunMetrics],
    quantities: &[Quantity<T>],
    things: fn(&RunMetrics) -> &[T],
    sorter: &mut Sorter,
) -> Vec<Vec<Distribution>> {
    let n_things = runs.first().map_or(0, |run| things(run).len());
    let mut of = |thing: usize, quantity: &Quantity<T>| {
        let value = |run: &&RunMetrics| Some(((quantity.of)(&things(run)[thing])?, run.weight));
        sorter.sort(runs.iter().filter_map(value))
    };
    (0..n_things).map(|thing| quantities.iter().map(|quantity| of(thing, quantity)).collect()).collect()
}
