//! The first 64 draws of each law, so that none moves unnoticed: a change here is a change of every user's results.

use shortfall::random::Key;
use shortfall::random::Law;
use shortfall::random::Stream;
use shortfall::random::laws::KINDS;
use shortfall::random::laws::Parameter;

/// FNV-1a of the draws' bits.
fn fingerprint(name: &str, written: &[(&str, f64)]) -> u64 {
    let mut given: Vec<(String, Parameter)> =
        written.iter().map(|(key, x)| ((*key).to_owned(), Parameter::Number(*x))).collect();
    match name {
        "empirical" => given.push(("values".into(), Parameter::List(vec![3.0, 1.0, 2.0]))),
        "mixture" => given.push(("parts".into(), Parameter::Laws(vec![Law::fixed(1.0), Law::fixed(2.0)]))),
        "truncated" => {
            let inner = Law::build("exponential", &[("mean".into(), Parameter::Number(1.0))]).unwrap();
            given.push(("law".into(), Parameter::Laws(vec![inner])));
        }
        _ => {}
    }
    let law = Law::build(name, &given).unwrap();
    let mut stream = Stream::new(Key { seed: 1, draw: 0, name }, 0, 0);
    (0..64)
        .flat_map(|_| law.sample(&mut stream).to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A law, its parameters, and the hash of its first draws.
type Pinned = (&'static str, &'static [(&'static str, f64)], u64);

#[test]
fn the_first_draws_of_every_law_are_those_of_the_pinned_version() {
    let hump: &[(&str, f64)] = &[("min", 1.0), ("mode", 2.0), ("max", 4.0)];
    let spread: &[(&str, f64)] = &[("mean", 9.0), ("sd", 6.0)];
    let pinned: [Pinned; 17] = [
        ("fixed", &[("value", 2.0)], 9329456041100135205),
        ("uniform", &[("low", 1.0), ("high", 2.0)], 3683421069859674349),
        ("loguniform", &[("low", 1.0), ("high", 2.0)], 17329761349056290238),
        ("triangular", hump, 3287086714020130603),
        ("pert", hump, 2361061328042909615),
        ("beta", &[("alpha", 0.5), ("beta", 3.0)], 15128865235150305529),
        ("normal", spread, 9229132666226616454),
        ("lognormal", spread, 17788106422378356850),
        ("exponential", &[("mean", 2.0)], 2830730446667011356),
        ("gamma", spread, 1856072135527943759),
        ("weibull", &[("shape", 0.7), ("scale", 2.0)], 1116384352220717494),
        ("pareto", &[("shape", 2.5), ("min", 1.0)], 12813866702137156078),
        ("poisson", &[("mean", 7.0)], 14074961799597588177),
        ("empirical", &[], 17753528079861304989),
        ("mixture", &[], 9234273824715918264),
        ("truncated", &[("max", 2.0)], 12327313335554820161),
        ("permanent", &[], 11742903075213141797),
    ];
    assert_eq!(
        pinned.map(|(name, _, _)| name).to_vec(),
        KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>()
    );
    let drawn: Vec<(&str, u64)> =
        pinned.iter().map(|(name, written, _)| (*name, fingerprint(name, written))).collect();
    assert_eq!(drawn, pinned.map(|(name, _, hash)| (name, hash)));
}
