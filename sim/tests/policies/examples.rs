//! Every measure is listed, documented by what its reader knows, and has an example that is read as it stands.

use crate::kit::World;
use shortfall::ensemble::prepare;
use shortfall::policies::{Form, KINDS};
use shortfall::scenario::{Options, Problems};
use std::collections::BTreeSet;
use std::path::Path;

/// Cobalt from the Congo to cells, with a refinery that is planned.
fn cobalt() -> World {
    let mut world = World::new(24)
        .material("cobalt_hydroxide")
        .material("cobalt_sulphate")
        .material("cobalt_refined")
        .material("nmc_cell")
        .material("lfp_cell")
        .material("cell_phone")
        .material("cell")
        .market("prior", "\"gravity\"");
    world.places = ["COD", "DEU", "FIN", "USA"].map(String::from).to_vec();
    world.materials.iter_mut().for_each(|row| *row = row.replace(",ore,", ",intermediate,"));
    for (name, material, place, owner_cost) in [
        ("tenke", "cobalt_hydroxide", "COD", ",,,,,,"),
        ("sulphate", "cobalt_sulphate", "FIN", ",,,,,,"),
        ("kokkola", "cobalt_refined", "FIN", ",,0.8,3,3,,"),
        ("nmc", "nmc_cell", "DEU", ",,,,,,"),
        ("lfp", "lfp_cell", "DEU", ",,,,,,"),
        ("phone", "cell_phone", "DEU", ",,,,,,"),
        ("cells", "cell", "DEU", ",,,,,,"),
    ] {
        world = world.plant_with((name, material, place), 200.0, 100.0, owner_cost);
    }
    world = world.owned("kokkola", "USA").planned("new_refinery", "cobalt_refined", "DEU", 50.0);
    for material in ["cobalt_hydroxide", "cobalt_sulphate", "cobalt_refined"] {
        world = world.consumer(material, "DEU", "civil", 60.0, 1).consumer(material, "USA", "civil", 40.0, 1);
    }
    for material in ["nmc_cell", "lfp_cell", "cell_phone", "cell"] {
        world = world.consumer(material, "DEU", "civil", 100.0, 1);
    }
    world.toml("[blocs]\nEU27 = [\"DEU\", \"FIN\"]\n")
}

fn read(toml: &str) -> Result<usize, String> {
    let folder = tempfile::tempdir().expect("a folder for the test");
    cobalt().toml(toml).write(folder.path());
    let mut problems = Problems::default();
    match prepare(folder.path(), &Options::default(), &mut problems) {
        Ok(model) => Ok(model.policies.iter().map(|policy| policy.measures.len()).sum()),
        Err(refusal) => Err(format!("{}{refusal:?}", problems.render(false))),
    }
}

#[test]
fn every_example_is_read_and_makes_a_measure() {
    for kind in KINDS {
        let names = kind.example.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        let uses: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        let policy = match kind.form {
            Form::Table => format!("[policy.tested]\nuse = [{}]\n", uses.join(", ")),
            Form::Key => String::new(),
        };
        let read = read(&format!("{}{policy}", kind.example));
        let n_measures = read.unwrap_or_else(|problems| panic!("{}:\n{problems}", kind.name));
        assert_eq!(n_measures, uses.len(), "{}", kind.name);
    }
}

#[test]
fn every_file_of_a_measure_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/policies");
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let main = if path.is_dir() { path.join("mod.rs") } else { path.clone() };
        if std::fs::read_to_string(main).unwrap().contains("const KIND: Kind") {
            files.insert(path.file_stem().unwrap().to_str().unwrap().to_string());
        }
    }
    let listed: BTreeSet<String> = KINDS.iter().map(|kind| kind.name.to_string()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_key_that_a_measure_lists_is_known_to_its_reader_and_no_other_is() {
    for kind in KINDS.iter().filter(|kind| kind.form == Form::Table) {
        // A list is a wrong value for nearly every key, and an unknown key is told whatever its value.
        let keys: String = kind.keys.iter().map(|key| format!("{} = [[7]]\n", key.name)).collect();
        let problems = read(&format!("[{}.x]\n{keys}nonsense = 7\n", kind.name)).expect_err(kind.name);
        let unknown: Vec<&str> = problems.lines().filter(|line| line.contains("unknown key")).collect();
        assert!(unknown.len() == 1 && unknown[0].contains("nonsense"), "{}:\n{problems}", kind.name);
    }
}
