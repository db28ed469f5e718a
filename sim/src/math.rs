//! Arithmetic that is the same on every machine: a row of runs, its functions, and the tolerances.
//!
//! The system's `exp`, `ln` and `pow` differ in the last bit between processors with and without fused
//! multiply-add, so every transcendental function goes through the crate `libm` here and nowhere else.
//! The compiler neither fuses nor reorders float operations: plain loops over a [`Row`] give the same bits at any
//! vector width.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

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
        self.0.iter().any(|x| *x != 0.0)
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

/// e to the power of `x`, the same bits on every machine.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm of `x`, the same bits on every machine.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power of `exponent`, the same bits on every machine.
#[inline]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// `ln(1 + x)`, accurate where `x` is small.
#[inline]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
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

/// The square root; exact in IEEE 754, so the processor's own.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
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
