//! What a stockpile costs, and whom.

use crate::levers::Stockpile;
use crate::math::Row;
use crate::observed::Observed;
use crate::policies::bill::Bill;

/// Prices and rates of a stockpile. Money in USD, amounts in the material's unit.
#[derive(Clone, Debug)]
pub(super) struct Money {
    pub(super) bill: Bill,
    /// Per unit in the baseline; 0 if none is known.
    pub(super) reference_price: f64,
    /// False of a right to buy, which is no stock of the holders.
    pub(super) owned: bool,
    /// Multiple of the reference price paid for what is released under an option; `None`: the price of the day.
    pub(super) strike: Option<f64>,
    /// Per unit held for one step.
    pub(super) holding: f64,
    /// Per unit of the target for one step.
    pub(super) fee: f64,
    /// Per unit held for one step: the part rotated times what it loses.
    pub(super) rotation: f64,
}

/// Items of a stock that is owned, and of a right.
pub(super) fn items(owned: bool, spoils: bool, rotates: bool, fee: bool) -> Vec<&'static str> {
    let optional = [("stock", owned), ("spoilage", owned && spoils), ("rotation", rotates), ("fee", fee)];
    let always = ["purchase", "holding", "sales"];
    optional.into_iter().filter(|(_, used)| *used).map(|(item, _)| item).chain(always).collect()
}

impl Money {
    /// Charges the step just made: `scale` is the part of the target that counts now, `shares` are those of the parties where
    /// they change.
    ///
    /// Over the horizon the item `stock` is what was put in at the start, less what is left at the end and what spoiled, so
    /// that `stock` and `spoilage` together are what became of the value.
    pub(super) fn charge(
        &self,
        observed: &Observed<'_>,
        k: usize,
        stockpile: &Stockpile,
        (scale, shares): (Row, Option<&[Row]>),
        costs: &mut [Row],
    ) {
        let mut pay = |item: &str, amount: Row| match shares {
            Some(shares) => self.bill.pay_by(item, amount, shares, costs),
            None => self.bill.pay(item, amount, costs),
        };
        let price = observed.stock_price[k] * self.reference_price;
        let (stock, released) = (observed.stock[k], observed.released[k]);
        if self.owned {
            let spoiled = observed.spoiled[k] * price;
            pay("stock", -spoiled);
            pay("spoilage", spoiled);
            pay("purchase", observed.bought[k] * price);
            if observed.step + 1 == observed.n_steps {
                pay("stock", -(stock * price));
            }
        } else {
            let paid = self.strike.map_or(price, |strike| Row::splat(strike * self.reference_price));
            pay("purchase", released * paid);
        }
        pay("sales", -(released * price));
        pay("holding", stock * self.holding);
        pay("rotation", stock * self.rotation);
        if stockpile.target.is_finite() {
            pay("fee", scale * (stockpile.target * self.fee));
        }
        if self.owned && observed.step == 0 && !stockpile.unlimited() {
            // The stock of the start is put in as agreed, whoever has left since.
            self.bill.pay("stock", Row::splat(stockpile.initial * self.reference_price), costs);
        }
    }
}
