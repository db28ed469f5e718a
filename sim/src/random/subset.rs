//! Random subsets.

use super::stream::Stream;

/// Numbers come from one word of 64 bits as long as the product of their bounds is below this: so no subset is more likely
/// than another by more than 2⁻³² of its probability.
const SERVED: u64 = 1 << 32;

/// Inserts a random subset of `k` of the numbers below `n` into an empty set: each of its size is as likely as any other
/// (Floyd; Bentley and Floyd 1987). `insert` says whether a number is new; `k` is at most `n`.
pub fn subset(stream: &mut Stream, n: usize, k: usize, mut insert: impl FnMut(usize) -> bool) {
    let (mut word, mut served) = (0, SERVED);
    for last in n - k..n {
        let bound = last as u64 + 1;
        served = served.saturating_mul(bound);
        if served >= SERVED {
            (word, served) = (stream.word(), bound);
        }
        // The word as a fraction, times the bound: the whole part is the number, what is left serves the next.
        let product = u128::from(word) * u128::from(bound);
        word = product as u64;
        if !insert((product >> 64) as usize) {
            insert(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::subset;
    use crate::random::{Key, Stream};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_subset_of_its_size_is_as_likely_as_any_other() {
        let mut counts = BTreeMap::new();
        let mut stream = Stream::new(Key { seed: 1, draw: 0, name: "subsets" }, 0, 0);
        const N: usize = 200_000;
        for _ in 0..N {
            let mut set = BTreeSet::new();
            subset(&mut stream, 6, 3, |number| set.insert(number));
            *counts.entry(set).or_insert(0_usize) += 1;
        }
        assert_eq!(counts.len(), 20);
        let expected = N as f64 / 20.0;
        let chi: f64 = counts.values().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
        assert!(chi < 19.0 + 6.0 * 38_f64.sqrt(), "{chi} of 19");
    }

    #[test]
    fn a_subset_has_its_size_however_many_words_it_takes() {
        let mut stream = Stream::new(Key { seed: 1, draw: 0, name: "subsets" }, 0, 1);
        for (n, k) in [(1, 1), (5, 0), (5, 5), (300, 120), (1 << 33, 3)] {
            let mut set = BTreeSet::new();
            subset(&mut stream, n, k, |number| set.insert(number));
            assert!(set.len() == k && set.iter().all(|number| *number < n), "{set:?}");
        }
    }
}
