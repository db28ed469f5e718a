//! Streams of uniforms, each for one purpose.

use super::chacha::{WORDS, block, blocks};
use crate::math::{Row, WIDTH};
use rand::TryRng;
use rand_distr::Distribution;
use rand_distr::Open01;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::ops::Range;

/// Version of the way from a key to its numbers. Raised whenever the same key gives other numbers.
const FORMAT: u64 = 2;

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
        let bytes: [u8; 32] = hash.finalize().into();
        KeyHash(
            std::array::from_fn(|word| std::array::from_fn(|byte| bytes[4 * word + byte]))
                .map(u32::from_le_bytes),
        )
    }
}

/// A key, hashed: a stream of it costs no further hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHash([u32; 8]);

impl KeyHash {
    /// The stream of this key in one run. `cell` tells streams of one key and run apart.
    ///
    /// The cell is xored into the first 64 bits of the ChaCha key and the run is the ChaCha stream number. For one key
    /// this is one-to-one, so no two (run, cell) meet however long they are read; two keys would meet only if their
    /// hashes agreed in the other 192 bits.
    pub fn stream(&self, run: u64, cell: u64) -> Stream {
        Stream { key: self.at(cell), run, words: [0; WORDS], left: 0..0, next: 0 }
    }

    /// The cell of this key in one run: the same numbers as its stream, by purpose.
    pub fn cell(&self, run: u64, cell: u64) -> Cell {
        let key = self.at(cell);
        Cell { key, run, words: block(key, run, 0) }
    }

    /// The same in [`WIDTH`] runs from `first_run` on.
    pub fn cells(&self, first_run: u64, cell: u64) -> Cells {
        let key = self.at(cell);
        let runs = std::array::from_fn(|run| first_run.wrapping_add(run as u64));
        Cells { key, first_run, words: blocks(key, runs, 0) }
    }

    fn at(&self, cell: u64) -> [u32; 8] {
        let mut key = self.0;
        key[0] ^= cell as u32;
        key[1] ^= (cell >> 32) as u32;
        key
    }
}

impl From<Key<'_>> for KeyHash {
    fn from(key: Key<'_>) -> KeyHash {
        key.hashed()
    }
}

/// What the numbers of a cell are for. Another law for one purpose, or one that takes more numbers, moves nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// How long until an event; of a point of a field, how far above the one before it.
    Wait,
    /// When, of a point of a field.
    Time,
    /// How long an event lasts.
    Duration,
    /// How severe it is.
    Severity,
    /// What it touches.
    Targets,
    /// Whether it is renewed, and for how long.
    Renewals,
    /// Where it spreads to.
    Spread,
}

/// The numbers of one cell of a key in one run.
///
/// Block 0 of the stream holds the first number for each purpose; further ones for the purpose `p` come from the blocks
/// (p + 1) · 2³² on. So whatever an event needs costs one block, as a rule, and every purpose has numbers without end.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    key: [u32; 8],
    run: u64,
    words: [u64; WORDS],
}

impl Cell {
    /// All numbers for one purpose.
    pub fn stream(&self, purpose: Purpose) -> Stream {
        Stream::of(self.key, self.run, purpose, self.words[purpose as usize])
    }

    /// The first number for a purpose.
    pub fn uniform(&self, purpose: Purpose) -> f64 {
        uniform(self.words[purpose as usize])
    }
}

/// The numbers of one cell of a key in each run of a block.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    key: [u32; 8],
    first_run: u64,
    words: [[u64; WIDTH]; WORDS],
}

impl Cells {
    /// The cell in run `run` of the block.
    pub fn of(&self, run: usize) -> Cell {
        let words = self.words.map(|word| word[run]);
        Cell { key: self.key, run: self.first_run.wrapping_add(run as u64), words }
    }

    /// All numbers for one purpose in run `run` of the block.
    pub fn stream(&self, run: usize, purpose: Purpose) -> Stream {
        let number = self.first_run.wrapping_add(run as u64);
        Stream::of(self.key, number, purpose, self.words[purpose as usize][run])
    }

    /// The first number for a purpose in each run.
    pub fn uniform(&self, purpose: Purpose) -> Row {
        Row(self.words[purpose as usize].map(uniform))
    }
}

/// A sequence of random numbers that depends on its key, run and cell alone.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 8],
    run: u64,
    /// A block, and what is left of it.
    words: [u64; WORDS],
    left: Range<usize>,
    /// Number of the next block.
    next: u64,
}

impl Stream {
    /// The stream of a key in one run; see [`KeyHash::stream`].
    pub fn new(key: impl Into<KeyHash>, run: u64, cell: u64) -> Stream {
        key.into().stream(run, cell)
    }

    /// All numbers of a cell for one purpose, of which `first` is the first.
    fn of(key: [u32; 8], run: u64, purpose: Purpose, first: u64) -> Stream {
        let mut words = [0; WORDS];
        words[0] = first;
        Stream { key, run, words, left: 0..1, next: (purpose as u64 + 1) << 32 }
    }

    /// A uniform in the open interval (0, 1).
    ///
    /// An odd multiple of 2⁻⁵³: the midpoints of 2⁵² equal parts. Never 0 or 1, and `1 − u` is exact and of the same kind.
    pub fn uniform(&mut self) -> f64 {
        Open01.sample(self)
    }

    /// 64 random bits.
    pub(super) fn word(&mut self) -> u64 {
        let place = self.left.next().unwrap_or_else(|| {
            self.words = block(self.key, self.run, self.next);
            self.next += 1;
            self.left = 1..WORDS;
            0
        });
        self.words[place]
    }
}

/// A generator as any other, so that the laws of other crates can draw from it too.
impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.word())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(size_of::<u64>()) {
            part.copy_from_slice(&self.word().to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

/// The uniform that a stream with this next word gives.
#[inline(always)]
fn uniform(word: u64) -> f64 {
    Open01.sample(&mut Word(word))
}

/// A generator that has one word.
struct Word(u64);

impl TryRng for Word {
    type Error = Infallible;

    #[inline(always)]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0 as u32)
    }

    #[inline(always)]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let word = self.0.to_le_bytes();
        bytes.iter_mut().zip(word.iter().cycle()).for_each(|(byte, of_word)| *byte = *of_word);
        Ok(())
    }
}
