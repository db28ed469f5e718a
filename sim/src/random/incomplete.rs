//! The regularised incomplete gamma and beta functions and their inverses.
//!
//! Both inverses solve for the logarithm of the probability by Newton's method on the log (gamma) or logit (beta) of the
//! variable. There the densities are log-concave, so the curve is concave and the iteration converges from anywhere,
//! down to shapes so small that the draw itself is below the smallest number.

use super::laws::normal_quantile;
use crate::math::{exp, exp_m1, ln, ln_1p, ln_gamma, sqrt};

/// Newton steps at most; convergence is quadratic and takes two to eight.
const STEPS: usize = 60;
/// Terms at most of a series or continued fraction; they need about the root of the largest shape.
const TERMS: usize = 200_000;
/// Relative size of a term that no longer counts.
const PRECISION: f64 = 1e-16;
/// From here the incomplete gamma function is integrated, as its series need ever more terms.
const LARGE_SHAPE: f64 = 100.0;

/// `ln P(shape, x)` and `ln Q(shape, x)`: the gamma law's distribution function and its complement, as logarithms.
pub(super) fn ln_gamma_cdf(shape: f64, x: f64) -> (f64, f64) {
    if !(x > 0.0) {
        return (f64::NEG_INFINITY, 0.0);
    }
    if shape > LARGE_SHAPE {
        return gamma_integral(shape, x);
    }
    let ln_front = ln_gamma_front(shape, x);
    if x < shape + 1.0 {
        let (mut sum, mut term, mut k) = (1.0, 1.0, shape);
        for _ in 0..TERMS {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term < sum * PRECISION {
                break;
            }
        }
        let below = (ln_front + ln(sum)).min(0.0);
        (below, ln_complement(below))
    } else {
        let mut b = x + 1.0 - shape;
        let mut c = 1.0 / f64::MIN_POSITIVE;
        let mut d = 1.0 / b;
        let mut fraction = d;
        for i in 1..TERMS {
            let a = -(i as f64) * (i as f64 - shape);
            b += 2.0;
            d = 1.0 / nonzero(a * d + b);
            c = nonzero(b + a / c);
            fraction *= c * d;
            if (c * d - 1.0).abs() < PRECISION {
                break;
            }
        }
        let above = (ln_front + ln(shape) + ln(fraction)).min(0.0);
        (ln_complement(above), above)
    }
}

/// The `u` quantile of the gamma law with this shape and scale 1.
pub(super) fn gamma_quantile(shape: f64, u: f64) -> f64 {
    let small = (ln(u) + ln_gamma(shape + 1.0)) / shape;
    // So far below 1, P(x) is x^shape / Γ(shape + 1) to the last digit, down to draws below the smallest number.
    if small < -690.0 {
        return exp(small);
    }
    let mut y = if shape < 1.0 {
        small.min(4.0)
    } else {
        let root = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(u) / (3.0 * sqrt(shape));
        if root > 0.1 { ln(shape) + 3.0 * ln(root) } else { small }
    };
    for _ in 0..STEPS {
        let x = exp(y);
        let (below, above) = ln_gamma_cdf(shape, x);
        let ln_density = ln_gamma_front(shape, x) + ln(shape);
        let step = if u < 0.5 {
            (ln(u) - below) * exp(below - ln_density)
        } else {
            (above - ln_1p(-u)) * exp(above - ln_density)
        };
        y += step.clamp(-50.0 - 2.0 * y.abs(), 5.0);
        if !(step.abs() > 1e-15 * y.abs().max(1.0)) {
            break;
        }
    }
    exp(y)
}

/// `ln I_x(a, b)` for `x = 1 / (1 + e^−logit)`: the beta law's distribution function.
pub(super) fn ln_beta_cdf(a: f64, b: f64, logit: f64) -> f64 {
    let (ln_x, ln_rest) = (-softplus(-logit), -softplus(logit));
    let ln_front = a * ln_x + b * ln_rest - ln_beta(a, b);
    let x = exp(ln_x);
    if x * (a + b + 2.0) < a + 1.0 {
        (ln_front - ln(a) + ln(beta_fraction(a, b, x))).min(0.0)
    } else {
        ln_complement((ln_front - ln(b) + ln(beta_fraction(b, a, exp(ln_rest)))).min(0.0))
    }
}

/// The `u` quantile of the beta law.
pub(super) fn beta_quantile(a: f64, b: f64, u: f64) -> f64 {
    // Where one shape is 1 the function is a power.
    if b == 1.0 {
        exp(ln(u) / a)
    } else if a == 1.0 {
        -exp_m1(ln_1p(-u) / b)
    } else if ln(u) <= ln_beta_cdf(a, b, 0.0) {
        lower_beta_quantile(a, b, u)
    } else {
        1.0 - lower_beta_quantile(b, a, 1.0 - u)
    }
}

/// The quantile where it lies at or below one half.
fn lower_beta_quantile(a: f64, b: f64, u: f64) -> f64 {
    let (ln_u, ln_b) = (ln(u), ln_beta(a, b));
    // For b of 1 or more the true root lies to the right of this.
    let mut logit = (ln_u + ln(a) + ln_b) / a;
    if a > 1.0 && b > 1.0 {
        logit = ln(a) - ln(b);
    }
    logit = logit.min(0.0);
    for _ in 0..STEPS {
        if !(logit > -800.0) {
            return 0.0;
        }
        let below = ln_beta_cdf(a, b, logit);
        let ln_density = -a * softplus(-logit) - b * softplus(logit) - ln_b;
        let slope = exp(ln_density - below);
        let newton = (ln_u - below) / slope;
        // Halley's correction by the curvature, slope · (bend − slope); away from the root it may mislead.
        let x = 1.0 / (1.0 + exp(-logit));
        let correction = 1.0 + 0.5 * newton * (a * (1.0 - x) - b * x - slope);
        let near = (correction - 1.0).abs() < 0.5;
        let step = if near { newton / correction } else { newton };
        logit = (logit + step).min(0.0);
        // Cubic convergence: what is left after such a step is below rounding.
        let settled = if near { 4e-6 } else { 1e-15 };
        if !(step.abs() > settled * logit.abs().max(1.0)) {
            break;
        }
    }
    let odds = exp(logit);
    odds / (1.0 + odds)
}

/// `ln(x^a · e^−x / Γ(a + 1))` without the cancellation of its parts (Loader 2000).
fn ln_gamma_front(shape: f64, x: f64) -> f64 {
    if shape < 10.0 {
        return shape * ln(x) - x - ln_gamma(shape + 1.0);
    }
    let r = 1.0 / (shape * shape);
    let stirling =
        (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / shape;
    -deviance(shape, x) - stirling - 0.5 * ln(2.0 * std::f64::consts::PI * shape)
}

/// `a · ln(a / x) + x − a`, accurate where `x` is near `a`.
fn deviance(a: f64, x: f64) -> f64 {
    let gap = x - a;
    if gap.abs() > 0.1 * (x + a) {
        return a * ln(a / x) + gap;
    }
    let v = gap / (x + a);
    let mut power = 2.0 * a * v;
    let mut sum = gap * v;
    for j in 1..1000 {
        power *= v * v;
        let next = sum - power / (2 * j + 1) as f64;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Positive nodes and weights of Gauss and Legendre's rule of 18 points.
const NODES: [(f64, f64); 9] = [
    (0.991565168420931, 0.021616013526483145),
    (0.9558239495713977, 0.04971454889496984),
    (0.8926024664975557, 0.07642573025488918),
    (0.8037049589725231, 0.10094204410628722),
    (0.6916870430603532, 0.12255520671147836),
    (0.5597708310739475, 0.14064291467065063),
    (0.41175116146284263, 0.1546846751262653),
    (0.25188622569150554, 0.16427648374583267),
    (0.0847750130417353, 0.16914238296314354),
];

/// For large shapes: the density integrated over the lighter tail, from `x` to where nothing is left, in four pieces.
fn gamma_integral(shape: f64, x: f64) -> (f64, f64) {
    let spread = sqrt(shape);
    let upper = x > shape;
    // Twelve standard deviations past x, the density is below 1e-30 of what it is at x.
    let end = if upper { x + 12.0 * spread + 20.0 } else { (x - 12.0 * spread).max(0.0) };
    let pieces = 4;
    let half = 0.5 * (end - x) / f64::from(pieces);
    let mut tail = 0.0;
    for piece in 0..pieces {
        let middle = x + half * f64::from(2 * piece + 1);
        for (node, weight) in NODES {
            for t in [middle - half * node, middle + half * node] {
                tail += weight * shape / t * exp(ln_gamma_front(shape, t));
            }
        }
    }
    let tail = ln((tail * half.abs()).max(f64::MIN_POSITIVE)).min(0.0);
    if upper { (ln_complement(tail), tail) } else { (tail, ln_complement(tail)) }
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The continued fraction of the incomplete beta function by Lentz's method, for `x < (a + 1) / (a + b + 2)`.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 3.0 * PRECISION {
            break;
        }
    }
    fraction
}

/// `ln(1 − e^x)` for `x` at or below zero.
fn ln_complement(x: f64) -> f64 {
    if x > -1e-300 { f64::NEG_INFINITY } else { ln(-crate::math::exp_m1(x)) }
}

/// `ln(1 + e^x)` without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + ln_1p(exp(-x.abs()))
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { x }
}
