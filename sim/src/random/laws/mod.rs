//! Probability laws: one file each, chosen by name.

use super::stream::Stream;

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
