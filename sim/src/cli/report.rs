//! The baseline report: what a scenario comes to before any event.

use super::text::{amount, columns, paragraph, percent};
use crate::baseline::{Adjustment, Baseline, CoverRow, cover};
use crate::ensemble::Study;
use crate::exposure::Reach;
use crate::hazards::expected_events;
use crate::hazards::left_out;
use crate::history;
use crate::levers::Rules;
use crate::metrics::{Outcome, SHORT};
use crate::network::Consumer;
use crate::policies::Policy;
use crate::random::Block;
use crate::run::Workspace;
use crate::scenario::{Problems, Severity};
use crate::step::Plan;
use serde::Serialize;
use std::io::{Result, Write};

/// What `check` prints, as text or as JSON.
#[derive(Serialize)]
pub(super) struct Report {
    name: String,
    title: String,
    question: String,
    years: f64,
    n_steps: usize,
    sizes: Vec<(&'static str, usize)>,
    adjustments: Vec<Adjusted>,
    assumptions: Vec<Assumed>,
    warnings: Vec<String>,
    cover: Vec<Cover>,
    hazards: Vec<Expected>,
    /// Consumers that run short without any event or policy.
    plan_shortfall: Vec<Short>,
}

#[derive(Serialize)]
struct Adjusted {
    what: String,
    /// Per year; null if it did not exist.
    before: Option<f64>,
    after: f64,
    unit: String,
    why: String,
}

#[derive(Serialize)]
struct Assumed {
    about: String,
    value: String,
    why: String,
}

#[derive(Serialize)]
struct Cover {
    material: String,
    place: String,
    need_per_year: f64,
    cover_days: f64,
    transit_days: f64,
    largest_supplier: Option<String>,
    largest_share: Option<f64>,
}

#[derive(Serialize)]
struct Expected {
    hazard: String,
    kind: &'static str,
    events: f64,
    /// What the number of events leaves out.
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct Short {
    material: String,
    place: String,
    sector: String,
    unit: String,
    shortfall: f64,
    share: f64,
}

/// One fault, with its place as an editor counts it, from 1.
#[derive(Serialize)]
pub(super) struct Fault {
    severity: &'static str,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
    hint: Option<String>,
}

impl Fault {
    /// A fault that stands nowhere in particular.
    pub(super) fn of_the_whole(message: &str) -> Fault {
        Fault {
            severity: "error",
            file: None,
            line: None,
            column: None,
            message: message.to_owned(),
            hint: None,
        }
    }
}

/// Every problem, for machines.
pub(super) fn faults(problems: &Problems) -> Vec<Fault> {
    let fault = |problem: &crate::scenario::Problem| {
        let mut fault = Fault::of_the_whole(&problem.message);
        fault.hint.clone_from(&problem.hint);
        if problem.severity == Severity::Warning {
            fault.severity = "warning";
        }
        if let Some(at) = problem.at
            && let Some(source) = problems.sources.get(at.source.0 as usize)
        {
            let (line, column) = position(&source.text, at.start);
            fault.file = Some(source.path.display().to_string());
            fault.line = Some(line);
            fault.column = Some(column);
        }
        fault
    };
    problems.list.iter().map(fault).collect()
}

/// Line and column of a byte, both from 1, columns in characters.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

impl Report {
    /// The report of a model. Simulates one run without events.
    pub(super) fn new(study: &Study) -> Report {
        let model = &study.base;
        let scenario = &model.scenario;
        let baseline = &model.baseline;
        Report {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            question: scenario.question.clone(),
            years: scenario.time.years,
            n_steps: scenario.time.n_steps,
            sizes: sizes(study),
            adjustments: baseline.adjustments.iter().map(adjusted).collect(),
            assumptions: scenario
                .assumptions
                .iter()
                .map(|a| Assumed { about: a.about.clone(), value: a.value.clone(), why: a.why.clone() })
                .collect(),
            warnings: baseline.warnings.clone(),
            cover: cover(baseline).into_iter().map(Cover::from).collect(),
            hazards: model
                .hazards
                .iter()
                .zip(expected_events(&model.hazards).into_iter().zip(left_out(&model.hazards)))
                .map(|(h, (events, left_out))| Expected {
                    hazard: h.name.clone(),
                    kind: h.kind,
                    events,
                    left_out,
                })
                .collect(),
            plan_shortfall: plan_shortfall(baseline),
        }
    }

    /// The report as text.
    pub(super) fn write(&self, out: &mut impl Write) -> Result<()> {
        writeln!(out, "{} ({})", self.title, self.name)?;
        if !self.question.is_empty() {
            writeln!(out, "{}", self.question)?;
        }
        writeln!(out, "{} years in {} steps", amount(self.years), self.n_steps)?;
        let sizes: Vec<String> = self.sizes.iter().map(|(noun, n)| format!("{n} {noun}")).collect();
        writeln!(out, "{}", sizes.join(", "))?;
        let adjusted = |a: &Adjusted| {
            let before = a.before.map_or("none".to_owned(), amount);
            let after = format!("{} {}/year", amount(a.after), a.unit);
            vec![a.what.clone(), before, "->".to_owned(), after, change(a), a.why.clone()]
        };
        section(out, "Adjusted to balance", "nothing", &[1, 4], &[], &self.adjustments, adjusted)?;
        self.write_assumptions(out)?;
        if self.warnings.is_empty() {
            writeln!(out, "\nWarnings: none")?;
        } else {
            writeln!(out, "\nWarnings")?;
            self.warnings.iter().try_for_each(|warning| paragraph(out, 2, warning))?;
        }
        let head =
            ["material", "place", "use/year", "cover days", "transit days", "largest foreign supplier"];
        let cover = |c: &Cover| {
            let supplier = c.largest_supplier.as_ref().zip(c.largest_share);
            let supplier =
                supplier.map_or("none".to_owned(), |(place, share)| format!("{place} {}", percent(share)));
            let days = [c.cover_days, c.transit_days].map(|days| format!("{days:.1}"));
            let [cover, transit] = days;
            vec![c.material.clone(), c.place.clone(), amount(c.need_per_year), cover, transit, supplier]
        };
        section(out, "Cover", "no use of any material", &[2, 3, 4], &head, &self.cover, cover)?;
        let head = ["hazard", "kind", "expected events"];
        let expected = |h: &Expected| vec![h.hazard.clone(), h.kind.to_owned(), amount(h.events)];
        section(out, "Hazards", "none", &[2], &head, &self.hazards, expected)?;
        let mut incomplete = self.hazards.iter().filter(|h| !h.left_out.is_empty()).peekable();
        if incomplete.peek().is_some() {
            writeln!(out, "  These numbers leave out:")?;
        }
        incomplete
            .try_for_each(|h| paragraph(out, 4, &format!("{}: {}", h.hazard, h.left_out.join("; "))))?;
        let head = ["material", "place", "sector", "shortfall", "unit", "share"];
        let short = |s: &Short| {
            let amounts = [amount(s.shortfall), s.unit.clone(), percent(s.share)];
            [s.material.clone(), s.place.clone(), s.sector.clone()].into_iter().chain(amounts).collect()
        };
        let title = "Shortfall that the plan implies, without any event or policy";
        section(out, title, "none", &[3, 5], &head, &self.plan_shortfall, short)
    }

    /// Assumptions by their reason, in the order in which reasons first occur.
    fn write_assumptions(&self, out: &mut impl Write) -> Result<()> {
        if self.assumptions.is_empty() {
            return writeln!(out, "\nAssumed: nothing");
        }
        writeln!(out, "\nAssumed (--format json has lists in full)")?;
        let mut reasons: Vec<&str> = Vec::new();
        for assumed in &self.assumptions {
            if !reasons.contains(&assumed.why.as_str()) {
                reasons.push(&assumed.why);
            }
        }
        for reason in reasons {
            paragraph(out, 2, &format!("{reason}:"))?;
            for a in self.assumptions.iter().filter(|a| a.why == reason) {
                paragraph(out, 4, &format!("{} = {}", a.about, shortened(&a.value)))?;
            }
        }
        Ok(())
    }
}

/// Characters of an assumption's value that are shown; JSON has the whole.
const SHOWN: usize = 240;

/// A long list, cut between two of its items.
fn shortened(value: &str) -> String {
    let Some((end, _)) = value.char_indices().nth(SHOWN) else { return value.to_owned() };
    let end = value[..end].rfind(", ").unwrap_or(end);
    let left = value[end..].matches(", ").count().max(1);
    format!("{}, ... and {left} more", &value[..end])
}

/// By how much the balance changed a value, as a share of it.
fn change(adjusted: &Adjusted) -> String {
    match adjusted.before {
        Some(before) if before != 0.0 => {
            let percent = 100.0 * (adjusted.after / before - 1.0);
            if percent.abs() < 0.01 { "under 0.01 %".to_owned() } else { format!("{percent:+.2} %") }
        }
        _ => "new".to_owned(),
    }
}

/// A titled table, or the word for there being nothing to show.
fn section<T>(
    out: &mut impl Write,
    title: &str,
    nothing: &str,
    right: &[usize],
    head: &[&str],
    items: &[T],
    row: impl Fn(&T) -> Vec<String>,
) -> Result<()> {
    if items.is_empty() {
        return writeln!(out, "\n{title}: {nothing}");
    }
    writeln!(out, "\n{title}")?;
    let head = (!head.is_empty()).then(|| head.iter().map(|cell| (*cell).to_owned()).collect());
    let rows: Vec<Vec<String>> = head.into_iter().chain(items.iter().map(row)).collect();
    columns(out, "  ", right, &rows)
}

fn adjusted(a: &Adjustment) -> Adjusted {
    Adjusted {
        what: a.what.clone(),
        before: a.before,
        after: a.after,
        unit: a.unit.clone(),
        why: a.why.clone(),
    }
}

impl From<CoverRow> for Cover {
    fn from(row: CoverRow) -> Cover {
        let (largest_supplier, largest_share) = row.largest_supplier.unzip();
        Cover {
            material: row.material,
            place: row.place,
            need_per_year: row.need_per_year,
            cover_days: row.cover_days,
            transit_days: row.transit_days,
            largest_supplier,
            largest_share,
        }
    }
}

fn sizes(study: &Study) -> Vec<(&'static str, usize)> {
    let model = &study.base;
    let network = &model.baseline.network;
    let (points, draws) = (study.open().n_points(), study.open().n_draws());
    let several = [("points", points), ("draws", draws)].into_iter().filter(|(_, n)| *n > 1);
    let sizes = vec![
        ("places", network.places.len()),
        ("materials", network.materials.len()),
        ("plants", network.plants.len()),
        ("lanes", network.lanes.len()),
        ("consumers", network.consumers.len()),
        ("hazards", model.hazards.len()),
        ("policies", model.policies.len()),
    ];
    sizes.into_iter().chain(several.map(|(noun, n)| (noun, n as usize))).collect()
}

/// What consumers lack in a run without events under a policy of no measures: growth that outruns capacity.
fn plan_shortfall(baseline: &Baseline) -> Vec<Short> {
    let network = &baseline.network;
    let rules = Rules::new(network);
    let plan = Plan::new(baseline, &rules, Reach::default());
    let policy = Policy { name: "none".to_owned(), rules, measures: Vec::new() };
    let block = Block { seed: 0, draw: 0, first_run: 0, n_runs: 1 };
    let history = history::sample(&[], network.clock, &block);
    let runs = Workspace::new(baseline, &[], &policy, &plan).simulate(&history, &block, |_, _| ());
    let outcomes = runs.iter().flat_map(|run| &run.outcomes);
    network
        .consumers
        .iter()
        .zip(outcomes)
        .filter_map(|(consumer, outcome)| short(baseline, consumer, outcome))
        .collect()
}

fn short(baseline: &Baseline, consumer: &Consumer, outcome: &Outcome) -> Option<Short> {
    let network = &baseline.network;
    let share = outcome.whole.shortfall() / outcome.whole.requirement;
    if !(share > SHORT) {
        return None;
    }
    let destination = &network.destinations[consumer.destination.index()];
    let material = &network.materials[destination.material.index()];
    Some(Short {
        material: material.code.clone(),
        place: network.places[destination.place.index()].code.clone(),
        sector: network.sectors[consumer.sector].clone(),
        unit: material.unit.clone(),
        shortfall: outcome.whole.shortfall(),
        share,
    })
}

#[cfg(test)]
mod tests {
    use super::{position, shortened};

    #[test]
    fn a_long_list_is_cut_between_items_and_counts_the_rest() {
        let list = (0..100).map(|n| format!("plant_{n}")).collect::<Vec<_>>().join(", ");
        let shown = shortened(&list);
        let (kept, rest) = shown.split_once(", ... and ").unwrap();
        assert!(list.starts_with(&format!("{kept}, ")));
        assert_eq!(kept.split(", ").count() + rest.trim_end_matches(" more").parse::<usize>().unwrap(), 100);
        assert_eq!(shortened("30 days"), "30 days");
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        assert_eq!(position("a = 1\nüb = 2\n", 0), (1, 1));
        assert_eq!(position("a = 1\nüb = 2\n", "a = 1\nü".len()), (2, 2));
        assert_eq!(position("", 7), (1, 1));
    }
}
