//! The block function of ChaCha with eight rounds (Bernstein 2008), for several streams of one key side by side.
//!
//! Most streams here give a few numbers and no more, and are wanted for eight runs at once. So the lanes of the arithmetic are
//! streams, not blocks of one stream, as in a generator that computes ahead.

use crate::instructions::{Instructions, Task};
use crate::math::WIDTH;

/// Numbers of 64 bits in a block.
pub(super) const WORDS: usize = 8;

/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Block `number` of a stream of `key`.
pub(super) fn block(key: [u32; 8], stream: u64, number: u64) -> [u64; WORDS] {
    side_by_side(key, [stream], number).map(|[word]| word)
}

/// Block `number` of each of some streams of `key`: word by word, those of all streams beside each other. The same numbers with
/// any instructions.
pub(super) fn blocks(key: [u32; 8], streams: [u64; WIDTH], number: u64) -> [[u64; WIDTH]; WORDS] {
    let Some(instructions) = Instructions::avx2() else { return one_by_one(key, streams, number) };
    let mut words = [[0; WIDTH]; WORDS];
    instructions.run(SideBySide { key, streams, number, words: &mut words });
    words
}

struct SideBySide<'a> {
    key: [u32; 8],
    streams: [u64; WIDTH],
    number: u64,
    words: &'a mut [[u64; WIDTH]; WORDS],
}

impl Task for SideBySide<'_> {
    #[inline(always)]
    fn run(self) {
        *self.words = side_by_side(self.key, self.streams, self.number);
    }
}

/// Vectors of four lanes lack the rotation and the room: there, eight blocks in turn are faster.
fn one_by_one(key: [u32; 8], streams: [u64; WIDTH], number: u64) -> [[u64; WIDTH]; WORDS] {
    let blocks = streams.map(|stream| block(key, stream, number));
    std::array::from_fn(|word| blocks.map(|block| block[word]))
}

#[inline(always)]
fn side_by_side<const N: usize>(key: [u32; 8], streams: [u64; N], number: u64) -> [[u64; N]; WORDS] {
    let mut start = [[0_u32; N]; 16];
    for (row, word) in start.iter_mut().zip(CONSTANTS.into_iter().chain(key).chain(halves(number))) {
        *row = [word; N];
    }
    for (lane, stream) in streams.into_iter().enumerate() {
        [start[14][lane], start[15][lane]] = halves(stream);
    }
    let mut state = start;
    for _double_round in 0..4 {
        for column in 0..4 {
            quarter_round(&mut state, [column, 4 + column, 8 + column, 12 + column]);
        }
        for diagonal in 0..4 {
            let from = |row: usize| 4 * row + (diagonal + row) % 4;
            quarter_round(&mut state, [from(0), from(1), from(2), from(3)]);
        }
    }
    let mut words = [[0; N]; WORDS];
    for (word, of_streams) in words.iter_mut().enumerate() {
        for (lane, of_stream) in of_streams.iter_mut().enumerate() {
            let half = |half: usize| u64::from(state[half][lane].wrapping_add(start[half][lane]));
            *of_stream = half(2 * word) | half(2 * word + 1) << 32;
        }
    }
    words
}

fn halves(of: u64) -> [u32; 2] {
    [of as u32, (of >> 32) as u32]
}

#[inline(always)]
fn quarter_round<const N: usize>(state: &mut [[u32; N]; 16], [a, b, c, d]: [usize; 4]) {
    let (mut p, mut q, mut r, mut s) = (state[a], state[b], state[c], state[d]);
    turn(&mut p, q, &mut s, 16);
    turn(&mut r, s, &mut q, 12);
    turn(&mut p, q, &mut s, 8);
    turn(&mut r, s, &mut q, 7);
    (state[a], state[b], state[c], state[d]) = (p, q, r, s);
}

/// `sum += added`, then `turned` is combined with it and turned by some bits.
#[inline(always)]
fn turn<const N: usize>(sum: &mut [u32; N], added: [u32; N], turned: &mut [u32; N], by: u32) {
    for lane in 0..N {
        sum[lane] = sum[lane].wrapping_add(added[lane]);
    }
    for lane in 0..N {
        turned[lane] = (turned[lane] ^ sum[lane]).rotate_left(by);
    }
}

#[cfg(test)]
mod tests {
    use super::{WORDS, block, blocks, one_by_one};
    use rand::rngs::ChaCha8Rng;
    use rand::{Rng, SeedableRng};

    #[test]
    fn blocks_are_those_of_another_implementation() {
        for case in 0..200_u64 {
            let seed: [u8; 32] =
                std::array::from_fn(|i| (case * 37 + i as u64 * 101 + case * i as u64) as u8);
            let key = std::array::from_fn(|i| u32::from_le_bytes(seed[4 * i..4 * i + 4].try_into().unwrap()));
            let number = [0, 1, 7, 1 << 33][case as usize % 4];
            let streams: [u64; 8] = std::array::from_fn(|lane| case.wrapping_mul(1 << 45) + lane as u64);
            let words = blocks(key, streams, number);
            assert_eq!(words, one_by_one(key, streams, number));
            assert_eq!(words.map(|word| word[3]), block(key, streams[3], number));
            for (lane, stream) in streams.into_iter().enumerate() {
                let mut other = ChaCha8Rng::from_seed(seed);
                other.set_stream(stream);
                other.set_word_pos(u128::from(number) * 2 * WORDS as u128);
                for (word, of_streams) in words.iter().enumerate() {
                    assert_eq!(of_streams[lane], other.next_u64(), "case {case}, word {word}");
                }
            }
        }
    }
}
