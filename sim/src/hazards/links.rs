//! What ties a hazard to others, to a regime and to the market. Hazards are named by their position in the compiled list.

use crate::network::DestinationId;
use crate::random::Law;
use std::sync::Arc;

/// The links of one hazard; by default it has none.
#[derive(Clone, Debug)]
pub struct Links {
    /// Hazards whose rate its events raise.
    pub excites: Vec<Excites>,
    /// Its events before the start of the horizon, in years from it: negative, ascending. They excite from time 0 on.
    pub past: Vec<f64>,
    /// Regimes that multiply its own rate.
    pub regimes: Vec<Modulation>,
    /// Prices and stocks that multiply its own rate.
    pub when: Vec<Condition>,
    /// Hazards that its events turn into.
    pub escalates: Vec<Escalates>,
    /// Whether an event is renewed at its end.
    pub renews: Option<Renews>,
    /// What its events end or suspend: of a settlement.
    pub settles: Option<Settles>,
    /// How many times as high as stated its own rate is sampled; the run's weight corrects it.
    pub tilt: f64,
}

impl Default for Links {
    fn default() -> Links {
        Links {
            excites: Vec::new(),
            past: Vec::new(),
            regimes: Vec::new(),
            when: Vec::new(),
            escalates: Vec::new(),
            renews: None,
            settles: None,
            tilt: 1.0,
        }
    }
}

/// An event raises the rate of `hazard` by `extra · decay · e^(−decay · t)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excites {
    /// Which.
    pub hazard: usize,
    /// α: events of it that one event brings about in the mean, sooner or later.
    pub extra: f64,
    /// β, per year: 1 / mean time to them.
    pub decay: f64,
}

/// A factor for each state of a regime.
#[derive(Clone, Debug)]
pub struct Modulation {
    /// The regime.
    pub regime: Arc<Regime>,
    /// By state.
    pub factors: Vec<f64>,
}

/// A continuous-time Markov chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Name: the key of its stream.
    pub name: String,
    /// Names of the states.
    pub states: Vec<String>,
    /// State at time 0.
    pub start: usize,
    /// Transitions a year, `[from][to]`; 0 where there are none.
    pub per_year: Vec<Vec<f64>>,
}

/// Multiplies the rate in every step at whose start it holds.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is looked at.
    pub of: Observable,
    /// True: above the threshold; false: below.
    pub above: bool,
    /// A multiple of the baseline price, or a share of the stockpile's target.
    pub threshold: f64,
    /// On the rate.
    pub factor: f64,
    /// For the events table: `price of cobalt_refined below 0.6`.
    pub words: String,
}

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Observable {
    /// Mean log price over these destinations, with their shares of the need.
    Price(Vec<(DestinationId, f64)>),
    /// Stock as a share of its target, of the stockpile with this name; without it in the policy nothing holds.
    Stock(String),
}

/// An event turns into one of `hazard` after a time, if it is still under way then.
#[derive(Clone, Debug)]
pub struct Escalates {
    /// Which.
    pub hazard: usize,
    /// Of each event.
    pub probability: f64,
    /// Time from its start.
    pub after: Law,
    /// Years per unit of `after`.
    pub after_unit: f64,
    /// Whether the event ends when the other begins.
    pub ends_this: bool,
}

/// An event that reaches its end goes on for another duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Renews {
    /// Each time.
    pub probability: f64,
    /// Most times.
    pub most: u32,
}

/// What a settlement does to the events under way of other hazards.
#[derive(Clone, Debug)]
pub struct Settles {
    /// Hazards, ascending.
    pub hazards: Vec<usize>,
    /// Of each event: that it is ended, or suspended.
    pub probability: f64,
    /// How it is suspended; `None`: it is ended.
    pub suspension: Option<Suspension>,
}

/// How long a settlement suspends what it settles.
#[derive(Clone, Debug)]
pub struct Suspension {
    /// The law.
    pub length: Law,
    /// Years per unit of `length`.
    pub unit: f64,
}

/// Which hazards depend on the state of the market, and so on the policy: those with conditions, and what they bring about.
pub fn state_dependent(hazards: &[super::Drawn]) -> Vec<bool> {
    let mut late: Vec<bool> = hazards.iter().map(|drawn| !drawn.links.when.is_empty()).collect();
    let mut found = true;
    while found {
        found = false;
        for index in 0..hazards.len() {
            let links = &hazards[index].links;
            let caused = links.excites.iter().map(|excites| excites.hazard);
            for next in caused.chain(links.escalates.iter().map(|next| next.hazard)) {
                found |= late[index] && !late[next];
                late[next] |= late[index];
            }
        }
    }
    late
}

/// How an event passes to other units of its hazard. Each unit is touched once at most in an outbreak.
#[derive(Clone, Debug)]
pub struct Spread {
    /// For each unit touched and each of its neighbours.
    pub probability: f64,
    /// Time from the start of the event.
    pub after: Law,
    /// Years per unit of `after`.
    pub after_unit: f64,
    /// Neighbours of each unit, as indices into [`super::Hazard::units`].
    pub neighbours: Vec<Vec<u32>>,
}
