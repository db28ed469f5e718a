//! Arithmetic that is the same on every machine: a row of runs, its functions, and the tolerances.
//!
//! The system's `exp`, `ln` and `pow` differ in the last bit between processors with and without fused
//! multiply-add, so every transcendental function goes through the crate `libm` here and nowhere else.
//! The compiler neither fuses nor reorders float operations: plain loops over a [`Row`] give the same bits at any
//! vector width.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};
use std::sync::atomic::Ordering;
use std::sync::atomic::compiler_fence;

/// How many runs one block advances side by side: eight doubles fill one cache line and one AVX-512 register.
pub const WIDTH: usize = 8;

/// One number for each run of a block, contiguous and aligned to a cache line.
///
/// The step is written over rows, so its equations read as they do for one run and compile to vector code.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Row(pub [f64; WIDTH]);

impl Row {
    /// Zero in every run.
    pub const ZERO: Row = Row([0.0; WIDTH]);
    /// One in every run.
    pub const ONE: Row = Row([1.0; WIDTH]);
    /// No bound in any run.
    pub const INFINITY: Row = Row([f64::INFINITY; WIDTH]);

    /// The same number in every run.
    #[inline(always)]
    pub const fn splat(value: f64) -> Row {
        Row([value; WIDTH])
    }

    #[inline(always)]
    fn zip(self, other: Row, f: impl Fn(f64, f64) -> f64) -> Row {
        let mut out = [0.0; WIDTH];
        for run in 0..WIDTH {
            out[run] = f(self.0[run], other.0[run]);
        }
        Row(out)
    }

    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> Row {
        let mut out = [0.0; WIDTH];
        for run in 0..WIDTH {
            out[run] = f(self.0[run]);
        }
        Row(out)
    }

    /// The smaller of two numbers, run by run.
    #[inline(always)]
    pub fn min(self, other: Row) -> Row {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    /// The larger of two numbers, run by run.
    #[inline(always)]
    pub fn max(self, other: Row) -> Row {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    /// What lies above zero: `max(0, x)`.
    #[inline(always)]
    pub fn positive(self) -> Row {
        self.map(|x| if x > 0.0 { x } else { 0.0 })
    }

    /// `self / divisor`, or `otherwise` in the runs where the divisor is not above zero.
    #[inline(always)]
    pub fn over(self, divisor: Row, otherwise: f64) -> Row {
        self.zip(divisor, |a, b| if b > 0.0 { a / b } else { otherwise })
    }

    /// One where `self > other`, zero elsewhere.
    #[inline(always)]
    pub fn above(self, other: Row) -> Row {
        self.zip(other, |a, b| if a > b { 1.0 } else { 0.0 })
    }

    /// `yes` in the runs where `self` is above one half, `no` elsewhere: the flag is a row of zeros and ones.
    #[inline(always)]
    pub fn select(self, yes: Row, no: Row) -> Row {
        let mut out = [0.0; WIDTH];
        for run in 0..WIDTH {
            out[run] = if self.0[run] > 0.5 { yes.0[run] } else { no.0[run] };
        }
        Row(out)
    }

    /// e to the power of each number; see [`exp`].
    #[inline(always)]
    pub fn exp(self) -> Row {
        self.map(exp)
    }

    /// The natural logarithm of each number; see [`ln`].
    #[inline(always)]
    pub fn ln(self) -> Row {
        self.map(ln)
    }

    /// True if any run's number is other than zero.
    #[inline(always)]
    pub fn any(self) -> bool {
        // All are looked at: eight comparisons are one, eight branches are not.
        self.0.iter().fold(false, |any, x| any | (*x != 0.0))
    }
}

macro_rules! operator {
    ($trait:ident, $name:ident, $op:tt) => {
        impl $trait for Row {
            type Output = Row;
            #[inline(always)]
            fn $name(self, other: Row) -> Row {
                self.zip(other, |a, b| a $op b)
            }
        }
        impl $trait<f64> for Row {
            type Output = Row;
            #[inline(always)]
            fn $name(self, other: f64) -> Row {
                self.map(|a| a $op other)
            }
        }
    };
}
operator!(Add, add, +);
operator!(Sub, sub, -);
operator!(Mul, mul, *);
operator!(Div, div, /);

impl AddAssign for Row {
    #[inline(always)]
    fn add_assign(&mut self, other: Row) {
        *self = *self + other;
    }
}

impl SubAssign for Row {
    #[inline(always)]
    fn sub_assign(&mut self, other: Row) {
        *self = *self - other;
    }
}

impl Neg for Row {
    type Output = Row;
    #[inline(always)]
    fn neg(self) -> Row {
        self.map(|a| -a)
    }
}

/// Items one after the other: all that is done for one before anything for the next. For loops over items that have a [`Row`]
/// each.
///
/// Such a loop is two loops deep, and the inner one, over runs, is unrolled first. What is left looks to the compiler like
/// a loop over single numbers, eight apart, which it may take for one to be vectorised over items, with gathers: that costs a
/// factor of four. The fence between items makes no instruction and leaves only the other way, eight numbers of a row to a
/// vector.
#[inline(always)]
pub fn each<I: IntoIterator>(items: I) -> impl Iterator<Item = I::Item> {
    items.into_iter().inspect(|_| compiler_fence(Ordering::AcqRel))
}

/// ln 2 in two parts: the first has so few digits that its product with any exponent is exact.
const LN2: [f64; 2] = [0.6931471803691238, 1.9082149292705877e-10];

/// 1.5 · 2⁵²: adding it rounds to a whole number, which is left in the low bits.
const ROUNDER: f64 = 6755399441055744.0;

/// e to the power of `x`, the same bits on every machine; within 2 units in the last place.
///
/// The reduction and polynomial of fdlibm's `e_exp.c` without its branches, so that a [`Row`] of it is vector code.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // Outside, the result is 0 or infinite anyway; not a number passes, as it compares false.
    let bounded = if x > 710.0 { 710.0 } else { x };
    let bounded = if bounded < -746.0 { -746.0 } else { bounded };
    let shifted = bounded * std::f64::consts::LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let (high, low) = (bounded - k * LN2[0], k * LN2[1]);
    let r = high - low;
    let t = r * r;
    let c = r - t
        * (0.16666666666666602
            + t * (-0.0027777777777015593
                + t * (6.613756321437934e-05 + t * (-1.6533902205465252e-06 + t * 4.1381367970572385e-08))));
    let y = 1.0 + (r * c / (2.0 - c) - low + high);
    // 2^k in two factors, as k may be past the exponents of normal numbers.
    let half = ((k * 0.5) + ROUNDER) - ROUNDER;
    y * power_of_two(half) * power_of_two(k - half)
}

/// 2^k for a whole `k` between −1022 and 1023.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    f64::from_bits((k + (ROUNDER + 1023.0)).to_bits() << 52)
}

/// The natural logarithm of `x`, the same bits on every machine; within 2 units in the last place.
///
/// The reduction and polynomial of fdlibm's `e_log.c` without its branches, so that a [`Row`] of it is vector code.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    const SQRT_HALF_HIGH: u64 = 0x3fe6_a09e_0000_0000;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const TWO_54: f64 = 1.8014398509481984e16;
    let tiny = x < f64::MIN_POSITIVE;
    let normal = if tiny { x * TWO_54 } else { x };
    let bits = normal.to_bits().wrapping_add(ONE - SQRT_HALF_HIGH);
    // The exponent as a float, through the low bits of a large one: vector units lack a conversion of 64 bits.
    let exponent = f64::from_bits((bits >> 52) | ROUNDER.to_bits()) - (ROUNDER + 1023.0);
    let k = exponent - if tiny { 54.0 } else { 0.0 };
    let f = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + SQRT_HALF_HIGH) - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
    let odd = z
        * (0.6666666666666735
            + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
    let y = s * (half_square + even + odd) + k * LN2[1] - half_square + f + k * LN2[0];
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < 0.0 { f64::NAN } else { y }
}

/// `base` to the power of `exponent`, the same bits on every machine.
#[inline]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// `ln(1 + x)`, accurate where `x` is small, the same bits on every machine; within 4 units in the last place.
///
/// What rounding took from the sum, its logarithm gets back in proportion (Goldberg 1991, theorem 4).
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    let scaled = ln(sum) * (x / (sum - 1.0));
    let y = if sum < f64::INFINITY { scaled } else { sum };
    if sum == 1.0 { x } else { y }
}

/// `e^x − 1`, accurate where `x` is small.
#[inline]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The logarithm of the gamma function, for `x` above zero.
#[inline]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The complementary error function.
#[inline]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// The sine of an angle in radians.
#[inline]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// The cosine of an angle in radians.
#[inline]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The angle in radians whose sine is `x`, for `x` from −1 to 1.
#[inline]
pub fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// The square root; exact in IEEE 754, so the processor's own.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// The whole number nearest to `x`, an even one if two are as near. Two additions, where not every processor has an instruction.
#[inline(always)]
pub fn round(x: f64) -> f64 {
    // From 2⁵¹ on, numbers have no digits that matter.
    if x.abs() < ROUNDER / 3.0 { (x + ROUNDER) - ROUNDER } else { x }
}

/// Sum in the order of the slice: float addition is not associative, so the order is part of the result.
pub fn sum(values: &[f64]) -> f64 {
    let mut total = 0.0;
    for value in values {
        total += value;
    }
    total
}

/// Relative gap below which two sums that should be equal are equal: far above what rounding leaves
/// (1e-15 for a thousand terms), far below what statistics state (four digits).
pub const ROUNDING: f64 = 1e-9;

/// True if `a` and `b` differ by no more than [`ROUNDING`] of the larger; false if either is not a number.
pub fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place; 0 if both are not a number.
    fn apart(a: f64, b: f64) -> u64 {
        if a.is_nan() && b.is_nan() { 0 } else { a.to_bits().abs_diff(b.to_bits()) }
    }

    #[test]
    fn exp_is_within_two_units_of_libm_from_underflow_to_overflow() {
        let ends = [
            0.0,
            -0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MAX,
            f64::MIN,
            5e-324,
            709.782712893384,
        ];
        let grid = (0..2_000_000).map(|i| -750.0 + f64::from(i) * 7.3e-4);
        let small = (0..2_000_000).map(|i| (f64::from(i) - 1e6) * 1e-6);
        for x in ends.into_iter().chain(grid).chain(small) {
            assert!(apart(exp(x), libm::exp(x)) < 2, "{x:e}: {:e} and {:e}", exp(x), libm::exp(x));
        }
    }

    #[test]
    fn ln_1p_is_within_four_units_of_libm() {
        let ends =
            [0.0, -0.0, -1.0, -2.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX, 5e-324, -5e-324];
        let grid = (0..2_000_000_u64).map(|i| f64::from_bits(i * 4_611_686_018_427 + i));
        let near_zero = (0..2_000_000).map(|i| -0.999_999 + f64::from(i) * 1e-6);
        for x in ends.into_iter().chain(grid).chain(near_zero) {
            for x in [x, -x] {
                let (own, libm) = (ln_1p(x), libm::log1p(x));
                assert!(apart(own, libm) <= 4, "{x:e}: {own:e} and {libm:e}");
            }
        }
    }

    #[test]
    fn ln_is_within_two_units_of_libm_for_every_exponent() {
        let ends = [
            0.0,
            -0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            -1.0,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            1.0,
        ];
        let grid = (0..2_000_000_u64).map(|i| f64::from_bits(i * 4_611_686_018_427 + i));
        let near_one = (0..2_000_000).map(|i| 0.5 + f64::from(i) * 1e-6);
        for x in ends.into_iter().chain(grid).chain(near_one) {
            assert!(apart(ln(x), libm::log(x)) < 2, "{x:e}: {:e} and {:e}", ln(x), libm::log(x));
        }
    }
}
