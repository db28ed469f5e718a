//! Randomness keyed by what it is for: (seed, draw, run, name). No draw depends on any other.

mod chacha;
mod designs;
mod field;
mod incomplete;
pub mod laws;
mod stream;
mod subset;

pub use designs::{SOBOL_DIMENSIONS, correlated, latin, morris, sobol};
pub use field::{FieldReader, Point, points_of_block, waiting_points};
pub use laws::Law;
pub use stream::{Cell, Cells, Key, KeyHash, Purpose, Stream};
pub use subset::subset;

/// Which runs are simulated side by side: the key of everything drawn for them.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Seed of the scenario.
    pub seed: u64,
    /// Draw of the uncertain numbers.
    pub draw: u64,
    /// Number of the first run; the block's run `r` is `first_run + r`.
    pub first_run: u64,
    /// Runs of the block that count: [`crate::math::WIDTH`], or fewer in the last block.
    pub n_runs: usize,
}
