//! Which runs are made side by side, and which blocks make one chunk.

use crate::math::WIDTH;
use crate::random::Block;
use std::ops::Range;

/// Blocks whose results are held in memory before they are written; at least this many, so that threads seldom wait for
/// the slowest block.
const CHUNK: usize = 32;
/// Blocks for each thread in a chunk.
const PER_THREAD: usize = 4;

/// Block number `index` of `runs` runs.
pub(super) fn block(seed: u64, runs: u64, index: u64) -> Block {
    let first_run = index * WIDTH as u64;
    let n_runs = (runs - first_run).min(WIDTH as u64) as usize;
    Block { seed, draw: 0, first_run, n_runs }
}

/// Blocks that `runs` runs make.
fn blocks(runs: u64) -> u64 {
    runs.div_ceil(WIDTH as u64)
}

/// The blocks in order, a chunk at a time. Results don't depend on how they are cut.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    next: u64,
    end: u64,
    length: u64,
}

impl Chunks {
    /// Chunks for so many threads.
    pub(super) fn new(runs: u64, threads: usize) -> Chunks {
        Chunks { next: 0, end: blocks(runs), length: CHUNK.max(PER_THREAD * threads) as u64 }
    }
}

impl Iterator for Chunks {
    type Item = Range<u64>;

    fn next(&mut self) -> Option<Range<u64>> {
        if self.next == self.end {
            return None;
        }
        let start = self.next;
        self.next = (start + self.length).min(self.end);
        Some(start..self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_one_block_and_every_block_in_one_chunk() {
        for (runs, threads) in [(1, 1), (8, 3), (9, 64), (1_000_001, 7), (5_000, 2)] {
            let mut next_run = 0;
            for index in Chunks::new(runs, threads).flatten() {
                let block = block(0, runs, index);
                assert_eq!(block.first_run, next_run);
                next_run += block.n_runs as u64;
            }
            assert_eq!(next_run, runs);
        }
    }
}
