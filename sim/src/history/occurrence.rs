//! What the events table says of a run: which events there were, and under which policies.

use crate::exposure::Event;

/// An event with the policies under which it occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// The event.
    pub event: Event,
    /// Position of the one policy that the row tells of; `None`: it is so under every policy of the run.
    pub policy: Option<usize>,
    /// True if the hazard has an event with this start under every policy.
    pub common: bool,
}

impl Occurrence {
    /// An event that does not depend on policies.
    pub fn common(event: Event) -> Occurrence {
        Occurrence { event, policy: None, common: true }
    }

    /// Events of one run: those that no policy moves, and those that hang on the state of the market under each policy. By
    /// hazard, then start.
    pub fn of_run(common: Vec<Event>, late: &[Vec<Event>]) -> Vec<Occurrence> {
        let mut rows: Vec<Occurrence> = Vec::new();
        for (policy, events) in late.iter().enumerate() {
            for event in events {
                let everywhere =
                    |is_it: &dyn Fn(&Event) -> bool| late.iter().all(|events| events.iter().any(is_it));
                if !everywhere(&|other| other == event) {
                    let begins = |other: &Event| (other.hazard, other.start) == (event.hazard, event.start);
                    let common = everywhere(&begins);
                    rows.push(Occurrence { event: event.clone(), policy: Some(policy), common });
                } else if policy == 0 {
                    rows.push(Occurrence::common(event.clone()));
                }
            }
        }
        rows.sort_by(|a, b| a.event.start.total_cmp(&b.event.start));
        rows.extend(common.into_iter().map(Occurrence::common));
        // Stable, and a hazard's rows are either all late or all common: those stay by start, these as they were.
        rows.sort_by_key(|row| row.event.hazard);
        rows
    }
}
