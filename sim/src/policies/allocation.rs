//! Who is served first: the allocation rule of a policy.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use crate::hazards::Key;
use crate::levers::Rules;
use crate::network::Allocation;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "allocation",
    form: Form::Key,
    summary: "Who is served first when there is not enough: all alike, by priority where goods are used, or by rated \
              orders that carry their priority upstream to the mine.",
    keys: &[Key {
        name: "allocation",
        unit: "\"pro_rata\" | \"priority\" | \"rated\"",
        default: "the network's",
        meaning: "pro_rata: every use alike; priority: by the consumers' priority at each destination; rated: besides, an \
                  order carries the priority of the demand it serves, tier by tier",
    }],
    example: "[policy.defence_first]\nallocation = \"rated\"\n",
    read,
};

#[derive(Debug)]
struct Rule(Allocation);

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let options =
        [("pro_rata", Allocation::ProRata), ("priority", Allocation::Priority), ("rated", Allocation::Rated)];
    let allocation = reading.body.choice("allocation", &options, problems)?;
    Some(Box::new(Rule(allocation)))
}

impl Measure for Rule {
    fn install(&mut self, rules: &mut Rules) {
        rules.allocation = self.0;
    }
}
