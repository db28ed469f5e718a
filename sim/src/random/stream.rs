//! A stream of uniforms for one purpose.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::Distribution;
use rand_distr::Open01;
use sha2::{Digest, Sha256};

/// Version of the way from a key to its numbers. Raised whenever the same key gives other numbers.
const FORMAT: u64 = 1;

/// What a stream is for. Hashed together, never added: sums of seeds collide.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Seed of the scenario.
    pub seed: u64,
    /// Draw of the uncertain numbers.
    pub draw: u64,
    /// What draws: `hazard cod_quota`, `stockpile eu_cobalt`.
    pub name: &'a str,
}

impl Key<'_> {
    /// The key's 256 bits: SHA-256 of every part behind its length, so that no two keys are written alike.
    ///
    /// Hash once and keep it where many runs or events share a key.
    pub fn hashed(&self) -> KeyHash {
        let mut hash = Sha256::new();
        for part in [
            &FORMAT.to_le_bytes()[..],
            &self.seed.to_le_bytes(),
            &self.draw.to_le_bytes(),
            self.name.as_bytes(),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        KeyHash(hash.finalize().into())
    }
}

/// A key, hashed: a stream of it costs no further hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// The stream of this key in one run. `cell` tells streams of one key and run apart.
    ///
    /// The cell is xored into the first 64 bits of the ChaCha key and the run is the ChaCha stream number. For one key
    /// this is one-to-one, so no two (run, cell) meet however long they are read; two keys would meet only if their
    /// hashes agreed in the other 192 bits. Cells from 2⁶² up belong to [`super::waiting_points`].
    pub fn stream(&self, run: u64, cell: u64) -> Stream {
        let mut key = self.0;
        for (byte, part) in key.iter_mut().zip(cell.to_le_bytes()) {
            *byte ^= part;
        }
        let mut source = ChaCha8Rng::from_seed(key);
        source.set_stream(run);
        Stream { source }
    }
}

impl From<Key<'_>> for KeyHash {
    fn from(key: Key<'_>) -> KeyHash {
        key.hashed()
    }
}

/// A sequence of random numbers that depends on its key, run and cell alone.
#[derive(Debug)]
pub struct Stream {
    source: ChaCha8Rng,
}

impl Stream {
    /// The stream of a key in one run; see [`KeyHash::stream`].
    pub fn new(key: impl Into<KeyHash>, run: u64, cell: u64) -> Stream {
        key.into().stream(run, cell)
    }

    /// A uniform in the open interval (0, 1).
    ///
    /// An odd multiple of 2⁻⁵³: the midpoints of 2⁵² equal parts. Never 0 or 1, and `1 − u` is exact and of the same kind.
    pub fn uniform(&mut self) -> f64 {
        Open01.sample(&mut self.source)
    }
}
