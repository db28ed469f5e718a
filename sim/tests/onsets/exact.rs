//! Exact distributions of the number of events in a time, as the shares of 0, 1, … of them.

/// Numbers that are told apart; what lies above is one class.
pub(crate) const MOST: usize = 64;
/// Steps of fourth order in a span of time: shares are exact to ten digits.
const STEPS: usize = 1_000;

/// Poisson, `most` numbers of it.
fn poisson_shares(mean: f64, most: usize) -> Vec<f64> {
    let next = |share: &mut f64, n: usize| {
        *share *= if n == 0 { 1.0 } else { mean / n as f64 };
        Some(*share)
    };
    (0..most).scan((-mean).exp(), next).collect()
}

/// A constant rate.
pub(crate) fn poisson(mean: f64) -> Vec<f64> {
    poisson_shares(mean, MOST)
}

/// A rate of its own in each world, of a gamma law (negative binomial).
pub(crate) fn mixed_poisson(mean: f64, cv: f64) -> Vec<f64> {
    let shape = 1.0 / cv.powi(2);
    let odds = mean / (mean + shape);
    let next = |share: &mut f64, n: usize| {
        *share *= if n == 0 { 1.0 } else { odds * (shape + n as f64 - 1.0) / n as f64 };
        Some(*share)
    };
    (0..MOST).scan((-shape * (mean / shape).ln_1p()).exp(), next).collect()
}

/// Gaps of a gamma law whose shape is whole: each event is the last of so many stages of a constant rate.
pub(crate) fn erlang(shape: usize, mean_gap: f64, time: f64) -> Vec<f64> {
    let stages = poisson_shares(time * shape as f64 / mean_gap, MOST * shape);
    stages.chunks(shape).map(|stages| stages.iter().sum()).collect()
}

/// What is counted of a chain of two states that starts in the first.
#[derive(Clone, Copy)]
pub(crate) enum Counted {
    /// Events at a rate a year for each state.
    Rates([f64; 2]),
    /// Changes into a state.
    Enters(usize),
}

/// The chain leaves its states at `leaves` a year: the master equation of (state, number).
pub(crate) fn regime(leaves: [f64; 2], counted: Counted, time: f64) -> Vec<f64> {
    let slope = |shares: &[f64]| {
        let at = |state: usize, n: usize| shares[state * MOST + n];
        let before = |state: usize, n: usize| if n == 0 { 0.0 } else { at(state, n - 1) };
        let mut slope = Vec::with_capacity(2 * MOST);
        for state in 0..2 {
            let other = 1 - state;
            for n in 0..MOST {
                let stays = match counted {
                    Counted::Rates(rates) => rates[state] * (before(state, n) - at(state, n)),
                    Counted::Enters(_) => 0.0,
                };
                let comes = match counted {
                    Counted::Enters(into) if into == state => before(other, n),
                    _ => at(other, n),
                };
                slope.push(stays + leaves[other] * comes - leaves[state] * at(state, n));
            }
        }
        slope
    };
    let mut start = vec![0.0; 2 * MOST];
    start[0] = 1.0;
    let end = solve(start, time, slope);
    (0..MOST).map(|n| end[n] + end[MOST + n]).collect()
}

/// Events of the first of two hazards that excite each other, from nothing.
///
/// An event of hazard i and all that it has brought about after a time s are counted by the generating function
/// F_i(s) = z^[i is counted] · exp(Σ_j α_ij y_j(s)), with y_j(s) = ∫ β e^(−β u) (F_j(s − u) − 1) du, and all events by
/// exp(Σ_i μ_i ∫ (F_i − 1) ds). Powers of z are kept up to [`MOST`].
pub(crate) fn excited(base: [f64; 2], alpha: [[f64; 2]; 2], beta: f64, time: f64) -> Vec<f64> {
    let family_less_one = |y: &[f64], of: usize| {
        let children: Vec<f64> =
            (0..MOST).map(|n| alpha[of][0] * y[n] + alpha[of][1] * y[MOST + n]).collect();
        let mut family = exp(&children);
        if of == 0 {
            family.rotate_right(1);
            family[0] = 0.0;
        }
        family[0] -= 1.0;
        family
    };
    let slope = |y: &[f64]| {
        let families = [family_less_one(y, 0), family_less_one(y, 1)];
        let faded = families.iter().flatten().zip(y).map(|(family, y)| beta * (family - y));
        let all = (0..MOST).map(|n| base[0] * families[0][n] + base[1] * families[1][n]);
        faded.chain(all).collect()
    };
    exp(&solve(vec![0.0; 3 * MOST], time, slope)[2 * MOST..])
}

/// e to a power series.
fn exp(series: &[f64]) -> Vec<f64> {
    let mut powers = vec![series[0].exp()];
    for n in 1..MOST {
        let sum: f64 = (1..=n).map(|k| k as f64 * series[k] * powers[n - k]).sum();
        powers.push(sum / n as f64);
    }
    powers
}

/// y' = slope(y) from 0 to `time` (Runge and Kutta).
fn solve(mut y: Vec<f64>, time: f64, slope: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let h = time / STEPS as f64;
    let ahead = |y: &[f64], by: f64, along: &[f64]| -> Vec<f64> {
        y.iter().zip(along).map(|(y, k)| y + by * k).collect()
    };
    for _ in 0..STEPS {
        let first = slope(&y);
        let second = slope(&ahead(&y, 0.5 * h, &first));
        let third = slope(&ahead(&y, 0.5 * h, &second));
        let fourth = slope(&ahead(&y, h, &third));
        for (n, y) in y.iter_mut().enumerate() {
            *y += h / 6.0 * (first[n] + 2.0 * (second[n] + third[n]) + fourth[n]);
        }
    }
    y
}

#[test]
fn exact_distributions_agree_where_one_is_a_case_of_the_other() {
    let close = |what: &str, a: &[f64], b: &[f64]| {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9), "{what}: {a:?} {b:?}");
    };
    let plain = poisson(8.0);
    assert!((plain.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    close("gaps of shape 1", &erlang(1, 1.25, 10.0), &plain);
    close("no spread of rates", &mixed_poisson(8.0, 1e-6), &plain);
    close("a regime that changes nothing", &regime([0.5, 2.0], Counted::Rates([0.8, 0.8]), 10.0), &plain);
    close("no excitation", &excited([0.8, 0.4], [[0.0; 2]; 2], 3.0, 10.0), &plain);
    // Excitation that comes at once: each event and its descendants are one heap (Borel 1942).
    let heaps = excited([0.1, 0.0], [[0.5, 0.0], [0.0, 0.0]], 40.0, 1.0);
    assert!((heaps[0] - (-0.1_f64).exp()).abs() < 1e-9);
    assert!((heaps[1] / heaps[0] - 0.1 * (-0.5_f64).exp()).abs() < 1e-3);
}
