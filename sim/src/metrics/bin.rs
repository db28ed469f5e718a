//! Bins of equal relative width, for numbers of any size.
//!
//! Every factor of two is cut into [`PARTS`] bins of equal width, so an upper edge lies at most 1/64 = 1.6 % above anything in its
//! bin. Edges are numbers with few binary digits: finding a bin needs no logarithm, and two machines find the same one. A bin
//! keeps the sum of its values, so a mean over bins is exact but for the bins that a bound cuts through.

use std::cmp::Ordering;

/// Bins of a factor of two.
pub const PARTS: u32 = 64;
/// Binary digits of a double's fraction that tell no bins apart.
const SHIFT: u32 = 52 - PARTS.trailing_zeros();
/// Below the number of every bin.
pub(super) const LOWEST: i64 = -(1 << 20);

/// What lies in one bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bin {
    /// Its number; see [`bin`].
    pub(super) place: i64,
    pub(super) weight: f64,
    /// Σ w².
    pub(super) square: f64,
    /// Σ w x.
    pub(super) sum: f64,
}

impl Bin {
    /// Weighted mean of its values.
    pub(super) fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Number of the bin: 0 holds 0 alone; above it, a bin holds its upper edge and not its lower one.
pub(super) fn bin(value: f64) -> i64 {
    let bits = value.abs().to_bits();
    if bits == 0 {
        0
    } else if value > 0.0 {
        ((bits - 1) >> SHIFT) as i64 + 1
    } else {
        -((bits >> SHIFT) as i64) - 1
    }
}

/// Upper edge of a bin.
pub(super) fn edge(bin: i64) -> f64 {
    match bin {
        0.. => f64::from_bits((bin as u64) << SHIFT),
        _ => 0.0 - f64::from_bits(((-1 - bin) as u64) << SHIFT),
    }
}

/// Bins of both, in order.
pub(super) fn united(a: &[Bin], b: &[Bin]) -> Vec<Bin> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let (mine, other) = (&a[i], &b[j]);
        let order = mine.place.cmp(&other.place);
        all.push(match order {
            Ordering::Less => *mine,
            Ordering::Greater => *other,
            Ordering::Equal => Bin {
                place: mine.place,
                weight: mine.weight + other.weight,
                square: mine.square + other.square,
                sum: mine.sum + other.sum,
            },
        });
        i += usize::from(order.is_le());
        j += usize::from(order.is_ge());
    }
    all.extend_from_slice(&a[i..]);
    all.extend_from_slice(&b[j..]);
    all.shrink_to_fit();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_lies_in_its_bin_at_most_a_64th_below_the_edge() {
        for value in [1e-300, 0.1, 0.5, 1.0, 1.0 + 1e-15, 3.7, 1e9, 1e300, -0.1, -1.0, -1.5, -1e9] {
            let upto = edge(bin(value));
            assert!(value <= upto && upto - value <= value.abs() / f64::from(PARTS), "{value} {upto}");
            assert!(bin(upto) == bin(value) || value == 0.0, "{value}: an edge lies in the bin below it");
        }
        assert_eq!([0.0, -0.0, 0.5, 1.0, -2.0].map(|value| edge(bin(value))), [0.0, 0.0, 0.5, 1.0, -2.0]);
        let ascending = [-1e300, -2.5, -2.0, -1e-9, 0.0, 1e-300, 1e-9, 0.1, 0.11, 1.0, 1.5, 1e300];
        assert!(ascending.iter().map(|value| bin(*value)).is_sorted());
    }
}
