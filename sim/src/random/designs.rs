//! Points spread over a cube: Latin hypercubes, scrambled Sobol sequences, Morris trajectories. Every coordinate has a
//! stream of its own, so that one more coordinate moves no other.

use super::stream::{KeyHash, Stream};
use crate::math::sqrt;

/// Latin hypercube: `n` numbers in (0, 1), one in each of `n` equal parts, in random order.
pub fn latin(key: KeyHash, n: usize) -> Vec<f64> {
    let mut order = permutation(&mut key.stream(0, 0), n);
    let mut within = key.stream(0, 1);
    let part = |place: usize, u: f64| ((place as f64 + u) / n as f64).min(1.0 - f64::EPSILON / 2.0);
    order.drain(..).map(|place| part(place, within.uniform())).collect()
}

/// The first `n` numbers of a permutation's length, each order as likely as any other.
pub fn permutation(stream: &mut Stream, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for place in 0..n.saturating_sub(1) {
        let left = n - place;
        // The product may round up to `left`.
        order.swap(place, place + ((stream.uniform() * left as f64) as usize).min(left - 1));
    }
    order
}

/// Dimensions of [`sobol`].
pub const SOBOL_DIMENSIONS: usize = 1 + POLYNOMIALS.len();

/// Degree, coefficients and first direction numbers of Joe and Kuo (2008), new-joe-kuo-6, from the second dimension on.
#[rustfmt::skip]
const POLYNOMIALS: [(u32, u32, &[u32]); 31] = [
    (1, 0, &[1]), (2, 1, &[1, 3]), (3, 1, &[1, 3, 1]), (3, 2, &[1, 1, 1]), (4, 1, &[1, 1, 3, 3]), (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]), (5, 4, &[1, 1, 5, 5, 5]), (5, 7, &[1, 1, 7, 11, 19]), (5, 11, &[1, 1, 5, 1, 1]),
    (5, 13, &[1, 1, 1, 3, 11]), (5, 14, &[1, 3, 5, 5, 31]), (6, 1, &[1, 3, 3, 9, 7, 49]), (6, 13, &[1, 1, 1, 15, 21, 21]),
    (6, 16, &[1, 3, 1, 13, 27, 49]), (6, 19, &[1, 1, 1, 15, 7, 5]), (6, 22, &[1, 3, 1, 15, 13, 25]),
    (6, 25, &[1, 1, 5, 5, 19, 61]), (7, 1, &[1, 3, 7, 11, 23, 15, 103]), (7, 4, &[1, 3, 7, 13, 13, 15, 69]),
    (7, 7, &[1, 1, 3, 13, 7, 35, 63]), (7, 8, &[1, 3, 5, 9, 1, 25, 53]), (7, 14, &[1, 3, 1, 13, 9, 35, 107]),
    (7, 19, &[1, 3, 1, 5, 27, 61, 31]), (7, 21, &[1, 1, 5, 11, 19, 41, 61]), (7, 28, &[1, 3, 5, 3, 3, 13, 69]),
    (7, 31, &[1, 1, 7, 13, 1, 19, 1]), (7, 32, &[1, 3, 7, 5, 13, 19, 59]), (7, 37, &[1, 1, 3, 9, 25, 29, 41]),
    (7, 41, &[1, 3, 5, 13, 23, 1, 55]), (7, 42, &[1, 3, 7, 3, 13, 59, 17]),
];

/// Bits of a coordinate.
const BITS: usize = 32;

/// The first `n` numbers of one dimension of a Sobol sequence, scrambled as Owen (1995) does, by hashing (Laine and Karras
/// 2011) with a keyed number. Balance needs `n` to be a power of two.
pub fn sobol(key: KeyHash, dimension: usize, n: usize) -> Vec<f64> {
    let directions = directions(dimension);
    let scramble = (key.stream(0, 0).uniform() * f64::from(u32::MAX)) as u32;
    let point = |index: usize| {
        let set = (0..BITS).filter(|bit| index >> bit & 1 == 1);
        let bits = set.fold(0, |bits, bit| bits ^ directions[bit]);
        (f64::from(hashed(bits.reverse_bits(), scramble).reverse_bits()) + 0.5) / (f64::from(u32::MAX) + 1.0)
    };
    (0..n).map(point).collect()
}

fn directions(dimension: usize) -> [u32; BITS] {
    let mut numbers: [u32; BITS] = std::array::from_fn(|bit| 1 << (BITS - 1 - bit));
    if dimension == 0 {
        return numbers;
    }
    let (degree, coefficients, first) = POLYNOMIALS[dimension - 1];
    let degree = degree as usize;
    for (bit, number) in first.iter().enumerate() {
        numbers[bit] = number << (BITS - 1 - bit);
    }
    for bit in degree..BITS {
        numbers[bit] = numbers[bit - degree] ^ (numbers[bit - degree] >> degree);
        for term in 1..degree {
            if coefficients >> (degree - 1 - term) & 1 == 1 {
                numbers[bit] ^= numbers[bit - term];
            }
        }
    }
    numbers
}

/// A hash in which a bit depends on lower bits only: on reversed bits, a nested scramble.
fn hashed(bits: u32, scramble: u32) -> u32 {
    let mut bits = bits.wrapping_add(scramble);
    for factor in [0x6c50_b47c, 0xb82f_1e52, 0xc7af_e638, 0x8d22_f6e6_u32] {
        bits ^= bits.wrapping_mul(factor);
    }
    bits
}

/// Trajectories of Morris (1991): `n_keys + 1` points each, of which each differs from the one before in one coordinate by
/// `levels / 2 / (levels − 1)`. `levels` is even.
pub fn morris(key: KeyHash, n_keys: usize, trajectories: usize, levels: usize) -> Vec<Vec<f64>> {
    let step = levels / 2;
    let mut points = Vec::with_capacity(trajectories * (n_keys + 1));
    for trajectory in 0..trajectories {
        let mut stream = key.stream(0, trajectory as u64);
        let mut place: Vec<usize> = Vec::with_capacity(n_keys);
        let level = |stream: &mut Stream| ((stream.uniform() * levels as f64) as usize).min(levels - 1);
        place.extend((0..n_keys).map(|_| level(&mut stream)));
        let point = |place: &[usize]| place.iter().map(|at| *at as f64 / (levels - 1) as f64).collect();
        points.push(point(&place));
        for moved in permutation(&mut stream, n_keys) {
            place[moved] = if place[moved] < step { place[moved] + step } else { place[moved] - step };
            points.push(point(&place));
        }
    }
    points
}

/// Columns of uniforms, reordered so that their rank correlations come near to `target` (Iman and Conover 1982): each
/// column keeps its values. `None` if no numbers can be correlated so.
pub fn correlated(columns: &[Vec<f64>], target: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let root = cholesky(target)?;
    let (n_keys, n) = (columns.len(), columns[0].len());
    let score = |u: &f64| super::laws::normal_quantile(*u);
    let mut scores: Vec<Vec<f64>> = columns.iter().map(|column| column.iter().map(score).collect()).collect();
    // What chance has correlated is taken out first, where there are draws enough to tell.
    if let Some(found) = cholesky(&correlations(&scores)) {
        for d in 0..n {
            for j in 0..n_keys {
                let known: f64 = (0..j).fold(0.0, |sum, k| sum + found[j][k] * scores[k][d]);
                scores[j][d] = (scores[j][d] - known) / found[j][j];
            }
        }
    }
    let mixed = |j: usize, d: usize| (0..=j).fold(0.0, |sum, k| sum + root[j][k] * scores[k][d]);
    let reordered = columns.iter().enumerate().map(|(j, column)| {
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        let mut by_score: Vec<(f64, usize)> = (0..n).map(|d| (mixed(j, d), d)).collect();
        by_score.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut column = vec![0.0; n];
        for (value, (_, d)) in sorted.into_iter().zip(by_score) {
            column[d] = value;
        }
        column
    });
    Some(reordered.collect())
}

fn correlations(columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b);
    let of = |a: &Vec<f64>, b: &Vec<f64>| product(a, b) / sqrt(product(a, a) * product(b, b));
    columns.iter().map(|a| columns.iter().map(|b| of(a, b)).collect()).collect()
}

/// Lower triangular root; `None` if the matrix is not positive definite.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    /// Least square of a pivot: below it stands rounding.
    const LEAST: f64 = 1e-9;
    let n = matrix.len();
    let mut root = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).fold(0.0, |sum, k| sum + root[i][k] * root[j][k]);
            let left = matrix[i][j] - known;
            if i == j {
                if !(left > LEAST) {
                    return None;
                }
                root[i][i] = sqrt(left);
            } else {
                root[i][j] = left / root[j][j];
            }
        }
    }
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    fn key(name: &str) -> KeyHash {
        Key { seed: 1, draw: 0, name }.hashed()
    }

    fn parts(values: &[f64], n: usize) -> Vec<usize> {
        let mut parts: Vec<usize> = values.iter().map(|u| (u * n as f64) as usize).collect();
        parts.sort_unstable();
        parts
    }

    #[test]
    fn a_latin_hypercube_has_one_number_in_each_part() {
        for n in [1, 2, 7, 100] {
            assert_eq!(parts(&latin(key("a"), n), n), (0..n).collect::<Vec<_>>());
        }
        assert_ne!(latin(key("a"), 10), latin(key("b"), 10));
    }

    #[test]
    fn every_dimension_of_a_sobol_sequence_fills_each_part_once_at_every_power_of_two() {
        for dimension in 0..SOBOL_DIMENSIONS {
            for n in [2, 64, 1024] {
                let found = parts(&sobol(key("a"), dimension, n), n);
                assert_eq!(found, (0..n).collect::<Vec<_>>(), "{dimension}");
            }
        }
    }

    #[test]
    fn two_dimensions_of_a_sobol_sequence_fill_every_square_of_the_first_net() {
        let (a, b) = (sobol(key("a"), 0, 256), sobol(key("b"), 1, 256));
        let mut squares: Vec<usize> =
            a.iter().zip(&b).map(|(a, b)| (a * 16.0) as usize * 16 + (b * 16.0) as usize).collect();
        squares.sort_unstable();
        assert_eq!(squares, (0..256).collect::<Vec<_>>());
    }

    #[test]
    fn a_step_of_a_trajectory_moves_one_key_by_two_thirds_of_its_range() {
        let points = morris(key("a"), 3, 2, 4);
        assert_eq!(points.len(), 8);
        for trajectory in points.chunks(4) {
            let mut moved = Vec::new();
            for pair in trajectory.windows(2) {
                let changed: Vec<usize> = (0..3).filter(|k| pair[0][*k] != pair[1][*k]).collect();
                assert_eq!(changed.len(), 1);
                assert!(((pair[0][changed[0]] - pair[1][changed[0]]).abs() - 2.0 / 3.0).abs() < 1e-12);
                moved.extend(changed);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2]);
        }
    }

    #[test]
    fn correlated_columns_keep_their_values_and_come_near_to_the_target() {
        let columns = vec![latin(key("a"), 400), latin(key("b"), 400), latin(key("c"), 400)];
        let target = vec![vec![1.0, 0.7, -0.3], vec![0.7, 1.0, 0.0], vec![-0.3, 0.0, 1.0]];
        let found = correlated(&columns, &target).unwrap();
        for (before, after) in columns.iter().zip(&found) {
            assert_eq!(parts(before, 400), parts(after, 400));
        }
        let centred: Vec<Vec<f64>> =
            found.iter().map(|column| column.iter().map(|u| u - 0.5).collect()).collect();
        for (found, wanted) in correlations(&centred).iter().flatten().zip(target.iter().flatten()) {
            assert!((found - wanted).abs() < 0.05, "{found} {wanted}");
        }
        let impossible = vec![vec![1.0, 0.9, -0.9], vec![0.9, 1.0, 0.9], vec![-0.9, 0.9, 1.0]];
        assert_eq!(correlated(&columns, &impossible), None);
    }
}
