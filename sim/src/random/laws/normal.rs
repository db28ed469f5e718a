//! Normal, and the standard normal law's inverse (Wichura 1988).

use super::fixed::Fixed;
use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::erfc;
use crate::math::ln;
use crate::math::sqrt;

/// The standard normal law's 95 % quantile.
pub(super) const Z95: f64 = 1.644_853_626_951_472_7;
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
    [3.387_132_872_796_366_608_0, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3, 1.373_169_376_550_946_112_5e4,
     4.592_195_393_154_987_145_7e4, 6.726_577_092_700_870_085_3e4, 3.343_057_558_358_812_810_5e4, 2.509_080_928_730_122_672_7e3],
    [1.0, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083_0e2, 5.394_196_021_424_751_107_7e3,
     2.121_379_430_158_659_586_7e4, 3.930_789_580_009_271_061_0e4, 2.872_908_573_572_194_267_4e4, 5.226_495_278_852_854_561_0e3],
];
#[rustfmt::skip]
const MIDDLE: [[f64; 8]; 2] = [
    [1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_90, 5.769_497_221_460_691_405_50, 3.647_848_324_763_204_605_04,
     1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_70e-1, 2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_40e-4],
    [1.0, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_40, 6.897_673_349_851_000_045_50e-1,
     1.481_039_764_274_800_745_90e-1, 1.519_866_656_361_645_719_66e-2, 5.475_938_084_995_344_946_00e-4, 1.050_750_071_644_416_843_24e-9],
];
#[rustfmt::skip]
const TAIL: [[f64; 8]; 2] = [
    [6.657_904_643_501_103_777_20, 5.463_784_911_164_114_369_90, 1.784_826_539_917_291_335_80, 2.965_605_718_285_048_912_30e-1,
     2.653_218_952_657_612_309_30e-2, 1.242_660_947_388_078_438_60e-3, 2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7],
    [1.0, 5.998_322_065_558_879_376_90e-1, 1.369_298_809_227_358_053_10e-1, 1.487_536_129_085_061_485_25e-2,
     7.868_691_311_456_132_591_00e-4, 1.846_318_317_510_054_681_80e-5, 1.421_511_758_316_445_888_70e-7, 2.044_263_103_389_939_785_64e-15],
];
