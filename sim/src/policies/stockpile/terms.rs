//! How a stockpile is held, and what that costs whom.

use super::money;
use super::money::Money;
use crate::network::MaterialId;
use crate::policies::Reading;
use crate::policies::bill::Bill;
use crate::scenario::Problems;

/// How it is held and what that costs, as written.
pub(super) struct Terms {
    held_as: HeldAs,
    state_share: f64,
    strike: f64,
    fee: f64,
    holding: f64,
    rotation: f64,
    items: Vec<&'static str>,
    payers: String,
}

#[derive(Clone, Copy, PartialEq)]
enum HeldAs {
    State,
    Mandated,
    Producer,
    Virtual,
    Option,
}

/// Reads how it is held, with the money terms.
pub(super) fn read(reading: &mut Reading<'_, '_>, spoils: bool, problems: &mut Problems) -> Option<Terms> {
    let kinds = [
        ("state", HeldAs::State),
        ("mandated", HeldAs::Mandated),
        ("producer", HeldAs::Producer),
        ("virtual", HeldAs::Virtual),
        ("option", HeldAs::Option),
    ];
    let body = &mut *reading.body;
    let held_as = if body.has("held_as") { body.choice("held_as", &kinds, problems)? } else { HeldAs::State };
    for (key, only) in
        [("state_share", HeldAs::Mandated), ("producers", HeldAs::Producer), ("strike_price", HeldAs::Option)]
    {
        if body.has(key) && held_as != only {
            let name = kinds.iter().find(|(_, kind)| *kind == only).map_or("", |(name, _)| *name);
            let hint = format!("it is for held_as = \"{name}\"");
            body.error(key, "has no effect on a stock that is held otherwise", Some(hint), problems);
        }
    }
    if held_as == HeldAs::Mandated && body.has("contributions") {
        let hint = "mandate it in each place by itself";
        body.error(
            "held_as",
            "a mandate is each state's own, not a joint stock",
            Some(hint.into()),
            problems,
        );
    }
    if held_as == HeldAs::Producer {
        body.required("producers", "producers = [\"COD\"]", problems);
    }
    let owned = !matches!(held_as, HeldAs::Virtual | HeldAs::Option);
    if !owned && body.has("refill") {
        body.error("refill", "a right to buy is not refilled", Some("leave it out".into()), problems);
    }
    let fee = body.non_negative("fee_usd", problems).unwrap_or(0.0);
    let holding = body.non_negative("holding_cost_usd", problems).unwrap_or(0.0);
    let rotated = body.share("rotation_per_year", problems).unwrap_or(0.0);
    let rotation = rotated * body.non_negative("rotation_cost_usd", problems).unwrap_or(0.0);
    Some(Terms {
        held_as,
        state_share: body.share("state_share", problems).unwrap_or(0.0),
        strike: body.positive("strike_price", problems).unwrap_or(1.0),
        fee,
        holding,
        rotation,
        items: money::items(owned, spoils, rotation > 0.0, fee > 0.0),
        payers: body.names("holders", &mut Problems::default()).map_or_else(String::new, |names| {
            names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ")
        }),
    })
}

impl Terms {
    /// Per step, with who pays.
    pub(super) fn money(self, reading: &Reading<'_, '_>, material: MaterialId) -> Money {
        let dt = reading.baseline.network.clock.dt;
        let bill = match self.held_as {
            HeldAs::Mandated => {
                let firms = format!("firms in {}", self.payers);
                let parties = vec![(self.payers, self.state_share), (firms, 1.0 - self.state_share)];
                Bill::shared(parties, &self.items)
            }
            _ => Bill::to(self.payers, &self.items),
        };
        Money {
            bill,
            reference_price: reading.price_of(material),
            owned: !matches!(self.held_as, HeldAs::Virtual | HeldAs::Option),
            strike: (self.held_as == HeldAs::Option).then_some(self.strike),
            holding: self.holding * dt,
            fee: self.fee * dt,
            rotation: self.rotation * dt,
        }
    }
}
