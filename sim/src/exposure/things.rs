//! Neighbouring things, taken together.

/// How many neighbours go together.
pub(super) const NEIGHBOURS: usize = u64::BITS as usize;

/// Some of 64 neighbouring things: lanes, plants, …. What they have in common is written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Things {
    bits: u64,
    /// Which 64.
    pub(super) word: u32,
}

impl Things {
    /// One thing.
    pub fn one(item: usize) -> Things {
        Things { bits: 1 << (item % NEIGHBOURS), word: (item / NEIGHBOURS) as u32 }
    }

    /// Items in groups of neighbours, in order. An item that comes twice is in two groups.
    pub(super) fn group(items: impl Iterator<Item = usize>, groups: &mut Vec<Things>) {
        groups.clear();
        for item in items {
            let one = Things::one(item);
            match groups.last_mut() {
                Some(last) if last.word == one.word && last.bits & one.bits == 0 => last.bits |= one.bits,
                _ => groups.push(one),
            }
        }
    }

    pub(super) fn bits(self) -> u64 {
        self.bits
    }

    /// Without those among `bits`.
    pub(super) fn without(self, bits: u64) -> Things {
        Things { bits: self.bits & !bits, ..self }
    }

    /// Only those among `bits`.
    pub(super) fn only(self, bits: u64) -> Things {
        Things { bits: self.bits & bits, ..self }
    }

    pub(super) fn is_empty(self) -> bool {
        self.bits == 0
    }

    pub(super) fn len(self) -> u32 {
        self.bits.count_ones()
    }

    /// Whether a thing is among them.
    pub fn has(self, item: usize) -> bool {
        !self.only(Things::one(item).bits).is_empty() && self.word as usize == item / NEIGHBOURS
    }

    /// Their numbers, ascending.
    #[inline]
    pub fn items(self) -> impl Iterator<Item = usize> {
        let first = self.word as usize * NEIGHBOURS;
        places(self.bits).map(move |place| first + place)
    }
}

/// Places of the bits that are set, ascending.
#[inline]
pub(super) fn places(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            place
        })
    })
}

#[cfg(test)]
mod tests {
    use super::Things;

    fn groups(items: &[usize]) -> Vec<Vec<usize>> {
        let mut groups = Vec::new();
        Things::group(items.iter().copied(), &mut groups);
        groups.iter().map(|things| things.items().collect()).collect()
    }

    #[test]
    fn neighbours_are_one_group_and_an_item_that_comes_twice_is_in_two() {
        assert_eq!(groups(&[3, 0, 63]), [vec![0, 3, 63]]);
        assert_eq!(groups(&[63, 64, 65, 200]), [vec![63], vec![64, 65], vec![200]]);
        assert_eq!(groups(&[5, 6, 5]), [vec![5, 6], vec![5]]);
        assert!(groups(&[]).is_empty());
    }

    #[test]
    fn a_thing_is_among_them_if_it_is_one_of_their_items() {
        let mut groups = Vec::new();
        Things::group([65, 70].into_iter(), &mut groups);
        assert!((0..200).all(|item| groups[0].has(item) == [65, 70].contains(&item)));
    }
}
