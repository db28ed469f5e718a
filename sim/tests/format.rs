//! docs/scenario-format.md says what the readers do: it is written from their tables.

use shortfall::hazards;
use shortfall::policies;
use shortfall::random::laws;
use shortfall::scenario::{markdown, section};

const FILE: &str = "../docs/scenario-format.md";

fn document() -> String {
    let mut text = markdown();
    text += "## Kinds of hazard\n\n";
    for kind in hazards::KINDS {
        let keys = kind.keys.iter().map(|key| [key.name, key.unit, key.default, key.meaning]);
        let summary = format!("{}\n\nSeverity: {}", kind.summary, kind.severity);
        text += &section(3, &format!("`{}`", kind.name), &summary, keys);
        text += &format!("```toml\n{}\n```\n\n", kind.example.trim());
    }
    text += "## Measures\n\n";
    for kind in policies::KINDS {
        let keys = kind.keys.iter().map(|key| [key.name, key.unit, key.default, key.meaning]);
        text += &section(3, &format!("`{}`", kind.name), kind.summary, keys);
        text += &format!("```toml\n{}\n```\n\n", kind.example.trim());
    }
    text += "## Laws\n\nExactly one of the sets of parameters is given.\n\n| law | parameters | meaning |\n|---|---|---|\n";
    for kind in laws::KINDS {
        let forms: Vec<String> = kind.forms.iter().map(|form| form.join(" + ")).collect();
        text += &format!("| `{}` | {} | {} |\n", kind.name, forms.join("; "), kind.summary);
    }
    text
}

#[test]
fn the_format_reference_is_what_the_readers_do() {
    let wanted = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all("../docs").unwrap();
        std::fs::write(FILE, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(found == wanted, "{FILE} has drifted: run UPDATE_DOCS=1 cargo test --test format");
}
