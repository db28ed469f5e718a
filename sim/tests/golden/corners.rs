//! Every law at the corners of its parameters: where a formula changes branch, and where digits run out.

use shortfall::random::laws::{KINDS, Parameter};
use shortfall::random::{Key, Law, Stream};

/// Parameters that are numbers; others are added by [`build`].
type Numbers = &'static [(&'static str, f64)];

/// A law and sets of parameters.
const CORNERS: &[(&str, &[Numbers])] = &[
    ("fixed", &[&[("value", -0.0)], &[("value", 1e300)]]),
    ("uniform", &[&[("low", -1e-300), ("high", 1e-300)], &[("low", 1.0), ("high", 1.0 + 4e-16)]]),
    ("loguniform", &[&[("low", 1e-300), ("high", 1e300)], &[("low", 1.0), ("high", 1.0 + 1e-9)]]),
    (
        "triangular",
        &[&[("min", 0.0), ("mode", 0.0), ("max", 1.0)], &[("min", 0.0), ("mode", 1.0), ("max", 1.0)]],
    ),
    ("pert", &[&[("min", 0.0), ("mode", 0.0), ("max", 1.0)], &[("min", 1.0), ("mode", 1.5), ("max", 1e6)]]),
    (
        "beta",
        &[
            &[("alpha", 0.01), ("beta", 0.01)],
            &[("alpha", 1.0), ("beta", 0.5)],
            &[("alpha", 1e4), ("beta", 2.0)],
            &[("alpha", 1e6), ("beta", 1e6)],
        ],
    ),
    ("normal", &[&[("mean", 0.0), ("sd", 1.0)], &[("mean", 1e6), ("sd", 1e-6)]]),
    ("lognormal", &[&[("mu", -300.0), ("sigma", 0.1)], &[("mu", 0.0), ("sigma", 4.0)]]),
    ("exponential", &[&[("mean", 1e-9)], &[("rate", 1e-9)]]),
    (
        "gamma",
        &[
            &[("shape", 0.01), ("scale", 1.0)],
            &[("shape", 1.0), ("scale", 2.0)],
            &[("shape", 100.0), ("scale", 1.0)],
            &[("shape", 1e7), ("scale", 1e-7)],
        ],
    ),
    (
        "weibull",
        &[
            &[("shape", 0.1), ("scale", 1.0)],
            &[("shape", 1.0), ("scale", 1.0)],
            &[("shape", 50.0), ("scale", 3.0)],
        ],
    ),
    ("pareto", &[&[("shape", 0.2), ("min", 1.0)], &[("shape", 100.0), ("min", 1e-3)]]),
    ("poisson", &[&[("mean", 1e-3)], &[("mean", 12.0)], &[("mean", 1000.0)]]),
    ("empirical", &[&[]]),
    ("mixture", &[&[]]),
    ("truncated", &[&[("max", 1e-5)], &[("min", 5.0), ("max", 5.5)]]),
    ("permanent", &[&[]]),
];

fn build(name: &str, numbers: &[(&str, f64)]) -> Law {
    let mut given: Vec<(String, Parameter)> =
        numbers.iter().map(|(key, x)| ((*key).to_owned(), Parameter::Number(*x))).collect();
    let number = |x: f64| Parameter::Number(x);
    match name {
        "empirical" => {
            given.push(("values".into(), Parameter::List(vec![3.0, 1.0, 2.0])));
            given.push(("weights".into(), Parameter::List(vec![1.0, 1e-6, 5.0])));
        }
        "mixture" => {
            let parts =
                [("gamma", [("shape", 0.5), ("scale", 1.0)]), ("normal", [("mean", 9.0), ("sd", 1.0)])];
            let parts = parts.iter().map(|(name, numbers)| build(name, numbers)).collect();
            given.push(("parts".into(), Parameter::Laws(parts)));
            given.push(("weights".into(), Parameter::List(vec![0.9, 0.1])));
        }
        "truncated" => {
            let inner = Law::build("exponential", &[("mean".into(), number(1.0))]).unwrap();
            given.push(("law".into(), Parameter::Laws(vec![inner])));
        }
        _ => {}
    }
    Law::build(name, &given).unwrap_or_else(|faults| panic!("{name} {numbers:?}: {faults:?}"))
}

/// Law, parameters as text, and FNV-1a of the bits of the first 64 draws.
pub(crate) fn draws() -> Vec<(&'static str, String, u64)> {
    let names: Vec<&str> = CORNERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>(), "every law has its corners");
    let mut all = Vec::new();
    for (name, sets) in CORNERS {
        for numbers in *sets {
            let law = build(name, numbers);
            let mut stream = Stream::new(Key { seed: 1, draw: 0, name }, 0, 0);
            let bytes = (0..64).flat_map(|_| law.sample(&mut stream).to_bits().to_le_bytes());
            let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            let written: Vec<String> = numbers.iter().map(|(key, x)| format!("{key}={x:e}")).collect();
            all.push((*name, written.join(" "), hash));
        }
    }
    all
}
