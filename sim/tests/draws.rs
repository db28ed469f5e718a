//! What keyed streams and the random field promise.

use shortfall::random::laws::Parameter;
use shortfall::random::{Key, KeyHash, Law, Purpose, Stream};
use shortfall::random::{points_of_block, waiting_points};

const KEY: Key<'static> = Key { seed: 1, draw: 0, name: "hazard ban" };

/// Largest distance from the uniform distribution function that chance exceeds once in a million samples of size `n`.
fn ks_bound(n: usize) -> f64 {
    ((2.0_f64 / 1e-6).ln() / 2.0 / n as f64).sqrt()
}

fn ks_distance(mut shares: Vec<f64>) -> f64 {
    shares.sort_by(f64::total_cmp);
    let n = shares.len() as f64;
    shares
        .iter()
        .enumerate()
        .fold(0.0, |d, (i, u)| d.max((u - i as f64 / n).abs()).max((u - (i as f64 + 1.0) / n).abs()))
}

fn uniforms(key: KeyHash, run: u64, cell: u64, n: usize) -> Vec<f64> {
    let mut stream = key.stream(run, cell);
    (0..n).map(|_| stream.uniform()).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    a.iter().zip(b).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum::<f64>() / n * 12.0
}

#[test]
fn uniforms_are_uniform_and_never_zero_or_one() {
    let drawn = uniforms(KEY.hashed(), 0, 0, 100_000);
    assert!(drawn.iter().all(|u| 0.0 < *u && *u < 1.0 && 1.0 - (1.0 - u) == *u));
    assert!(ks_distance(drawn.clone()) < ks_bound(drawn.len()));
    let mutant: Vec<f64> = drawn.iter().map(|u| u * u.sqrt().sqrt()).collect();
    assert!(ks_distance(mutant) > ks_bound(drawn.len()));
}

#[test]
fn a_stream_is_what_its_key_run_and_cell_say_and_nothing_else() {
    let before = uniforms(KEY.hashed(), 3, 5, 100);
    let _others: Vec<f64> =
        (0..50).flat_map(|run| uniforms(Key { name: "hazard new", ..KEY }.hashed(), run, 0, 10)).collect();
    assert_eq!(before, uniforms(KEY.hashed(), 3, 5, 100));
    assert_eq!(before[0], Stream::new(KEY, 3, 5).uniform());
}

#[test]
fn every_part_of_a_key_counts_and_parts_are_never_added() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..6 {
        for draw in 0..6 {
            for name in ["", "a", "ab", "a\0"] {
                for run in 0..6 {
                    for cell in [0, 1, 2, 1 << 32, 1 << 62, 1 << 63] {
                        let key = Key { seed, draw, name };
                        assert!(
                            seen.insert(Stream::new(key, run, cell).uniform().to_bits()),
                            "{key:?} {run} {cell}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn neighbouring_runs_cells_seeds_and_names_are_uncorrelated() {
    let n = 100_000;
    // Correlations of independent uniforms are normal with sd 1/√n; five of these is one false alarm in 2 million.
    let bound = 5.0 / (n as f64).sqrt();
    let base = uniforms(KEY.hashed(), 0, 0, n);
    let neighbours = [
        uniforms(KEY.hashed(), 1, 0, n),
        uniforms(KEY.hashed(), 0, 1, n),
        uniforms(KEY.hashed(), 0, 1 << 63, n),
        uniforms(Key { seed: 2, ..KEY }.hashed(), 0, 0, n),
        uniforms(Key { draw: 1, ..KEY }.hashed(), 0, 0, n),
        uniforms(Key { name: "hazard bam", ..KEY }.hashed(), 0, 0, n),
    ];
    for neighbour in &neighbours {
        assert!(correlation(&base, neighbour).abs() < bound);
    }
    assert!(correlation(&base[1..], &base[..n - 1]).abs() < bound);
    let firsts: Vec<f64> = (0..n as u64).map(|run| KEY.hashed().stream(run, 0).uniform()).collect();
    assert!(correlation(&firsts[1..], &firsts[..n - 1]).abs() < bound);
    assert!(ks_distance(firsts) < ks_bound(n));
}

/// Largest correlation, in standard deviations of it, of streams with each other and with themselves some numbers later.
fn worst_correlation(streams: &[Vec<f64>], lags: usize) -> (f64, usize) {
    let (mut worst, mut pairs) = (0.0_f64, 0);
    for (a, one) in streams.iter().enumerate() {
        for (b, other) in streams.iter().enumerate() {
            for lag in usize::from(a >= b)..=lags {
                let n = other.len() - lag;
                worst = worst.max(correlation(&one[lag..], &other[..n]).abs() * (n as f64).sqrt());
                pairs += 1;
            }
        }
    }
    (worst, pairs)
}

#[test]
fn neighbours_in_every_part_of_a_key_are_uncorrelated_at_every_lag() {
    let n = 20_000;
    let key = |seed, draw, name| Key { seed, draw, name }.hashed();
    let mut streams = Vec::new();
    for next in 0..3 {
        streams.push(uniforms(key(7 + next, 0, "hazard ban"), 0, 0, n));
        streams.push(uniforms(key(6, 1 + next, "hazard ban"), 0, 0, n));
        streams.push(uniforms(key(6, 0, "hazard ban"), 1 + next, 0, n));
        streams.push(uniforms(key(6, 0, "hazard ban"), 0, 1 + next, n));
        streams.push(uniforms(key(6, 0, ["hazard bam", "hazard ba", "hazard ban "][next as usize]), 0, 0, n));
    }
    let (worst, pairs) = worst_correlation(&streams, 8);
    // Five and a half standard deviations: one false alarm in 26 million, times as many pairs.
    assert!(pairs > 1_800 && worst < 5.5, "{worst} of {pairs}");
    let mutant: Vec<f64> = (0..n).map(|i| if i % 20 == 0 { streams[0][i] } else { streams[1][i] }).collect();
    streams.push(mutant);
    assert!(worst_correlation(&streams, 0).0 > 5.5, "every twentieth number shared is seen");
}

/// First numbers of many streams, as whole numbers of `bits` bits; seeds, draws, runs, cells and names are neighbours.
fn birthdays(n: u64, bits: u32) -> Vec<u64> {
    let names = ["hazard a", "hazard b", "hazard ab", "hazard a b"];
    let mut days = Vec::with_capacity(n as usize);
    for number in 0..n / 1000 {
        let key = Key { seed: number / 40, draw: number / 4 % 10, name: names[number as usize % 4] }.hashed();
        let streams = (0..1000).map(|at| key.stream(at / 10, at % 10).uniform());
        days.extend(streams.map(|u| (u * (1_u64 << bits) as f64) as u64));
    }
    days.sort_unstable();
    days
}

/// How many equal their neighbour in a sorted list.
fn shared(days: &[u64]) -> f64 {
    days.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64
}

/// As many streams share their first `bits` bits as chance lets: n² / 2^(bits + 1) pairs, and no pair shares all 52.
fn streams_meet_as_chance_lets(n: u64, bits: u32) {
    let days = birthdays(n, 52);
    assert_eq!(shared(&days), 0.0, "two streams begin alike");
    let few: Vec<u64> = days.iter().map(|day| day >> (52 - bits)).collect();
    let expected = (n as f64).powi(2) / 2.0_f64.powi(bits as i32 + 1);
    let off = (shared(&few) - expected) / expected.sqrt();
    assert!(expected > 50.0 && off.abs() < 5.0, "{} shared, expected {expected}", shared(&few));
    // As if the upper bit of a run's number were lost for a hundredth of the streams.
    let mutant = shared(&few) + n as f64 / 200.0;
    assert!((mutant - expected) / expected.sqrt() > 5.0);
}

#[test]
fn a_million_streams_meet_as_often_as_chance_lets() {
    streams_meet_as_chance_lets(1_000_000, 32);
}

#[test]
#[ignore = "for make test-all: 30 million streams"]
fn thirty_million_streams_meet_as_often_as_chance_lets() {
    // Two of them share 52 bits by chance with a probability of a tenth: the seeds are fixed, and these do not.
    streams_meet_as_chance_lets(30_000_000, 42);
}

#[test]
fn a_larger_rate_keeps_every_point_of_a_smaller_one() {
    for run in 0..500 {
        let few = waiting_points(KEY, run, 0.3, 40.0);
        let many = waiting_points(KEY, run, 2.0, 40.0);
        assert!(few.iter().all(|point| many.contains(point)));
    }
}

#[test]
fn a_longer_horizon_keeps_every_point_of_a_shorter_one() {
    for run in 0..500 {
        let long = waiting_points(KEY, run, 0.7, 100.0);
        for horizon in [0.5, 5.0, 16.0, 17.0, 33.0] {
            let short = waiting_points(KEY, run, 0.7, horizon);
            assert_eq!(short, long[..short.len()]);
            assert!(long[short.len()..].iter().all(|(time, _)| *time >= horizon));
        }
    }
}

#[test]
fn no_rate_or_no_time_gives_no_points() {
    for (rate, horizon) in [(0.0, 5.0), (-1.0, 5.0), (f64::NAN, 5.0), (1.0, 0.0), (1.0, f64::NAN)] {
        assert!(waiting_points(KEY, 0, rate, horizon).is_empty());
    }
}

/// Chi-square of counts in `n` runs against Poisson, with its degrees of freedom.
fn chi_square(counts: &[usize], mean: f64) -> (f64, usize) {
    let n = counts.len() as f64;
    let (mut chi, mut cells, mut share, mut k) = (0.0, 0, (-mean).exp(), 0_usize);
    let (mut expected, mut observed, mut left) = (0.0, 0.0, n);
    while left > 20.0 {
        expected += n * share;
        observed += counts.iter().filter(|count| **count == k).count() as f64;
        left -= n * share;
        if expected > 20.0 && left > 20.0 {
            chi += (observed - expected).powi(2) / expected;
            (expected, observed, cells) = (0.0, 0.0, cells + 1);
        }
        k += 1;
        share *= mean / k as f64;
    }
    let rest = counts.iter().filter(|count| **count >= k).count() as f64 + observed;
    (chi + (rest - expected - left).powi(2) / (expected + left), cells)
}

#[test]
fn counts_are_poisson() {
    let key = KEY.hashed();
    for (rate, horizon) in [(0.15, 5.0), (1.0, 10.0), (0.4, 40.0)] {
        let counts: Vec<usize> =
            (0..100_000).map(|run| waiting_points(key, run, rate, horizon).len()).collect();
        let (chi, freedom) = chi_square(&counts, rate * horizon);
        // Six standard deviations of the chi-square law: below one false alarm in 100,000.
        let bound = freedom as f64 + 6.0 * (2.0 * freedom as f64).sqrt() + 10.0;
        assert!(chi < bound, "{chi} of {freedom}");
        let (mutant, _) = chi_square(&counts, 1.03 * rate * horizon);
        assert!(mutant > bound, "{mutant} of {freedom}");
    }
}

#[test]
fn waiting_times_are_exponential_across_cells() {
    let key = KEY.hashed();
    let rate = 2.0;
    let mut shares = Vec::new();
    for run in 0..100 {
        let mut last = 0.0;
        for (time, _) in waiting_points(key, run, rate, 500.0) {
            shares.push(1.0 - (-rate * (time - last)).exp());
            last = time;
        }
    }
    let bound = ks_bound(shares.len());
    assert!(ks_distance(shares.clone()) < bound);
    assert!(ks_distance(shares.iter().map(|u| 1.0 - (1.0 - u).powf(1.05)).collect()) > bound);
}

#[test]
fn events_have_streams_of_their_own() {
    let mut seen = std::collections::BTreeSet::new();
    for run in 0..200 {
        for (_, cell) in waiting_points(KEY, run, 1.0, 100.0) {
            assert!(seen.insert(KEY.hashed().cell(run, cell).uniform(Purpose::Duration).to_bits()));
        }
    }
    assert!(seen.len() > 15_000);
}

#[test]
fn a_rate_of_ten_thousand_a_year_is_drawn() {
    let n = waiting_points(KEY, 0, 1e4, 10.0).len() as f64;
    assert!((n - 1e5).abs() < 5.0 * 1e5_f64.sqrt());
}

#[test]
#[ignore = "a measurement: cargo test --release --test draws -- --ignored --nocapture"]
fn time_of_a_hazard_in_a_run() {
    let key = KEY.hashed();
    let start = std::time::Instant::now();
    let points: usize = (0..2_000_000).map(|run| waiting_points(key, run, 0.15, 5.0).len()).sum();
    println!("{:.0} ns, {points} points", start.elapsed().as_nanos() as f64 / 2e6);
}

#[test]
fn draws_are_those_of_the_pinned_version() {
    let drawn: Vec<u64> = uniforms(KEY.hashed(), 7, 9, 4).iter().map(|u| u.to_bits()).collect();
    assert_eq!(drawn, PINNED_UNIFORMS);
    let points: Vec<(u64, u64)> =
        waiting_points(KEY, 7, 0.5, 10.0).iter().map(|(t, c)| (t.to_bits(), *c)).collect();
    assert_eq!(points, PINNED_POINTS);
}

const PINNED_UNIFORMS: [u64; 4] =
    [4593892896899074932, 4601279991069783862, 4598290123068347182, 4606954830087588021];
const PINNED_POINTS: &[(u64, u64)] = &[
    (4594237533806570048, 4611686018427387905),
    (4613127208797101412, 4611686018427387910),
    (4619901370288990490, 4611686018427387904),
    (4621163939921732063, 4611686018427387907),
    (4621355661648212395, 4611686018427387908),
];

#[test]
fn a_cell_has_numbers_for_each_purpose_apart_alone_and_in_a_block() {
    const PURPOSES: [Purpose; 7] = [
        Purpose::Wait,
        Purpose::Time,
        Purpose::Duration,
        Purpose::Severity,
        Purpose::Targets,
        Purpose::Renewals,
        Purpose::Spread,
    ];
    let parts = vec![Law::fixed(0.0), Law::build("uniform", &unit()).unwrap()];
    let mixture = Law::build("mixture", &[("parts".into(), Parameter::Laws(parts))]).unwrap();
    let uniform = Law::build("uniform", &unit()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cell in [0, 5, 1 << 62] {
        let cells = KEY.hashed().cells(3, cell);
        for purpose in PURPOSES {
            for (run, number) in (3..11).enumerate() {
                let alone = KEY.hashed().cell(number, cell);
                let mut stream = alone.stream(purpose);
                assert_eq!(alone.uniform(purpose), cells.uniform(purpose).0[run]);
                for _ in 0..20 {
                    assert!(seen.insert(stream.uniform().to_bits()), "{cell} {purpose:?} {run}");
                }
                for law in [&uniform, &mixture] {
                    let drawn = law.sample(&mut alone.stream(purpose));
                    assert_eq!(drawn, law.draws(&cells, purpose, [true; 8]).0[run]);
                    assert_eq!(drawn, law.sample(&mut cells.stream(run, purpose)));
                    assert_eq!(drawn, law.sample(&mut cells.of(run).stream(purpose)));
                }
            }
        }
    }
}

fn unit() -> [(String, Parameter); 2] {
    [("low".into(), Parameter::Number(0.0)), ("high".into(), Parameter::Number(1.0))]
}

#[test]
fn points_of_a_block_are_those_of_its_runs() {
    for (rate, horizon) in [(0.3, 10.0), (2.0, 40.0), (0.0, 10.0)] {
        let mut of_runs = vec![Vec::new(); 8];
        points_of_block(&KEY.hashed(), 4, rate, horizon, |cell, cells, time, here| {
            for run in (0..8).filter(|run| here[*run]) {
                assert_eq!(cells.uniform(Purpose::Severity).0[run], {
                    KEY.hashed().cell(4 + run as u64, cell).uniform(Purpose::Severity)
                });
                of_runs[run].push((time.0[run], cell));
            }
        });
        for (run, points) in of_runs.iter_mut().enumerate() {
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert_eq!(*points, waiting_points(KEY, 4 + run as u64, rate, horizon));
        }
    }
}
