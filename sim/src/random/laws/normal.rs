//! Normal, and the standard normal law's inverse (Wichura 1988).

use super::fixed::Fixed;
use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::erfc;
use crate::math::ln;
use crate::math::sqrt;

/// The standard normal law's 95 % quantile.
pub(super) const Z95: f64 = 1.6448536269514726;
/// Relative gap between a median and the one its outer quantiles imply, up to which all three are taken as rounded.
const QUANTILES_AGREE: f64 = 0.01;

pub(super) const KIND: Kind = Kind {
    name: "normal",
    summary: "Symmetric around its mean, without bounds: rarely right for a duration, which cannot be negative.",
    forms: &[
        &["mean", "sd"],
        &["mean", "cv"],
        &["p05", "p95"],
        &["p05", "p50"],
        &["p50", "p95"],
        &["p05", "p50", "p95"],
    ],
    parameters: &[
        parameter("mean", "same", Allowed::Finite, "mean"),
        parameter("sd", "same", Allowed::NonNegative, "standard deviation"),
        parameter("cv", "ratio", Allowed::NonNegative, "standard deviation / mean"),
        parameter("p05", "same", Allowed::Finite, "value that 5 % of draws lie below"),
        parameter("p50", "same", Allowed::Finite, "median"),
        parameter("p95", "same", Allowed::Finite, "value that 95 % of draws lie below"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let (mean, sd) = match given.optional("mean") {
        Some(mean) => (mean, given.spread(mean)),
        None => from_quantiles([given.optional("p05"), given.optional("p50"), given.optional("p95")])?,
    };
    if sd == 0.0 {
        return Ok(Box::new(Fixed { value: mean }));
    }
    Ok(Box::new(Normal { mean, sd }))
}

/// Mean and standard deviation of the normal law through two or three of its quantiles (5, 50 and 95 %).
pub(super) fn from_quantiles(quantiles: [Option<f64>; 3]) -> Result<(f64, f64), Fault> {
    let (mean, sd) = match quantiles {
        [Some(low), middle, Some(high)] => {
            let (mean, reach) = (0.5 * low + 0.5 * high, 0.5 * high - 0.5 * low);
            if let Some(middle) = middle.filter(|middle| !((middle - mean).abs() <= QUANTILES_AGREE * reach))
            {
                let share = (middle - low) / (high - low);
                return Err(Fault::at(
                    "p50",
                    format!("p50 lies at {share:.3} of the way from p05 to p95, and this law's at 0.5"),
                    "leave p50 out, or take a law with another skew",
                ));
            }
            (mean, reach / Z95)
        }
        [Some(low), Some(middle), None] => (middle, (middle - low) / Z95),
        [None, Some(middle), Some(high)] => (middle, (high - middle) / Z95),
        _ => unreachable!("the forms of both laws name at least two quantiles"),
    };
    if !(sd >= 0.0) {
        return Err(Fault::whole("quantiles fall", "p05 <= p50 <= p95"));
    }
    Ok((mean, sd))
}

#[derive(Debug)]
struct Normal {
    mean: f64,
    sd: f64,
}

impl Distribution for Normal {
    fn quantile(&self, u: f64) -> f64 {
        self.mean + self.sd * normal_quantile(u)
    }

    fn cdf(&self, x: f64) -> f64 {
        normal_cdf((x - self.mean) / self.sd)
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn bounds(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}

/// The share of the standard normal law at or below `z`.
pub(super) fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The `u` quantile of the standard normal law: Wichura's AS 241 (PPND16), good to 1e-16.
pub(in crate::random) fn normal_quantile(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let r = sqrt(-ln(if q < 0.0 { u } else { 1.0 - u }));
    let z = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &TAIL) };
    if q < 0.0 { -z } else { z }
}

/// Two polynomials' ratio by Horner's rule.
fn ratio(r: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let horner = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * r + c);
    horner(above) / horner(below)
}

#[rustfmt::skip]
const CENTRE: [[f64; 8]; 2] = [
    [3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
     45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227],
    [1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751,
     21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
];
#[rustfmt::skip]
const MIDDLE: [[f64; 8]; 2] = [
    [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
     1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414],
    [1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
     0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09],
];
#[rustfmt::skip]
const TAIL: [[f64; 8]; 2] = [
    [6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
     0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07],
    [1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615,
     0.0007868691311456133, 1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15],
];
