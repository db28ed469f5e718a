//! The path of a regime: a continuous-time Markov chain, drawn sojourn by sojourn.

use crate::hazards::Regime;
use crate::math::ln;
use crate::random::Block;
use crate::random::Key;
use crate::random::KeyHash;

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Jump {
    /// Years from the start.
    pub(super) time: f64,
    /// The state that begins.
    pub(super) state: usize,
}

/// The key of a regime's stream.
pub(super) fn key(block: &Block, regime: &Regime) -> KeyHash {
    Key { seed: block.seed, draw: block.draw, name: &format!("regime {}", regime.name) }.hashed()
}

/// The changes of state in `[0, until)` years. Sojourn number k has a stream of its own, so that other rates out of a state
/// move no draw of a later one.
pub(super) fn path(regime: &Regime, key: &KeyHash, run: u64, until: f64) -> Vec<Jump> {
    let mut jumps = Vec::new();
    let (mut time, mut state) = (0.0, regime.start);
    for sojourn in 0.. {
        let rates = &regime.per_year[state];
        let total = crate::math::sum(rates);
        if !(total > 0.0) {
            break;
        }
        let mut stream = key.stream(run, sojourn);
        time -= ln(stream.uniform()) / total;
        if !(time < until) {
            break;
        }
        state = next_state(rates, stream.uniform() * total);
        jumps.push(Jump { time, state });
    }
    jumps
}

/// The state whose share of the rates holds `mark`.
fn next_state(rates: &[f64], mark: f64) -> usize {
    let mut below = 0.0;
    let possible = rates.iter().enumerate().filter(|(_, rate)| **rate > 0.0);
    let mut last = 0;
    for (state, rate) in possible {
        below += rate;
        last = state;
        if mark < below {
            break;
        }
    }
    last
}
