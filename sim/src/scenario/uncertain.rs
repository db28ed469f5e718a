//! A number, or a law that a number is drawn from once per draw.

use crate::random::Law;

/// A number of a scenario.
#[derive(Clone, Debug)]
pub enum Uncertain {
    /// Known.
    Number(f64),
    /// Known as a law; its central value is taken until draws are asked for.
    Law(Law),
}

impl Uncertain {
    /// The number, or the law's central value.
    pub fn central(&self) -> f64 {
        match self {
            Uncertain::Number(value) => *value,
            Uncertain::Law(law) => law.central(),
        }
    }
}
