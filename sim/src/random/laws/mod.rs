//! Probability laws: one file each, chosen by name.

use super::stream::Stream;

/// Every law, in the order of the documentation.
pub const KINDS: &[Kind] = &[];

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
}

/// A parameter of a law.
#[derive(Clone, Copy, Debug)]
pub struct ParameterKey {
    /// As written.
    pub name: &'static str,
    /// What it is measured in.
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

/// A parameter of a law as written.
#[derive(Clone, Debug)]
pub enum Parameter {
    /// `mean = 9`
    Number(f64),
    /// `values = [1, 2, 3]`
    List(Vec<f64>),
    /// `parts = [{ fixed = 1 }, …]`
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

/// A probability law of one number.
#[derive(Clone, Debug)]
pub struct Law;

impl Law {
    /// The law `name` with its parameters; every fault at once.
    pub fn build(name: &str, parameters: &[(String, Parameter)]) -> Result<Law, Vec<Fault>> {
        let _ = (name, parameters);
        todo!()
    }

    /// The law that always gives `value`.
    pub fn fixed(value: f64) -> Law {
        let _ = value;
        todo!()
    }

    /// One draw. Finite for every law but `permanent`, which is infinite.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        let _ = stream;
        todo!()
    }

    /// Its mean; `None` where none exists.
    pub fn mean(&self) -> Option<f64> {
        todo!()
    }

    /// The value that stands for the law where one number is wanted: the mode if the law is written with one, else the median.
    pub fn central(&self) -> f64 {
        todo!()
    }

    /// Smallest and largest value it can give.
    pub fn bounds(&self) -> (f64, f64) {
        todo!()
    }
}
