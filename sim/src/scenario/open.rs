//! A scenario with what it leaves open: sweeps, a design, uncertain numbers. Each point and draw of it is a [`Scenario`],
//! read by the same reader from the document with the values put in: one reader, one set of errors.

use super::draws::{self, Draws, Number};
use super::folder::Folder;
use super::key_path::{KeyPath, walk};
use super::load::{self, Options};
use super::problem::{Location, Problem, Problems};
use super::source::SourceId;
use super::sweep::{self, Points, Setting};
use super::value;
use super::{Assumption, Scenario, Source};
use std::path::Path;
use toml::de::DeTable;

/// One point in one draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    /// Number of the point, from 0.
    pub point: u64,
    /// Number of the draw, from 0; `None`: uncertain numbers at their central values.
    pub draw: Option<u64>,
}

impl Case {
    /// The first point at central values: what is reported before any run.
    pub const BASE: Case = Case { point: 0, draw: None };
}

/// A scenario folder, read; its points and draws are still to be chosen.
pub struct Open {
    document: DeTable<'static>,
    folder: Folder,
    source: SourceId,
    /// Files that the first reading read.
    sources: Vec<Source>,
    /// What the parser found.
    found: Vec<Problem>,
    points: Points,
    draws: Draws,
    n_draws: u64,
    /// Laws inside laws.
    nested: Vec<KeyPath>,
}

/// Reads a folder, and its first case. Faults are left in `problems`; `None` if nothing could be read.
pub fn open(path: &Path, options: &Options, problems: &mut Problems) -> Option<(Open, Scenario)> {
    let (document, folder, source) = load::document(path, options, problems)?;
    let found = problems.list.clone();
    // The seed is needed before the rest can be read; a wrong one is reported when [run] is read.
    let seed = load::seed(&document);
    let points = Points::read(&document, &folder, seed, problems);
    let mut open = Open {
        document,
        folder,
        source,
        sources: Vec::new(),
        found,
        points,
        draws: Draws::default(),
        n_draws: 1,
        nested: Vec::new(),
    };
    let mut first = open.document.clone();
    open.points.put(0, &mut first, problems);
    open.nested = draws::nested(&first);
    let scenario = open.read(first, problems);
    open.sources = problems.sources.clone();
    open.folder.sealed = true;
    Some((open, scenario))
}

impl Open {
    /// Draws the uncertain numbers: what `problems` noted while the first case went through every stage, as laws of hazards
    /// and measures are met only when these are compiled.
    pub fn draw_numbers(&mut self, first: &Scenario, problems: &mut Problems) {
        let mut document = self.document.clone();
        self.points.put(0, &mut document, &mut Problems::default());
        let at = |key: &str| document.get(key).map_or(Location::of(0..0), |value| Location::of(value.span()));
        let Some(n) = first.run.draws else {
            if document.get("correlation").is_some() {
                let hint = Some("write draws = 100 in [run]".to_string());
                problems.error(at("correlation"), "[correlation] has no effect without draws", hint);
            }
            return;
        };
        let uncertain = self.paths(&document, &problems.uncertain);
        let keys = self.nested.iter().cloned().chain(uncertain).collect();
        self.draws = Draws::new(keys, n, first.run.seed, &document, problems);
        self.n_draws = if self.draws.is_empty() { 1 } else { n };
        if self.draws.is_empty() && n > 1 {
            problems.warning(
                at("run"),
                format!("{n} draws, and no number is a law: there is one draw"),
                None,
            );
        }
    }

    /// Refuses laws that still stand for a number in a case whose numbers are drawn; call when it went through every stage.
    pub fn refuse_undrawn(case: Case, problems: &mut Problems) {
        if case.draw.is_some() {
            for at in std::mem::take(&mut problems.uncertain) {
                let hint = Some("write the sweep inside the law, at its parameters".to_string());
                problems.error(at, "a law that stands for a number at some points only", hint);
            }
        }
    }

    /// Points; at least 1.
    pub fn n_points(&self) -> u64 {
        self.points.n()
    }

    /// Draws; at least 1.
    pub fn n_draws(&self) -> u64 {
        self.n_draws
    }

    /// The draw that number `draw` stands for: none if nothing is uncertain.
    pub fn draw(&self, draw: u64) -> Option<u64> {
        (!self.draws.is_empty()).then_some(draw)
    }

    /// What a point sets: empty if nothing is swept.
    pub fn settings(&self, point: u64) -> Vec<Setting> {
        self.points.settings(point)
    }

    /// What a case sets in tables of which `asked` is true: equal for cases that are equal there.
    pub fn touching(&self, case: Case, asked: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for (path, value) in self.points.values(case.point).into_iter().filter(|(path, _)| asked(path.root()))
        {
            text.push_str(&format!("{path} = {}\n", sweep::written(value.get_ref())));
        }
        if let Some(draw) = case.draw
            && self.draws.keys().any(|key| asked(key.root()))
        {
            text.push_str(&format!("draw {draw}\n"));
        }
        text
    }

    /// The numbers of a draw at the first point.
    pub fn drawn(&self, draw: u64) -> Vec<Number> {
        let mut document = self.document.clone();
        let mut ignored = Problems::default();
        self.points.put(0, &mut document, &mut ignored);
        self.draws.put(draw, &mut document, &mut ignored)
    }

    /// The scenario of one case. Faults are added to `problems`, which is new.
    pub fn scenario(&self, case: Case, problems: &mut Problems) -> Scenario {
        problems.sources = self.sources.clone();
        problems.list = self.found.clone();
        let mut document = self.document.clone();
        self.points.put(case.point, &mut document, problems);
        if let Some(draw) = case.draw {
            self.draws.put(draw, &mut document, problems);
        }
        self.read(document, problems)
    }

    fn read(&self, mut document: DeTable<'static>, problems: &mut Problems) -> Scenario {
        let mut central = Vec::new();
        // Deepest first: a law's parameters have their numbers before its own is asked for.
        for path in self.nested.iter().rev() {
            if let Some(value) = path.get(&document)
                && let Ok(law) = value::law(value)
                && value.get_ref().is_table()
            {
                let (number, span) = (law.central(), value.span());
                let why = "central value of its law".to_string();
                central.push(Assumption { about: path.to_string(), value: number.to_string(), why });
                path.put(&mut document, value::generated(&format!("{number:?}"), span));
            }
        }
        let mut scenario = load::read(&document, &self.folder, self.source, problems);
        scenario.assumptions.extend(central);
        scenario
    }

    /// Paths of the values that stand at these places.
    fn paths(&self, document: &DeTable<'static>, places: &[Location]) -> Vec<KeyPath> {
        let mut found = Vec::new();
        walk(document, &mut |path, value| {
            if value.get_ref().is_table() && places.contains(&Location::of(value.span())) {
                found.push(path.clone());
            }
            true
        });
        found
    }
}
