//! Exact interval of a probability (Clopper and Pearson 1934).

use crate::math::exp;
use crate::math::ln;

/// Both tails together hold this probability: 95 % intervals.
const TAILS: f64 = 0.05;

/// The 95 % interval of a probability of which `k` of `n` runs were seen: never narrower than stated, and never [0, 0].
///
/// The bounds are quantiles of beta laws: lower B(2.5 %; k, n − k + 1), upper B(97.5 %; k + 1, n − k). Of weighted runs, `n`
/// is the effective number, which is no whole one (Korn and Graubard 1998).
pub fn clopper_pearson(k: f64, n: f64) -> (f64, f64) {
    let lower = if k > 0.0 { beta_quantile(TAILS / 2.0, k, n - k + 1.0) } else { 0.0 };
    let upper = if k < n { beta_quantile(1.0 - TAILS / 2.0, k + 1.0, n - k) } else { 1.0 };
    (lower, upper)
}

/// Bisection: fifty halvings leave 1e-15, and the distribution function is monotone.
fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if beta_distribution(middle, a, b) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The regularised incomplete beta function I_x(a, b) = 1 − I_(1−x)(b, a), whichever side lies below the mean.
fn beta_distribution(x: f64, a: f64, b: f64) -> f64 {
    if x <= (a + 1.0) / (a + b + 2.0) { below_the_mean(x, a, b) } else { 1.0 - below_the_mean(1.0 - x, b, a) }
}

/// I_x(a, b) by its continued fraction (DLMF 8.17.22), which converges fast below the mean.
fn below_the_mean(x: f64, a: f64, b: f64) -> f64 {
    let front = exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * ln(x) + b * ln(1.0 - x));
    front / a * continued_fraction(x, a, b)
}

/// Lentz's method; 1 / (1 + d₁ / (1 + d₂ / (1 + …))).
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    // Keeps a denominator that vanishes from dividing by zero; cancels in the next factor.
    const TINY: f64 = 1e-300;
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / guard(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    // Needs about √max(a, b) terms near the mean.
    for m in 1..100_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

/// ln Γ(x) for x > 0: Stirling's series past 10, where four terms give 1e-14, and Γ(x + 1) = x Γ(x) below.
fn ln_gamma(x: f64) -> f64 {
    let (mut shifted, mut product) = (x, 1.0);
    while shifted < 10.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let inverse = 1.0 / shifted;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (shifted - 0.5) * ln(shifted) - shifted + HALF_LN_2_PI + series - ln(product)
}

/// ½ ln 2π.
const HALF_LN_2_PI: f64 = 0.918_938_533_204_672_8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hits_leave_an_upper_bound_that_has_a_closed_form() {
        for n in [1.0, 20.0, 1e3, 1e6] {
            let (lower, upper) = clopper_pearson(0.0, n);
            let closed = 1.0 - exp(ln(0.025) / n);
            assert_eq!(lower, 0.0);
            assert!((upper / closed - 1.0).abs() < 1e-7, "{n}: {upper} {closed}");
        }
        assert!((clopper_pearson(0.0, 1000.0).1 - 0.003682).abs() < 1e-6);
        assert!((clopper_pearson(0.0, 20.0).1 - 0.1684).abs() < 1e-4);
    }

    #[test]
    fn the_interval_of_hits_and_of_misses_mirror_each_other() {
        let (lower, upper) = clopper_pearson(30.0, 100.0);
        let (low, high) = clopper_pearson(70.0, 100.0);
        assert!((lower - (1.0 - high)).abs() < 1e-12 && (upper - (1.0 - low)).abs() < 1e-12);
        // Published: 30 of 100 gives 0.2124 to 0.3998.
        assert!((lower - 0.2124).abs() < 1e-4 && (upper - 0.3998).abs() < 1e-4);
    }

    #[test]
    fn all_hits_leave_a_lower_bound_below_one() {
        let (lower, upper) = clopper_pearson(20.0, 20.0);
        assert!((lower - 0.8316).abs() < 1e-4);
        assert_eq!(upper, 1.0);
    }
}
