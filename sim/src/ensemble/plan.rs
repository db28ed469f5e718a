//! The work: which runs are made side by side, and which make one chunk. A pure function of the scenario, so that whoever
//! does a part of it cuts it alike.

use crate::math::WIDTH;
use crate::random::Block;
use std::ops::Range;

/// Blocks of a chunk, at most: what a kill can lose.
const MOST_BLOCKS: u64 = 512;
/// The same where it is looked after every chunk whether there are enough runs.
const MOST_BLOCKS_OF_A_LOOK: u64 = 128;
/// Rows of a chunk, at most: what is held in memory, twice. One block may have more.
const MOST_ROWS: u64 = 1 << 20;

/// All runs of a study: points, at each point draws, in each draw runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) points: u64,
    pub(super) draws: u64,
    /// In each draw.
    pub(super) runs: u64,
    pub(super) seed: u64,
    /// Blocks of a chunk.
    length: u64,
    /// Every point may end after any of its chunks.
    looks: bool,
}

/// Consecutive blocks of one draw at one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) point: u64,
    pub(super) draw: u64,
    pub(super) blocks: Range<u64>,
}

impl Work {
    /// The work of a study whose runs have so many rows in all tables.
    pub(super) fn new(points: u64, draws: u64, runs: u64, seed: u64, rows_of_a_run: u64) -> Work {
        let length = MOST_ROWS / (rows_of_a_run * WIDTH as u64).max(1);
        Work { points, draws, runs, seed, length: length.clamp(1, MOST_BLOCKS), looks: false }
    }

    /// The same work, cut so that a point may end after any of its chunks.
    pub(super) fn with_looks(self) -> Work {
        Work { length: self.length.min(MOST_BLOCKS_OF_A_LOOK), looks: true, ..self }
    }

    /// A first part of it, of so many runs or one block more: of whole points, or of one draw at one point.
    pub(super) fn pilot(&self, runs: u64) -> Work {
        let runs = runs.min(self.length * WIDTH as u64);
        match self.draws.saturating_mul(self.runs) {
            all if all <= runs && self.blocks_of_a_point() <= self.length => {
                let points = (runs / all).min(self.length / self.blocks_of_a_point());
                Work { points: points.min(self.points), looks: false, ..*self }
            }
            _ => Work { points: 1, draws: 1, runs: runs.min(self.runs), looks: false, ..*self },
        }
    }

    fn blocks_of_a_draw(&self) -> u64 {
        self.runs.div_ceil(WIDTH as u64)
    }

    fn blocks_of_a_point(&self) -> u64 {
        self.draws.saturating_mul(self.blocks_of_a_draw())
    }

    /// True if every chunk has whole points; else every chunk has runs of one point.
    pub(super) fn whole_points(&self) -> bool {
        !self.looks && self.blocks_of_a_point() <= self.length
    }

    /// Points of a chunk that has whole ones.
    fn points_of_a_chunk(&self) -> u64 {
        self.length / self.blocks_of_a_point().max(1)
    }

    fn chunks_of_a_point(&self) -> u64 {
        self.blocks_of_a_point().div_ceil(self.length)
    }

    /// The chunks of a point that has them for itself.
    pub(super) fn chunks_of(&self, point: u64) -> Range<u64> {
        point * self.chunks_of_a_point()..(point + 1) * self.chunks_of_a_point()
    }

    /// Blocks of a chunk, at most.
    pub(super) fn blocks_of_a_chunk(&self) -> u64 {
        self.length
    }

    /// Number of chunks.
    pub(super) fn n_chunks(&self) -> u64 {
        match self.whole_points() {
            true => self.points.div_ceil(self.points_of_a_chunk()),
            false => self.points.saturating_mul(self.chunks_of_a_point()),
        }
    }

    /// What a chunk is made of, in order.
    pub(super) fn chunk(&self, number: u64) -> Vec<Stretch> {
        let of_a_draw = self.blocks_of_a_draw();
        if self.whole_points() {
            let first = number * self.points_of_a_chunk();
            let points = first..(first + self.points_of_a_chunk()).min(self.points);
            let cases = points.flat_map(|point| (0..self.draws).map(move |draw| (point, draw)));
            return cases.map(|(point, draw)| Stretch { point, draw, blocks: 0..of_a_draw }).collect();
        }
        let (point, part) = (number / self.chunks_of_a_point(), number % self.chunks_of_a_point());
        let blocks = part * self.length..((part + 1) * self.length).min(self.blocks_of_a_point());
        let draws = blocks.start / of_a_draw..blocks.end.div_ceil(of_a_draw);
        let of = |draw: u64| {
            let first = draw * of_a_draw;
            let (start, end) = (blocks.start.max(first), blocks.end.min(first + of_a_draw));
            Stretch { point, draw, blocks: start - first..end - first }
        };
        draws.map(of).collect()
    }

    /// Runs of a chunk.
    pub(super) fn runs_of(&self, number: u64) -> u64 {
        let runs = |stretch: Stretch| {
            let last = (stretch.blocks.end * WIDTH as u64).min(self.runs);
            last - stretch.blocks.start * WIDTH as u64
        };
        self.chunk(number).into_iter().map(runs).sum()
    }

    /// Block number `index` of a draw.
    pub(super) fn block(&self, draw: u64, index: u64) -> Block {
        let first_run = index * WIDTH as u64;
        let n_runs = (self.runs - first_run).min(WIDTH as u64) as usize;
        Block { seed: self.seed, draw, first_run, n_runs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_one_block_and_every_block_in_one_chunk_in_order() {
        for (points, draws, runs, rows) in [
            (1, 1, 1, 1),
            (1, 1, 8, 9),
            (1, 3, 5_000, 24),
            (7, 2, 20, 1),
            (5, 3, 9_001, 4_000),
            (3, 2, 9, u64::MAX / 8),
        ] {
            let work = Work::new(points, draws, runs, 0, rows);
            let mut next = (0, 0, 0);
            let mut n_runs = 0;
            for number in 0..work.n_chunks() {
                let stretches = work.chunk(number);
                assert!(!stretches.is_empty());
                assert!(
                    work.whole_points()
                        || stretches.iter().all(|stretch| stretch.point == stretches[0].point)
                );
                for Stretch { point, draw, blocks } in stretches {
                    for index in blocks {
                        let block = work.block(draw, index);
                        assert_eq!((point, draw, block.first_run), next);
                        n_runs += block.n_runs as u64;
                        let after = block.first_run + block.n_runs as u64;
                        next = match (after == runs, draw + 1 == draws) {
                            (false, _) => (point, draw, after),
                            (true, false) => (point, draw + 1, 0),
                            (true, true) => (point + 1, 0, 0),
                        };
                    }
                }
            }
            assert_eq!((next, n_runs), ((points, 0, 0), points * draws * runs));
            assert_eq!((0..work.n_chunks()).map(|number| work.runs_of(number)).sum::<u64>(), n_runs);
        }
    }

    #[test]
    fn a_chunk_holds_whole_points_or_runs_of_one() {
        let small = Work::new(5_000, 1, 20, 0, 24);
        assert!(small.whole_points());
        assert_eq!((small.n_chunks(), small.chunk(0).len()), (30, 170));
        let large = Work::new(2, 1, 5_000, 0, 24);
        assert!(!large.whole_points());
        assert_eq!(large.n_chunks(), 4);
    }
}
