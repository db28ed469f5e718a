//! Probability laws: one file each, chosen by name.
//!
//! Every law is sampled by the inverse of its distribution function at one uniform (a mixture takes a second one for the
//! choice), on this crate's own functions: the same bits on every machine, and a draw that moves smoothly with the
//! parameters.

mod beta;
mod empirical;
mod exponential;
mod fixed;
mod gamma;
mod given;
mod lognormal;
mod loguniform;
mod mixture;
mod normal;
mod pareto;
mod permanent;
mod pert;
mod poisson;
mod triangular;
mod truncated;
mod uniform;
mod weibull;

pub(super) use normal::normal_quantile;

use super::stream::{Cells, Purpose, Stream};
use crate::math::{Row, WIDTH};
use given::Given;
use std::sync::Arc;

/// Every law, in the order of the documentation. A new law is one file, its `mod` line and its line here.
pub const KINDS: &[Kind] = &[
    fixed::KIND,
    uniform::KIND,
    loguniform::KIND,
    triangular::KIND,
    pert::KIND,
    beta::KIND,
    normal::KIND,
    lognormal::KIND,
    exponential::KIND,
    gamma::KIND,
    weibull::KIND,
    pareto::KIND,
    poisson::KIND,
    empirical::KIND,
    mixture::KIND,
    truncated::KIND,
    permanent::KIND,
];

/// A law as documentation and the reader need it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// As written: `{ lognormal = { mean = 9, sd = 6 } }`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The sets of parameters that determine it; exactly one set is given.
    pub forms: &'static [&'static [&'static str]],
    /// Its parameters.
    pub parameters: &'static [ParameterKey],
    read: fn(&Given) -> Result<Box<dyn Distribution>, Fault>,
}

/// A parameter of a law.
#[derive(Clone, Copy, Debug)]
pub struct ParameterKey {
    /// As written.
    pub name: &'static str,
    /// `same` as the number the law stands for, `ratio`, `count`, `list`, `laws`.
    pub unit: &'static str,
    /// Which values it takes.
    pub allowed: Allowed,
    /// What it does.
    pub meaning: &'static str,
}

/// Which values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// Any finite number.
    Finite,
    /// A finite number above 0.
    Positive,
    /// A finite number, 0 or more.
    NonNegative,
    /// A finite number from the one to the other, both included.
    Within(f64, f64),
    /// A list of finite numbers.
    Numbers,
    /// A list of laws.
    Laws,
}

const fn parameter(
    name: &'static str,
    unit: &'static str,
    allowed: Allowed,
    meaning: &'static str,
) -> ParameterKey {
    ParameterKey { name, unit, allowed, meaning }
}

/// A parameter of a law as written.
///
/// A bare number, `{ fixed = 1 }`, is the parameter `value`; a bare list, `{ empirical = [1, 2] }`, is `values`.
#[derive(Clone, Debug)]
pub enum Parameter {
    /// `mean = 9`
    Number(f64),
    /// `values = [1, 2, 3]`
    List(Vec<f64>),
    /// `parts = [{ fixed = 1 }, …]`; a single law, `law = { … }`, is a list of one.
    Laws(Vec<Law>),
}

/// Why parameters make no law.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The parameter at fault; `None`: the law as a whole.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What is allowed, or the nearest valid name.
    pub hint: Option<String>,
}

impl Fault {
    fn at(key: &str, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { key: Some(key.to_owned()), message: message.into(), hint: Some(hint.into()) }
    }

    fn whole(message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { key: None, message: message.into(), hint: Some(hint.into()) }
    }
}

/// What a law's file provides.
trait Distribution: Send + Sync + std::fmt::Debug {
    /// The smallest `x` that at least the share `u` lies at or below, for `u` in (0, 1).
    fn quantile(&self, u: f64) -> f64;

    /// The share at or below `x`.
    fn cdf(&self, x: f64) -> f64;

    fn mean(&self) -> Option<f64>;

    fn bounds(&self) -> (f64, f64);

    fn mode_as_written(&self) -> Option<f64> {
        None
    }

    fn sample(&self, stream: &mut Stream) -> f64 {
        self.quantile(stream.uniform())
    }

    /// [`Distribution::sample`] in the runs `here` of a block, 0 in the others: some laws take microseconds.
    fn draws(&self, cells: &Cells, purpose: Purpose, here: [bool; WIDTH]) -> Row {
        let uniform = cells.uniform(purpose).0;
        Row(std::array::from_fn(|run| if here[run] { self.quantile(uniform[run]) } else { 0.0 }))
    }

    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// True if a draw may be infinite.
    fn may_be_permanent(&self) -> bool {
        false
    }
}

/// A probability law of one number.
#[derive(Clone, Debug)]
pub struct Law(Arc<dyn Distribution>);

impl Law {
    /// The law `name` with its parameters; every fault at once.
    pub fn build(name: &str, parameters: &[(String, Parameter)]) -> Result<Law, Vec<Fault>> {
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
            let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let hint = match given::nearest(name, &names) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("laws are {}", names.join(", ")),
            };
            return Err(vec![Fault::whole(format!("no law \"{name}\""), hint)]);
        };
        let given = Given::check(kind, parameters)?;
        let law = (kind.read)(&given).map_err(|fault| vec![fault])?;
        let ends = [law.quantile(f64::EPSILON / 2.0), law.quantile(1.0 - f64::EPSILON / 2.0)];
        if !law.may_be_permanent() && !ends.iter().all(|end| end.is_finite()) {
            return Err(vec![Fault::whole(
                format!("{name} reaches past the largest number, 1.8e308"),
                "a smaller spread, or a heavier shape parameter",
            )]);
        }
        Ok(Law(law.into()))
    }

    /// The law that always gives `value`.
    pub fn fixed(value: f64) -> Law {
        Law(Arc::new(fixed::Fixed { value }))
    }

    /// One draw. Finite for every law but `permanent`, which is infinite.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        self.0.sample(stream)
    }

    /// One draw in each of the runs `here` of a block, that of the run's own stream for the purpose; 0 in the others.
    pub fn draws(&self, cells: &Cells, purpose: Purpose, here: [bool; WIDTH]) -> Row {
        self.0.draws(cells, purpose, here)
    }

    /// The smallest value that at least the share `u` of draws lies at or below, for `u` in the open interval (0, 1).
    pub fn quantile(&self, u: f64) -> f64 {
        self.0.quantile(u)
    }

    /// The share of draws at or below `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        self.0.cdf(x)
    }

    /// Its mean; `None` where none exists.
    pub fn mean(&self) -> Option<f64> {
        self.0.mean()
    }

    /// The value that stands for the law where one number is wanted: the mode if the law is written with one, else the median.
    pub fn central(&self) -> f64 {
        self.0.mode_as_written().unwrap_or_else(|| self.0.quantile(0.5))
    }

    /// Smallest and largest value it can give.
    pub fn bounds(&self) -> (f64, f64) {
        self.0.bounds()
    }

    /// What a reader of results should know: a mean that does not exist, a tail that a sample mean misses.
    pub fn warnings(&self) -> Vec<String> {
        self.0.warnings()
    }
}
