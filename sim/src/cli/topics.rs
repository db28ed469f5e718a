//! What `explain` and `schema` know, from the tables that the readers use.

use crate::hazards;
use crate::policies;
use crate::random::laws;
use crate::scenario;
use crate::scenario::onset;

/// A hazard kind, a measure, a law, or a table of a scenario.
pub(super) struct Topic {
    /// What it is one of: `hazard`, `onset`, `measure`, `law`, `table` of scenario.toml, CSV `file`.
    pub(super) group: &'static str,
    /// As written.
    pub(super) name: &'static str,
    /// One sentence.
    pub(super) summary: String,
    /// Lines of fact below it: what severity means, which parameters go together.
    pub(super) notes: Vec<String>,
    /// Name, unit, default, meaning.
    pub(super) keys: Vec<[String; 4]>,
    /// A fragment of a scenario.
    pub(super) example: String,
}

/// The table that stands for those of all measures.
const MEASURES: &str = "KIND";

/// Every topic, by group, in the order of the documentation.
pub(super) fn topics() -> Vec<Topic> {
    let kinds = hazards::KINDS.iter().map(hazard);
    let measures = policies::KINDS.iter().map(measure);
    let onsets = onset::KINDS.iter().map(onset);
    let mut topics: Vec<Topic> =
        kinds.chain(onsets).chain(measures).chain(laws::KINDS.iter().map(law)).collect();
    // What stands for all measures has nothing to add to them.
    topics.extend(scenario::reference().iter().map(table).filter(|table| table.name != MEASURES));
    topics
}

/// A key's name, unit, default and meaning.
macro_rules! row {
    ($key:expr) => {
        [$key.name, $key.unit, $key.default, $key.meaning].map(str::to_owned)
    };
}

fn hazard(kind: &hazards::Kind) -> Topic {
    Topic {
        group: "hazard",
        name: kind.name,
        summary: kind.summary.to_owned(),
        notes: vec![
            format!("severity: {}", kind.severity),
            "keys of every hazard, such as onset and duration: shortfall explain hazard".to_owned(),
        ],
        keys: kind.keys.iter().map(|key| row!(key)).collect(),
        example: kind.example.to_owned(),
    }
}

fn onset(kind: &onset::Kind) -> Topic {
    Topic {
        group: "onset",
        name: kind.name,
        summary: kind.summary.to_owned(),
        notes: vec![],
        keys: kind.keys.iter().map(|key| row!(key)).collect(),
        example: format!("onset = {}", kind.example),
    }
}

fn measure(kind: &policies::Kind) -> Topic {
    Topic {
        group: "measure",
        name: kind.name,
        summary: kind.summary.to_owned(),
        notes: match kind.form {
            policies::Form::Table => {
                vec![format!(
                    "written as: [{0}.NAME], which a policy names in use = [\"{0}.NAME\"]",
                    kind.name
                )]
            }
            policies::Form::Key => vec!["written as: a key of [policy.NAME]".to_owned()],
        },
        keys: kind.keys.iter().map(|key| row!(key)).collect(),
        example: kind.example.to_owned(),
    }
}

fn law(kind: &laws::Kind) -> Topic {
    let form = |parameters: &&[&str]| parameters.join(" + ");
    let forms: Vec<String> = kind.forms.iter().map(form).filter(|form| !form.is_empty()).collect();
    let written: Vec<String> =
        kind.forms.first().copied().unwrap_or_default().iter().map(|name| format!("{name} = …")).collect();
    Topic {
        group: "law",
        name: kind.name,
        summary: kind.summary.to_owned(),
        notes: if forms.is_empty() {
            Vec::new()
        } else {
            vec![format!("written with: {}", forms.join(", or "))]
        },
        keys: kind
            .parameters
            .iter()
            .map(|p| [p.name.to_owned(), p.unit.to_owned(), allowed(p.allowed), p.meaning.to_owned()])
            .collect(),
        example: format!("duration_months = {{ {} = {{ {} }} }}", kind.name, written.join(", ")),
    }
}

fn allowed(allowed: laws::Allowed) -> String {
    match allowed {
        laws::Allowed::Finite => "any number".to_owned(),
        laws::Allowed::Positive => "above 0".to_owned(),
        laws::Allowed::NonNegative => "0 or more".to_owned(),
        laws::Allowed::Within(least, most) => format!("{least} to {most}"),
        laws::Allowed::Numbers => "list of numbers".to_owned(),
        laws::Allowed::Laws => "laws".to_owned(),
    }
}

fn table(table: &scenario::Table) -> Topic {
    let is_file = table.title.ends_with(".csv");
    let title = table.title.trim_matches(['[', ']']);
    Topic {
        group: if is_file { "file" } else { "table" },
        // [hazard.NAME] stands for many and goes by its first part, [run.until] for itself.
        name: title.split_once('.').filter(|(_, last)| *last != "until").map_or(title, |(name, _)| name),
        summary: table.summary.to_owned(),
        notes: vec![format!("written as: {}", table.title)],
        keys: table.keys.iter().map(|key| row!(key)).collect(),
        example: scenario::example(table.title).to_owned(),
    }
}
