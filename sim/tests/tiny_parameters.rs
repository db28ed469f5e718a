//! Laws at the ends of their parameters' ranges, as the table says.

use shortfall::random::Key;
use shortfall::random::Law;
use shortfall::random::Stream;
use shortfall::random::laws::Parameter;

/// `alpha=1, values=[2], weights=[0]` as parameters.
fn parameters(written: &str) -> Vec<(String, Parameter)> {
    written
        .split(", ")
        .fold(Vec::<String>::new(), |mut parts, part| {
            // A comma inside a list is no separator.
            match parts.last_mut().filter(|last| last.contains('[') && !last.contains(']')) {
                Some(last) => last.push_str(&format!(",{part}")),
                None => parts.push(part.to_owned()),
            }
            parts
        })
        .iter()
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap();
            let parameter = match value.strip_prefix('[') {
                Some(list) => {
                    let items = list.trim_end_matches(']').split(',').filter(|item| !item.is_empty());
                    Parameter::List(items.map(|item| item.parse().unwrap()).collect())
                }
                None => Parameter::Number(value.parse().unwrap()),
            };
            (key.to_owned(), parameter)
        })
        .collect()
}

#[test]
fn every_line_of_the_table_comes_out_as_it_says_within_ten_seconds() {
    let mut table = csv::Reader::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/tiny-parameters.csv")).unwrap();
    let mut lines = 0;
    for record in table.records() {
        let record = record.unwrap();
        let (name, written, outcome) = (&record[0], &record[1], &record[3]);
        let n: usize = record[2].parse().unwrap();
        let mut given = parameters(written);
        if name == "mixture" {
            given.push(("parts".into(), Parameter::Laws(vec![Law::fixed(1.0), Law::fixed(2.0)])));
        }
        let start = std::time::Instant::now();
        let built = Law::build(name, &given);
        lines += 1;
        if outcome.starts_with("refused") {
            let faults = built.expect_err(written);
            assert!(faults.iter().all(|fault| fault.hint.is_some()), "{name} {written}: {faults:?}");
            continue;
        }
        let law = built.unwrap_or_else(|faults| panic!("{name} {written}: {faults:?}"));
        let mut stream = Stream::new(Key { seed: 3, draw: 0, name: written }, 0, 0);
        let drawn: Vec<f64> = (0..n).map(|_| law.sample(&mut stream)).collect();
        assert!(drawn.iter().all(|x| x.is_finite()), "{name} {written}");
        let (low, high) = law.bounds();
        assert!(drawn.iter().all(|x| low <= *x && *x <= high), "{name} {written}");
        if let Some(value) = outcome.strip_prefix("every draw is ") {
            assert!(drawn.iter().all(|x| *x == value.parse::<f64>().unwrap()), "{name} {written}");
        }
        if name == "beta" {
            // Such a law is 0 or 1 in all but a sliver: 1 with probability alpha / (alpha + beta), as is its mean.
            let share = drawn.iter().filter(|x| **x > 0.5).count() as f64 / n as f64;
            assert!((share - law.mean().unwrap()).abs() < 3.0 / (n as f64).sqrt(), "{written}: {share}");
        }
        if name == "poisson" && written == "mean=1e9" {
            assert!(drawn.iter().all(|x| x.fract() == 0.0 && (x - 1e9).abs() < 6.0 * 1e9_f64.sqrt()));
            let mean = drawn.iter().sum::<f64>() / n as f64;
            assert!((mean - 1e9).abs() < 5.0 * (1e9 / n as f64).sqrt());
        }
        if outcome.contains("warning") || outcome.contains("admits") {
            assert!(!law.warnings().is_empty(), "{name} {written}");
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("{name} {written}: {seconds:.2} s");
        assert!(seconds < 10.0, "{name} {written} took {seconds} s");
    }
    assert_eq!(lines, 22);
}
