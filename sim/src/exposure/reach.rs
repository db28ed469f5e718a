//! What events can do at most.

/// What the events of a scenario can do at most: the step's plan makes room for it, and for no more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reach {
    /// Most steps that events add to a transit, one event of every hazard together.
    pub longest_delay: f64,
    /// Whether any bars goods to named end users.
    pub end_use: bool,
}

impl Reach {
    /// Events that add up to `steps` to a transit and name no end users.
    pub fn delay(steps: f64) -> Reach {
        Reach { longest_delay: steps, end_use: false }
    }
}
