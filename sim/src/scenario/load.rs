//! Reading a scenario folder: every fault in one pass.

use super::Scenario;
use super::body::Body;
use super::folder::Folder;
use super::keys::{self, Table};
use super::problem::{Location, Problem, Problems};
use super::rows::{self, PlaceNames};
use super::sheet::Row;
use super::source::SourceId;
use super::{document, files, header, regimes, settings, shortage};
use std::path::Path;
use std::sync::Arc;
use toml::de::DeTable;

/// What the command line says about the scenario.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set key=value`, dotted keys, in order.
    pub set: Vec<String>,
    /// `--seed`, as written.
    pub seed: Option<String>,
    /// `--runs`, as written.
    pub runs: Option<String>,
    /// Files outside the scenario's folder may be read.
    pub allow_outside: bool,
}

/// The name of the main file.
const MAIN: &str = "scenario.toml";

/// Version of the format that this program reads.
const FORMAT: u64 = 1;

/// Reads `path`, a folder with a `scenario.toml` or the file itself: its first point, uncertain numbers at their central
/// values.
///
/// Adds every fault to `problems`, with the sources read; gives what could be read even if there are errors, so that
/// later stages can find more; `None` if nothing could.
pub fn load(path: &Path, options: &Options, problems: &mut Problems) -> Option<Scenario> {
    super::open(path, options, problems).map(|(_, scenario)| scenario)
}

/// The document with `--set`, `--seed` and `--runs` applied, its folder and source.
pub(super) fn document(
    path: &Path,
    options: &Options,
    problems: &mut Problems,
) -> Option<(DeTable<'static>, Folder, SourceId)> {
    let (path, file) = match path.is_dir() {
        true => (path.to_path_buf(), path.join(MAIN)),
        // A file in the working folder has an empty parent: the name of the folder is then that of `.`.
        false => (path.parent().unwrap_or(Path::new("")).to_path_buf(), path.to_path_buf()),
    };
    let main = file.file_name().map_or(MAIN.into(), |name| name.to_string_lossy().into_owned());
    let source = files::read(&file, &main, None, problems)?;
    let text = problems.sources[source.0 as usize].text.clone();
    let mut document = document::parse(source, &text, problems);
    for argument in &options.set {
        document::set(&mut document, argument, problems);
    }
    document::set_run(&mut document, "seed", options.seed.as_deref(), problems);
    document::set_run(&mut document, "runs", options.runs.as_deref(), problems);
    Some((document, Folder::new(path, options.allow_outside), source))
}

/// The seed of a document; the default if it has none, or a wrong one.
pub(super) fn seed(document: &DeTable<'static>) -> u64 {
    let run = document.get("run").and_then(|run| run.get_ref().as_table());
    settings::run(run.map(|run| Body::new(run, Location::of(0..0), "")), &mut Problems::default()).seed
}

/// Reads a document, and puts the faults found into the order of the files.
pub(super) fn read(
    document: &DeTable<'static>,
    folder: &Folder,
    source: SourceId,
    problems: &mut Problems,
) -> Scenario {
    let n_before = problems.list.len();
    let scenario = scenario(document, folder, source, problems);
    let found = problems.list.split_off(n_before);
    // What the parser could not read has no value, which readers find as well.
    let is_new = |problem: &Problem| {
        problems.list.iter().all(|before| before.at != problem.at || problem.at.is_none())
    };
    let found: Vec<Problem> = found.into_iter().filter(is_new).collect();
    problems.list.extend(found);
    problems.list.sort_by_key(|problem| problem.at);
    scenario
}

fn scenario(
    document: &DeTable<'static>,
    folder: &Folder,
    source: SourceId,
    problems: &mut Problems,
) -> Scenario {
    let top = Location { source, start: 0, end: 0 };
    let name = folder_name(&folder.path);
    let mut head = Body::new(document, top, "");
    if head.required("format", "format = 1", problems)
        && let Some(format) = head.whole("format", problems)
        && format != FORMAT
    {
        let hint = Some(format!("this program reads format {FORMAT}"));
        head.error("format", &format!("{format} is unknown"), hint, problems);
    }
    let title = head.text("title", problems).map_or_else(|| name.clone(), |title| title.value);
    let question = head.text("question", problems).map_or_else(String::new, |question| question.value);
    head.required("time", "[time] with start and years", problems);
    let mut section = |name: &str, problems: &mut Problems| {
        head.table(name, problems).map(|body| body.called(format!("[{name}]")))
    };
    let time = section("time", problems);
    let run = section("run", problems);
    let network = section("network", problems);
    let blocs = section("blocs", problems);
    let market = section("market", problems);
    let shortage = section("shortage_cost", problems);
    for tables in ["design", "correlation", "hazard", "regime", "settlement", "policy"] {
        head.value(tables);
    }
    for kind in header::measure_kinds(document) {
        head.value(&kind);
    }
    head.finish(&keys::TOP.names(), problems);

    let empty = DeTable::new();
    let mut network = network.unwrap_or_else(|| Body::new(&empty, top, "[network]"));
    let mut tables = Tables { folder, network: &mut network };
    let no_names = PlaceNames::default();
    let places = rows::places(&tables.rows(&keys::PLACES, &["place"], &no_names, problems), problems);
    let names = PlaceNames::of(&places);
    let materials =
        rows::materials(&tables.rows(&keys::MATERIALS, &["material"], &names, problems), problems);
    let plants = rows::plants(&tables.rows(&keys::PLANTS, &["plant"], &names, problems), &names, problems);
    let recipes = rows::recipes(
        &tables.rows(&keys::RECIPES, &["output", "input", "plant"], &names, problems),
        problems,
    );
    let lanes = tables.rows(&keys::LANES, &["material", "from", "to"], &names, problems);
    let lanes = rows::lanes(&lanes, &names, problems);
    let transit = tables.rows(&keys::TRANSIT, &["from", "to", "material"], &names, problems);
    let transit = rows::transit(&transit, &names, problems);
    let chokepoints = tables.rows(&keys::CHOKEPOINTS, &["chokepoint"], &names, problems);
    let chokepoints = rows::chokepoints(&chokepoints, problems);
    let n_before = problems.list.len();
    let consumers = tables.rows(&keys::CONSUMERS, &["material", "place", "sector"], &names, problems);
    let consumers = rows::consumers(&consumers, &names, problems);
    let all_consumers_read = problems.list.len() == n_before;
    let shortage_costs = shortage::read(shortage, problems);
    // A row that could not be read may be the one with the sector.
    if all_consumers_read {
        shortage::refuse_unknown(&shortage_costs, &consumers, problems);
    }
    let stocks = tables.rows(&keys::STOCKS, &["material", "place", "kind"], &names, problems);
    let stocks = rows::stocks(&stocks, &names, problems);

    let settings = settings::network(&mut network, market, &materials, problems);
    network.finish(&keys::NETWORK.names(), problems);
    let n_items = plants.len() + lanes.len() + consumers.len();
    let mut scenario = Scenario {
        name,
        title,
        question,
        sources: Vec::new(),
        time: settings::time(time, top, n_items, problems),
        run: settings::run(run, problems),
        settings,
        blocs: settings::blocs(blocs, &names, problems),
        places,
        materials,
        plants,
        recipes,
        lanes,
        transit,
        chokepoints,
        consumers,
        stocks,
        hazards: header::hazards(document, folder, problems),
        regimes: regimes::regimes(document, problems),
        settlements: regimes::settlements(document, folder, problems),
        shortage_costs,
        measures: header::measures(document, problems),
        policies: header::policies(document, top, problems),
        assumptions: std::mem::take(&mut problems.assumptions),
        folder: folder.path.clone(),
    };
    scenario.sources = problems.sources.iter().filter(|source| source.is_file()).cloned().collect();
    scenario
}

/// The tables of the network, each with its file.
struct Tables<'a, 'b> {
    folder: &'a Folder,
    network: &'a mut Body<'b>,
}

impl Tables<'_, '_> {
    /// The rows of one table: none if it is not there and need not be. Two rows with the same `key` are refused, and
    /// rows marked assumed are noted.
    fn rows(
        &mut self,
        table: &Table,
        key: &[&str],
        names: &PlaceNames,
        problems: &mut Problems,
    ) -> Arc<Vec<Row>> {
        let noun = table.title.trim_end_matches(".csv");
        let written = self.network.text(noun, problems);
        let file = match &written {
            Some(file) => file.value.clone(),
            None if self.network.has(noun) => return Arc::default(),
            None if self.folder.has(table.title) => table.title.to_string(),
            None => {
                if ["materials", "plants", "consumers"].contains(&noun) {
                    let hint = format!("add the file {} to the folder", table.title);
                    self.network.missing(noun, Some(hint), problems);
                }
                return Arc::default();
            }
        };
        let rows = self.folder.sheet(&file, written.map(|file| file.at), table, problems).unwrap_or_default();
        rows::refuse_duplicates(&rows, key, names, problems);
        let assumed = rows::assumed(&rows, key);
        if !assumed.is_empty() {
            let count = if assumed.len() == 1 { "1 row".into() } else { format!("{} rows", assumed.len()) };
            problems.assume(file, format!("{count}: {}", assumed.join(", ")), "marked assumed");
        }
        rows
    }
}

/// The folder's own name, also if it is written as `.` or `..`.
fn folder_name(path: &Path) -> String {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    full.file_name().map_or_else(|| "scenario".to_string(), |name| name.to_string_lossy().into_owned())
}
