//! A share of the work: shard I of N takes the chunks between I − 1 and I parts of N.

use std::ops::Range;
use std::str::FromStr;

/// Most shards.
const MOST: u64 = 99_999;

/// Which share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub number: u64,
    /// Shards in all.
    pub of: u64,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// True if it is everything.
    pub fn is_whole(self) -> bool {
        self == Shard::WHOLE
    }

    /// Its chunks of `n_chunks`: none if there are fewer chunks than shards.
    pub fn chunks(self, n_chunks: u64) -> Range<u64> {
        let cut = |number: u64| (u128::from(n_chunks) * u128::from(number) / u128::from(self.of)) as u64;
        cut(self.number - 1)..cut(self.number)
    }

    /// `00003-of-00008`.
    pub fn label(self) -> String {
        format!("{:05}-of-{:05}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(written: &str) -> Result<Shard, String> {
        let parts =
            written.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=MOST).contains(&of) && (1..=of).contains(&number) => {
                Ok(Shard { number, of })
            }
            _ => Err(format!("write I/N, such as 3/8, with I from 1 to N and N at most {MOST}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chunk_is_in_one_shard() {
        for (n_chunks, of) in [(0, 3), (1, 8), (8, 3), (100, 7), (u64::MAX, MOST)] {
            let mut next = 0;
            for number in 1..=of {
                let chunks = Shard { number, of }.chunks(n_chunks);
                assert_eq!(chunks.start, next);
                next = chunks.end;
            }
            assert_eq!(next, n_chunks);
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for written in ["", "3", "0/8", "9/8", "1/0", "-1/2", "1/2/3", "1/100000"] {
            assert!(written.parse::<Shard>().is_err(), "{written}");
        }
        assert_eq!("3/8".parse(), Ok(Shard { number: 3, of: 8 }));
    }
}
