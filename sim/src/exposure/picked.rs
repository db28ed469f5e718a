//! A set of a hazard's units.

/// How many units a word of bits tells of.
const BITS: usize = u64::BITS as usize;

/// Units of a hazard that an event touches, as bits: the first 64 without memory of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    first: u64,
    /// Bits of the units from 64 on; the last word is not 0.
    rest: Vec<u64>,
}

impl Picked {
    /// The first `n` units.
    pub fn first(n: usize) -> Picked {
        (0..n as u32).collect()
    }

    /// The units below `n` that are not in this set.
    pub fn others(&self, n: usize) -> Picked {
        if n < BITS && self.rest.is_empty() {
            return Picked { first: !self.first & ((1 << n) - 1), rest: Vec::new() };
        }
        (0..n as u32).filter(|unit| !self.contains(*unit as usize)).collect()
    }

    /// Whether it has a unit.
    #[inline]
    pub fn contains(&self, unit: usize) -> bool {
        let word =
            if unit < BITS { self.first } else { self.rest.get(unit / BITS - 1).copied().unwrap_or(0) };
        word >> (unit % BITS) & 1 == 1
    }

    /// Adds a unit; false if it was there.
    #[inline]
    pub fn insert(&mut self, unit: usize) -> bool {
        let word = if unit < BITS {
            &mut self.first
        } else {
            let word = unit / BITS - 1;
            if word >= self.rest.len() {
                self.rest.resize(word + 1, 0);
            }
            &mut self.rest[word]
        };
        let bit = 1 << (unit % BITS);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Its units, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let words = std::iter::once(self.first).chain(self.rest.iter().copied());
        words.enumerate().flat_map(|(number, word)| {
            (0..BITS).filter(move |bit| word >> bit & 1 == 1).map(move |bit| number * BITS + bit)
        })
    }
}

impl FromIterator<u32> for Picked {
    fn from_iter<I: IntoIterator<Item = u32>>(units: I) -> Picked {
        let mut picked = Picked::default();
        units.into_iter().for_each(|unit| {
            picked.insert(unit as usize);
        });
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::Picked;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else_below_64_and_above() {
        let units = [0, 5, 63, 64, 130];
        let mut picked: Picked = units.into_iter().rev().collect();
        assert!(picked.iter().eq(units.map(|unit| unit as usize)));
        assert!((0..200).all(|unit| picked.contains(unit) == units.contains(&(unit as u32))));
        assert!(!picked.insert(64) && picked.insert(65));
        assert_eq!(picked.others(66).iter().count(), 66 - 5);
    }

    #[test]
    fn the_others_of_a_set_are_all_that_it_lacks() {
        for n in [1, 8, 63, 64, 65, 100] {
            let picked: Picked = (0..n).filter(|unit| unit % 3 == 0).collect();
            assert!(picked.others(n as usize).iter().eq((0..n as usize).filter(|unit| unit % 3 != 0)));
            assert_eq!(Picked::default().others(n as usize), Picked::first(n as usize));
        }
    }
}
