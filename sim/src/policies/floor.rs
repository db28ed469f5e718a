//! What a sector keeps, whoever comes first.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use crate::hazards::Key;
use crate::levers::Rules;
use crate::scenario::Problems;
use crate::scenario::nearest;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "floor",
    form: Form::Key,
    summary: "What a sector keeps, whoever comes first: a share of all that it asks for is served before any priority, at every \
              destination, and with rated orders up to the mine.",
    keys: &[Key {
        name: "floor",
        unit: "table of sectors and shares",
        default: "none",
        meaning: "share of each sector's claims that is served first; where there is not enough even for all floors, they are \
                  served pro rata. The rest of the claims has the sector's own priority",
    }],
    example: "[policy.civil_floor]\nfloor = { civil = 0.3 }\n",
    read,
};

#[derive(Debug)]
struct Floors(Vec<(usize, f64)>);

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let sectors = &reading.baseline.network.sectors;
    let mut inside = reading.body.table("floor", problems)?;
    let mut floors = Vec::new();
    for name in inside.keys() {
        let Some(sector) = sectors.iter().position(|sector| *sector == name.value) else {
            let hint = nearest(&name, sectors.iter().map(String::as_str));
            let hint = hint.map(|near| format!("did you mean \"{near}\"?"));
            problems.error(name.at, format!("floor: no sector \"{}\"", name.value), hint);
            inside.value(&name.value);
            continue;
        };
        if let Some(share) = inside.share(&name.value, problems)
            && share > 0.0
        {
            floors.push((sector, share));
        }
    }
    Some(Box::new(Floors(floors)))
}

impl Measure for Floors {
    fn install(&mut self, rules: &mut Rules) {
        rules.floors.extend(&self.0);
    }
}
