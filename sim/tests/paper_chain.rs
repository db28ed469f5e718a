//! The source paper's cobalt chain: `scenarios/paper-chain` gives its printed figures and their corrections.
//!
//! Every amount is worked out from the scenario's own tables (drones a year times amount / yield, step by step), so what
//! is proved is the scenario. Row numbers C1 to C15 are those of its README.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Room for figures that are given to four to six digits.
const ROUNDED: f64 = 1e-4;
/// Room for a figure of a few thousand tonnes that is given without decimals.
const WHOLE_TONNES: f64 = 2e-4;
/// Room for figures that are given to one decimal of a tonne.
const ONE_DECIMAL: f64 = 0.0015;
/// Room for identities between amounts of the same chain, whose recipes are written with twelve digits.
const IDENTITY: f64 = 1e-9;

const DRONES: f64 = 4.5e6;
const CHARGE_AH: f64 = 2.2;
const LOADING: f64 = 0.96;
const GRADE: f64 = 0.0035;
const PACK_VOLTS: f64 = 22.2;
const CELL_VOLTS: f64 = 3.7;

const LITHIUM: f64 = 6.94;
const COBALT: f64 = 58.933;
const NICKEL: f64 = 58.693;
const MANGANESE: f64 = 54.938;
const OXYGEN: f64 = 15.999;
const SULPHUR: f64 = 32.06;
const WATER: f64 = 2.0 * 1.008 + OXYGEN;

const SULPHATE_0: f64 = COBALT + SULPHUR + 4.0 * OXYGEN;
const SULPHATE_7: f64 = SULPHATE_0 + 7.0 * WATER;
const LCO: f64 = LITHIUM + COBALT + 2.0 * OXYGEN;
const NMC622: f64 = LITHIUM + 0.6 * NICKEL + 0.2 * MANGANESE + 0.2 * COBALT + 2.0 * OXYGEN;

const CATHODES: [&str; 2] = ["lco", "nmc622"];
const COBALT_SHARE: [f64; 2] = [COBALT / LCO, 0.2 * COBALT / NMC622];

/// The scenario's tables, as far as amounts depend on them.
struct Chain {
    /// Demand by place and material.
    demand: BTreeMap<(String, String), f64>,
    /// What each plant makes, and where.
    plants: BTreeMap<String, (String, String)>,
    /// Inputs: plant, input material, units of input per unit of output.
    recipes: Vec<(String, String, f64)>,
}

impl Chain {
    fn read() -> Chain {
        let number = |text: &str| text.parse::<f64>().unwrap();
        let demand = table("consumers", ["place", "material", "demand_per_year"])
            .into_iter()
            .map(|[place, material, amount]| ((place, material), number(&amount)))
            .collect();
        let plants = table("plants", ["plant", "material", "place"])
            .into_iter()
            .map(|[plant, material, place]| (plant, (material, place)))
            .collect();
        let recipes = table("recipes", ["plant", "input", "amount", "yield"])
            .into_iter()
            .map(|[plant, input, amount, share]| (plant, input, number(&amount) / number(&share)))
            .collect();
        Chain { demand, plants, recipes }
    }

    /// Use of `material` in the place of `reading` for `cathode`, units a year.
    fn used(&self, reading: &str, cathode: &str, material: &str) -> f64 {
        let key = (format!("{reading}_{cathode}"), material.to_owned());
        let in_plants: f64 = self
            .recipes
            .iter()
            .filter(|(_, input, _)| *input == key.1)
            .map(|(plant, _, per_output)| (&self.plants[plant], per_output))
            .filter(|((_, place), _)| *place == key.0)
            .map(|((output, _), per_output)| self.used(reading, cathode, output) * per_output)
            .sum();
        in_plants + self.demand.get(&key).copied().unwrap_or(0.0)
    }

    /// Use of an input per unit of an output, over every step between.
    fn per(&self, reading: &str, cathode: &str, input: &str, output: &str) -> f64 {
        self.used(reading, cathode, input) / self.used(reading, cathode, output)
    }

    /// Cobalt in the sulphate that a reading's cathode plants take in, t Co a year.
    fn cobalt_into_cathode(&self, reading: &str, cathode: &str) -> f64 {
        self.used(reading, cathode, "cobalt_sulphate_7h2o") * COBALT / SULPHATE_7
    }
}

/// The named columns of a table of the scenario.
fn table<const N: usize>(name: &str, columns: [&str; N]) -> Vec<[String; N]> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../scenarios/paper-chain")
        .join(format!("{name}.csv"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = columns.map(|column| headers.iter().position(|header| header == column).unwrap());
    reader.records().map(Result::unwrap).map(|record| at.map(|i| record[i].to_owned())).collect()
}

/// Holds if both cathodes' values meet the expected pair within a relative tolerance.
#[track_caller]
fn assert_pair(what: &str, got: impl Fn(&str) -> f64, expected: [f64; 2], tolerance: f64) {
    for (cathode, expected) in CATHODES.into_iter().zip(expected) {
        let got = got(cathode);
        assert!(
            (got / expected - 1.0).abs() <= tolerance,
            "{what}, {cathode}: {got} is not {expected} within {tolerance}"
        );
    }
}

#[test]
fn constants_are_the_ones_stated() {
    for (what, got, expected) in [
        ("molar mass of LCO", LCO, 97.871),
        ("molar mass of NMC622", NMC622, 96.928),
        ("molar mass of heptahydrate", SULPHATE_7, 281.094),
        ("cobalt share of LCO", COBALT_SHARE[0], 0.60215),
        ("cobalt share of NMC622", COBALT_SHARE[1], 0.12160),
        ("cobalt share of anhydrous sulphate", COBALT / SULPHATE_0, 0.38024),
        ("cobalt share of heptahydrate", COBALT / SULPHATE_7, 0.20966),
        ("C15: energy of a battery, Wh", CHARGE_AH * PACK_VOLTS, 48.84),
    ] {
        assert!((got / expected - 1.0).abs() <= ROUNDED, "{what}: {got} is not {expected}");
    }
}

#[test]
fn printed_chain_replays_the_papers_figures() {
    let chain = Chain::read();
    let cell = |cathode: &str| chain.per("printed", cathode, cathode, "cell") * 1e6;
    assert_pair("C1 against print", cell, [14.6, 11.4], 0.005);
    assert_pair("C1 in full", cell, [14.5655, 11.4162], ROUNDED);
    assert_pair("C3", |cathode| chain.per("printed", cathode, "cell", "battery"), [1.0, 1.0], 0.0);
    let battery = |cathode: &str| chain.per("printed", cathode, cathode, "battery") * 1e6;
    assert_pair("C4 against print", battery, [14.6, 11.4], 0.005);
    assert_pair("C4 in full", battery, [14.5655, 11.4162], ROUNDED);
    let year = |cathode: &str| chain.used("printed", cathode, cathode);
    assert_pair("C5 against print", year, [65.5, 51.4], 0.002);
    assert_pair("C5 in full", year, [65.5448, 51.3730], ROUNDED);
    let ratio = |cathode: &str| chain.per("printed", cathode, "cobalt_sulphate_anhydrous", cathode);
    assert_pair("C6", ratio, [1.0, 0.2], IDENTITY);
    let sulphate = |cathode: &str| chain.used("printed", cathode, "cobalt_sulphate_anhydrous");
    assert_pair("C8 against print", sulphate, [65.5, 10.3], 0.003);
    assert_pair("C8 in full", sulphate, [65.5448, 10.2746], ROUNDED);
    let ore = |cathode: &str| chain.used("printed", cathode, "cobalt_ore");
    assert_pair("C14 in full", ore, [18_727.0, 2_936.0], WHOLE_TONNES);
}

#[test]
fn printed_lco_ore_has_its_decimal_point_slipped() {
    let chain = Chain::read();
    let printed = [1_870.0 * 10.0, 2_900.0];
    assert_pair("C14 against print", |cathode| chain.used("printed", cathode, "cobalt_ore"), printed, 0.015);
    let rounded = |cathode: &str| if cathode == "lco" { 65.5 / GRADE } else { 10.3 / GRADE };
    assert_pair("C14 from the rounded inputs", rounded, [18_714.0, 2_943.0], WHOLE_TONNES);
}

#[test]
fn printed_molar_mass_of_cobalt_sulphate_is_too_low_and_unused() {
    assert!((SULPHATE_0 - 154.989).abs() < 1e-3, "C7");
    assert!((SULPHATE_0 / 152.05 - 1.0 - 0.019).abs() < 0.001, "C7 is 1.9 % above the print");
    let chain = Chain::read();
    let ratio = |cathode: &str| chain.per("printed", cathode, "cobalt_sulphate_anhydrous", cathode);
    assert_pair("ratio of cobalt atoms, no molar mass in it", ratio, [1.0, 0.2], IDENTITY);
}

#[test]
fn corrected_active_material_is_six_cells_without_the_loading() {
    let chain = Chain::read();
    let cell = |cathode: &str| chain.per("corrected", cathode, cathode, "cell") * 1e6;
    assert_pair("C1", cell, [15.1724, 11.8919], ROUNDED);
    assert_pair("C2", |cathode| cell(cathode) / LOADING, [15.8046, 12.3874], ROUNDED);
    let cells = |cathode: &str| chain.per("corrected", cathode, "cell", "battery");
    assert_pair("C3", cells, [PACK_VOLTS / CELL_VOLTS; 2], IDENTITY);
    assert_pair(
        "C4",
        |cathode| chain.per("corrected", cathode, cathode, "battery") * 1e6,
        [91.0345, 71.3514],
        ROUNDED,
    );
    assert_pair("C5", |cathode| chain.used("corrected", cathode, cathode), [409.655, 321.081], ROUNDED);
}

#[test]
fn corrected_sulphate_follows_molar_masses_in_both_hydrations() {
    let chain = Chain::read();
    let (anhydrous, heptahydrate) = ("cobalt_sulphate_anhydrous", "cobalt_sulphate_7h2o");
    assert_pair("C6, 0 H2O", |c| chain.per("corrected", c, anhydrous, c), [1.58360, 0.31980], ROUNDED);
    assert_pair("C6, 7 H2O", |c| chain.per("corrected", c, heptahydrate, c), [2.87209, 0.58000], ROUNDED);
    assert_pair("C8, 0 H2O", |c| chain.used("one_cell", c, anhydrous), [103.797, 16.429], ROUNDED);
    assert_pair("C8, 7 H2O", |c| chain.used("one_cell", c, heptahydrate), [188.250, 29.797], ROUNDED);
    assert_pair("C9", |c| chain.used("corrected", c, anhydrous), [648.732, 102.682], ROUNDED);
    assert_pair("C10", |c| chain.used("corrected", c, heptahydrate), [1_176.565, 186.229], ROUNDED);
}

#[test]
fn corrected_cobalt_and_ore_count_cobalt() {
    let chain = Chain::read();
    assert_pair("C11", |c| chain.used("one_cell", c, "cobalt"), [39.468, 6.247], ROUNDED);
    assert_pair("C12", |c| chain.used("corrected", c, "cobalt"), [246.674, 39.044], ROUNDED);
    assert_pair("C13", |c| chain.used("corrected", c, "cobalt") / DRONES * 1e6, [54.816, 8.676], ROUNDED);
    assert_pair("C14, one cell", |c| chain.used("one_cell", c, "cobalt_ore"), [11_277.0, 1_785.0], ROUNDED);
    assert_pair("C14, 6S", |c| chain.used("corrected", c, "cobalt_ore"), [70_478.0, 11_155.0], ROUNDED);
}

#[test]
fn cobalt_is_the_same_by_cathode_by_anhydrous_and_by_heptahydrate() {
    let chain = Chain::read();
    for (cathode, share) in CATHODES.into_iter().zip(COBALT_SHARE) {
        let cobalt = chain.used("corrected", cathode, "cobalt");
        for by in [
            chain.used("corrected", cathode, cathode) * share,
            chain.used("corrected", cathode, "cobalt_sulphate_anhydrous") * COBALT / SULPHATE_0,
            chain.used("corrected", cathode, "cobalt_sulphate_7h2o") * COBALT / SULPHATE_7,
        ] {
            assert!((by / cobalt - 1.0).abs() <= IDENTITY, "{cathode}: {by} is not {cobalt}");
        }
    }
}

#[test]
fn process_losses_raise_every_amount_as_tabled() {
    let chain = Chain::read();
    let rows: [(&str, [[f64; 2]; 3]); 7] = [
        ("active material bought", [[431.2, 338.0], [475.0, 372.3], [539.0, 422.5]]),
        ("cobalt into cathode plants", [[265.0, 41.9], [297.9, 47.2], [349.0, 55.2]]),
        ("cobalt_sulphate_7h2o", [[1_263.8, 200.0], [1_421.1, 224.9], [1_664.6, 263.5]]),
        ("cobalt_sulphate_anhydrous", [[696.8, 110.3], [783.6, 124.0], [917.8, 145.3]]),
        ("cobalt_hydroxide", [[267.6, 42.4], [307.2, 48.6], [367.4, 58.1]]),
        ("cobalt", [[314.9, 49.8], [438.8, 69.5], [667.9, 105.7]]),
        ("cobalt_ore", [[89_960.0, 14_239.0], [125_373.0, 19_844.0], [190_841.0, 30_207.0]]),
    ];
    for (quantity, expected) in rows {
        for (reading, expected) in ["best", "mode", "worst"].into_iter().zip(expected) {
            let got = |cathode: &str| match quantity {
                "active material bought" => chain.used(reading, cathode, cathode),
                "cobalt into cathode plants" => chain.cobalt_into_cathode(reading, cathode),
                material => chain.used(reading, cathode, material),
            };
            let tolerance = if quantity == "cobalt_ore" { ROUNDED } else { ONE_DECIMAL };
            assert_pair(&format!("{quantity}, {reading}"), got, expected, tolerance);
        }
    }
}

#[test]
fn every_reading_flies_the_same_drones() {
    let chain = Chain::read();
    for reading in ["printed", "one_cell", "corrected", "best", "mode", "worst"] {
        assert_pair(reading, |cathode| chain.used(reading, cathode, "drone_fpv"), [DRONES; 2], 0.0);
    }
}
