//! Restrictions on end users: goods go on flowing, and named sectors or plants abroad may not use them.

use super::Restricted;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::hazards::cut::Cut;
use crate::hazards::footprint;
use crate::network::Select;
use crate::scenario::At;
use crate::scenario::Problems;

/// Users that the keys name, wherever they are.
pub(super) struct Named {
    consumers: Vec<usize>,
    plants: Vec<usize>,
    /// Where each name's users take what they use from.
    sources: Vec<(At<String>, Vec<usize>)>,
}

impl Named {
    /// Resolves `sectors` and `plants`; `Some(None)` if neither is written, so that everyone is meant.
    pub(super) fn resolve(
        sectors: Option<Vec<At<String>>>,
        plants: Option<Vec<At<String>>>,
        baseline: &Baseline,
        problems: &mut Problems,
    ) -> Option<Option<Named>> {
        if sectors.is_none() && plants.is_none() {
            return Some(None);
        }
        let network = &baseline.network;
        let mut named = Named { consumers: Vec::new(), plants: Vec::new(), sources: Vec::new() };
        let mut sound = true;
        let one = |name: &At<String>| Some(vec![name.clone()]);
        for name in sectors.into_iter().flatten() {
            let select = Select { sectors: one(&name), ..Select::default() };
            let Some(found) = footprint::resolve(&select, baseline, problems) else {
                sound = false;
                continue;
            };
            let found: Vec<usize> = found.consumers.iter().map(|id| id.index()).collect();
            let source = |id: &usize| network.consumers[*id].destination.index();
            named.sources.push((name, found.iter().map(source).collect()));
            named.consumers.extend(found);
        }
        for name in plants.into_iter().flatten() {
            let select = Select { plants: one(&name), ..Select::default() };
            let Some(found) = footprint::resolve(&select, baseline, problems) else {
                sound = false;
                continue;
            };
            let found: Vec<usize> = found.plants.iter().map(|id| id.index()).collect();
            let inputs = found.iter().flat_map(|id| &network.plants[*id].inputs);
            named.sources.push((name, inputs.map(|input| input.destination.index()).collect()));
            named.plants.extend(found);
        }
        for users in [&mut named.consumers, &mut named.plants] {
            users.sort_unstable();
            users.dedup();
        }
        sound.then_some(Some(named))
    }

    /// Keeps those of `lanes` that lead to the named users; `None` if a name's users are at the end of none, which is a
    /// problem.
    pub(super) fn keep_theirs(
        &self,
        lanes: &mut Vec<usize>,
        baseline: &Baseline,
        problems: &mut Problems,
    ) -> Option<()> {
        let destination = |lane: &usize| baseline.network.lanes[*lane].destination.index();
        let ends: Vec<usize> = lanes.iter().map(destination).collect();
        let missed = |(_, sources): &&(At<String>, Vec<usize>)| !sources.iter().any(|at| ends.contains(at));
        let mut sound = true;
        for (name, _) in self.sources.iter().filter(missed) {
            let message = format!("{:?} uses nothing that this restriction touches", name.value);
            let hint = "remove it, or widen materials, tiers or importers".to_string();
            problems.error(name.at, message, Some(hint));
            sound = false;
        }
        lanes.retain(|lane| self.share(destination(lane), baseline) > 0.0);
        sound.then_some(())
    }

    /// Share of a destination's baseline use that they make up.
    pub(super) fn share(&self, destination: usize, baseline: &Baseline) -> f64 {
        let network = &baseline.network;
        let consumers = self.consumers.iter().map(|id| &network.consumers[*id]);
        let demand = consumers
            .filter(|consumer| consumer.destination.index() == destination)
            .map(|consumer| consumer.demand);
        let inputs = self.plants.iter().flat_map(|id| {
            let here =
                network.plants[*id].inputs.iter().filter(|input| input.destination.index() == destination);
            here.map(|input| input.per_output * baseline.output[*id])
        });
        let used = demand.chain(inputs).fold(0.0, |total, used| total + used);
        if used > 0.0 { (used / baseline.need[destination]).min(1.0) } else { 0.0 }
    }
}

/// The named users at the ends of the restricted lanes.
#[derive(Debug)]
pub(super) struct EndUse {
    users: Vec<User>,
    /// Share of its destination's use that the named make up, by restricted lane.
    shares: Vec<f64>,
}

#[derive(Debug)]
struct User {
    /// The importer, as an index into the units.
    unit: usize,
    channel: Channel,
    /// Consumer or plant.
    item: usize,
}

impl EndUse {
    pub(super) fn new(named: &Named, lanes: &[Restricted], baseline: &Baseline) -> EndUse {
        let network = &baseline.network;
        let destination = |lane: &Restricted| network.lanes[lane.lane].destination.index();
        let unit_at = |at: usize| lanes.iter().find(|lane| destination(lane) == at).map(|lane| lane.unit);
        let consumers = named.consumers.iter().filter_map(|item| {
            let unit = unit_at(network.consumers[*item].destination.index())?;
            Some(User { unit, channel: Channel::RefusedConsumer, item: *item })
        });
        let plants = named.plants.iter().filter_map(|item| {
            let mut inputs = network.plants[*item].inputs.iter();
            let unit = inputs.find_map(|input| unit_at(input.destination.index()))?;
            Some(User { unit, channel: Channel::RefusedPlant, item: *item })
        });
        EndUse {
            users: consumers.chain(plants).collect(),
            shares: lanes.iter().map(|lane| named.share(destination(lane), baseline)).collect(),
        }
    }

    /// Bars what leaves for the importers `here` from the named users there, who are refused the share `refused` of what they
    /// ask for.
    ///
    /// What `cut` makes of the share of a lane's trade that is theirs says how late, how dear and how threatened its trade is.
    pub(super) fn refuse(
        &self,
        cut: impl Fn(f64) -> Cut,
        refused: &Pulse,
        lanes: &[Restricted],
        here: impl Fn(usize) -> bool,
        run: usize,
        script: &mut Script,
    ) {
        for (lane, share) in lanes.iter().zip(&self.shares).filter(|(lane, _)| here(lane.unit)) {
            cut(*share).bar(lane.lane, run, script);
        }
        for user in self.users.iter().filter(|user| here(user.unit)) {
            script.lay(user.channel, user.item, run, refused);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::{AddedTransit, Barred, Openness, RefusedConsumer, RefusedPlant, Threat};
    use crate::hazards::testing::{COD_DEU, COD_FIN, Trial, assert_course, drawn, entry, trial};

    /// COD sends 60 of hydroxide to DEU, where civil users take 50 and defence, consumer 2, takes 10.
    const DEFENCE_IN_DEU: u32 = 2;

    fn refusal(body: &str, severity: f64) -> Trial {
        trial("export_restriction", &format!("imposer = 'COD'\n{body}"), severity, 0.5, 2.0)
    }

    fn faults(body: &str) -> String {
        drawn(&entry("export_restriction", &format!("imposer = 'COD'\n{body}"))).unwrap_err().join("\n")
    }

    #[test]
    fn a_named_sector_is_refused_the_share_cut_and_no_lane_is_closed() {
        let half = refusal("sectors = ['defence']", 0.5);
        assert_eq!(half.hazard.units(), ["DEU"], "FIN has no defence");
        assert_course(&half.course(RefusedConsumer, DEFENCE_IN_DEU, 3), &[0.25, 0.5, 0.0]);
        assert_course(&half.course(Barred, COD_DEU, 3), &[1.0, 1.0, 0.0]);
        assert_course(&half.course(Threat, COD_DEU, 3), &[0.25 / 6.0, 0.5 / 6.0, 0.0]);
        assert_eq!((half.items(Barred), half.items(RefusedConsumer)), (vec![COD_DEU], vec![DEFENCE_IN_DEU]));
        assert_eq!((half.items(Openness), half.items(RefusedPlant)), (vec![], vec![]));
        assert!(half.hazard.names_end_users() && !refusal("", 1.0).hazard.names_end_users());
    }

    #[test]
    fn what_leaks_is_refused_to_no_one_and_what_is_late_is_late_by_the_named_users_part() {
        let body = "sectors = ['defence']\nleakage = { share = 0.25 }\n\
                    form = { licence = { handling_days = 0, added_delay_days = 30.4375 } }";
        let leaky = refusal(body, 0.8);
        assert_course(&leaky.course(RefusedConsumer, DEFENCE_IN_DEU, 3), &[0.3, 0.6, 0.0]);
        assert_course(&leaky.course(AddedTransit, COD_DEU, 3), &[0.5 / 6.0, 1.0 / 6.0, 0.0]);
        let all = refusal("sectors = ['defence']\nleakage = { share = 1 }", 1.0);
        assert_eq!((all.items(RefusedConsumer), all.items(Barred)), (vec![], vec![]));
    }

    #[test]
    fn several_names_are_all_refused_and_a_user_with_two_names_counts_once() {
        let both = refusal("sectors = ['defence', 'civil', '*']", 1.0);
        assert_eq!(both.hazard.units(), ["DEU", "FIN"]);
        assert_eq!(both.items(Barred), [COD_DEU, COD_FIN]);
        assert_course(&both.course(Threat, COD_DEU, 1), &[0.5]);
        assert_eq!(refusal("sectors = ['*']", 1.0).pick(&["FIN"]).items(RefusedConsumer), [3]);
    }

    #[test]
    fn faults_of_named_users_are_reported() {
        assert!(faults("sectors = ['defense']").contains("no sector \"defense\""));
        let two = faults("sectors = ['defense']\nplants = ['kokola']");
        assert!(two.contains("no sector \"defense\"") && two.contains("no plant \"kokola\""), "{two}");
        // The network of these tests has no recipes: no plant uses hydroxide.
        assert!(faults("plants = ['harjavalta']").contains("uses nothing that this restriction touches"));
        let elsewhere = faults("sectors = ['defence']\nimporters = ['FIN']");
        assert!(elsewhere.contains("\"defence\" uses nothing"), "{elsewhere}");
        for form in ["{ quota = { share_of_baseline = 0.5 } }", "{ tax = { rate = 1 } }", "'technology'"] {
            let said = faults(&format!("sectors = ['defence']\nplants = ['kokkola']\nform = {form}"));
            assert_eq!(said.matches("has no effect on a").count(), 2, "{said}");
        }
    }
}
