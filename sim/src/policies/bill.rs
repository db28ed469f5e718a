//! Who pays for a measure: parties with their shares, and an account for each of its items.

use crate::levers::Rules;
use crate::math::Row;

/// Parties with their shares, which sum to 1.
#[derive(Clone, Debug)]
pub(super) struct Bill {
    parties: Vec<(String, f64)>,
    items: Vec<&'static str>,
    /// `[item][party]`
    accounts: Vec<Vec<usize>>,
}

impl Bill {
    /// All of it to one party.
    pub(super) fn to(party: impl Into<String>, items: &[&'static str]) -> Bill {
        Bill::shared(vec![(party.into(), 1.0)], items)
    }

    /// Shared; no accounts yet.
    pub(super) fn shared(parties: Vec<(String, f64)>, items: &[&'static str]) -> Bill {
        Bill { parties, items: items.to_vec(), accounts: Vec::new() }
    }

    /// The same items, all of them to one party.
    pub(super) fn for_party(&self, party: &str) -> Bill {
        Bill::to(party, &self.items)
    }

    /// The same items, shared.
    pub(super) fn for_parties(&self, parties: Vec<(String, f64)>) -> Bill {
        Bill::shared(parties, &self.items)
    }

    /// Opens the accounts.
    pub(super) fn open(&mut self, rules: &mut Rules) {
        let of_item =
            |item: &&'static str| self.parties.iter().map(|(party, _)| rules.account(party, item)).collect();
        self.accounts = self.items.iter().map(of_item).collect();
    }

    /// Charges an amount, shared as agreed; nothing if the item is none of the bill's.
    pub(super) fn pay(&self, item: &str, amount: Row, costs: &mut [Row]) {
        let Some(index) = self.items.iter().position(|known| *known == item) else { return };
        for (account, (_, share)) in self.accounts[index].iter().zip(&self.parties) {
            costs[*account] += amount * *share;
        }
    }

    /// The same, shared by `shares`, one row a party.
    pub(super) fn pay_by(&self, item: &str, amount: Row, shares: &[Row], costs: &mut [Row]) {
        let Some(index) = self.items.iter().position(|known| *known == item) else { return };
        for (account, share) in self.accounts[index].iter().zip(shares) {
            costs[*account] += amount * *share;
        }
    }
}
