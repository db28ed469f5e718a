//! The parameters of one law, checked against its table.

use super::{Allowed, Fault, Kind, Law, Parameter};

/// Parameters that match one form of their law, each within what it allows.
pub(super) struct Given<'a> {
    parameters: &'a [(String, Parameter)],
}

impl<'a> Given<'a> {
    pub(super) fn check(kind: &Kind, parameters: &'a [(String, Parameter)]) -> Result<Given<'a>, Vec<Fault>> {
        let mut faults = Vec::new();
        let names: Vec<&str> = kind.parameters.iter().map(|known| known.name).collect();
        for (key, value) in parameters {
            match kind.parameters.iter().find(|known| known.name == key) {
                Some(known) => faults.extend(fault_of_value(key, value, known.allowed)),
                None => {
                    let hint = match nearest(key, &names) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None if names.is_empty() => format!("{} takes no parameters", kind.name),
                        None => format!("{} takes {}", kind.name, names.join(", ")),
                    };
                    faults.push(Fault::at(key, format!("{} has no parameter `{key}`", kind.name), hint));
                }
            }
        }
        let mut written: Vec<&str> =
            parameters.iter().map(|(key, _)| key.as_str()).filter(|key| names.contains(key)).collect();
        written.sort_unstable();
        let matches = kind.forms.iter().any(|form| {
            let mut form = form.to_vec();
            form.sort_unstable();
            form == written
        });
        // A misspelled key has just been named; that its form is incomplete is no second fault.
        if !matches && written.len() == parameters.len() {
            let forms: Vec<String> = kind
                .forms
                .iter()
                .map(|form| if form.is_empty() { "nothing".into() } else { form.join(" and ") })
                .collect();
            let have = if written.is_empty() { "no parameters".into() } else { written.join(" and ") };
            faults.push(Fault::whole(
                format!("{} with {have} is not determined, or more than once", kind.name),
                format!("give {}", forms.join(", or ")),
            ));
        }
        if faults.is_empty() { Ok(Given { parameters }) } else { Err(faults) }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The number under `key`, if the form has it.
    pub(super) fn optional(&self, key: &str) -> Option<f64> {
        match self.find(key) {
            Some(Parameter::Number(value)) => Some(*value),
            _ => None,
        }
    }

    /// The number under a key of the form.
    pub(super) fn number(&self, key: &str) -> f64 {
        self.optional(key).expect("the form was matched and its values' types checked")
    }

    /// The list under `key`; empty if the form has none.
    pub(super) fn list(&self, key: &str) -> &'a [f64] {
        match self.find(key) {
            Some(Parameter::List(values)) => values,
            _ => &[],
        }
    }

    /// The laws under `key`; empty if the form has none.
    pub(super) fn laws(&self, key: &str) -> &'a [Law] {
        match self.find(key) {
            Some(Parameter::Laws(laws)) => laws,
            _ => &[],
        }
    }

    /// The standard deviation, given as `sd` or as `cv`, of a law with this mean.
    pub(super) fn spread(&self, mean: f64) -> f64 {
        self.optional("sd").unwrap_or_else(|| self.number("cv") * mean.abs())
    }

    /// `list` scaled to sum to 1, or equal shares for `n` if the form has none.
    pub(super) fn shares(&self, key: &str, n: usize) -> Result<Vec<f64>, Fault> {
        if !self.has(key) {
            return Ok(vec![1.0 / n as f64; n]);
        }
        let weights = self.list(key);
        if weights.len() != n {
            return Err(Fault::at(
                key,
                format!("{} weights for {n} values", weights.len()),
                "one weight for each",
            ));
        }
        if let Some(weight) = weights.iter().find(|weight| !(**weight >= 0.0)) {
            return Err(Fault::at(key, format!("{weight} is negative"), "weights are 0 or more"));
        }
        let total = crate::math::sum(weights);
        if !(total > 0.0 && total.is_finite()) {
            return Err(Fault::at(key, format!("weights sum to {total}"), "a sum above 0"));
        }
        Ok(weights.iter().map(|weight| weight / total).collect())
    }

    fn find(&self, key: &str) -> Option<&'a Parameter> {
        self.parameters.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

fn fault_of_value(key: &str, value: &Parameter, allowed: Allowed) -> Option<Fault> {
    let wanted = match allowed {
        Allowed::Finite => "a finite number".to_owned(),
        Allowed::Positive => "a finite number above 0".to_owned(),
        Allowed::NonNegative => "a finite number, 0 or more".to_owned(),
        Allowed::Within(low, high) => format!("a number from {low} to {high}"),
        Allowed::Numbers => "a list of finite numbers, not empty".to_owned(),
        Allowed::Laws => "a law, or a list of laws, not empty".to_owned(),
    };
    let wrong = match (value, allowed) {
        (Parameter::List(values), Allowed::Numbers) => {
            if values.is_empty() {
                Some("the list is empty".to_owned())
            } else {
                values.iter().find_map(|value| not_finite(*value))
            }
        }
        (Parameter::Laws(laws), Allowed::Laws) => laws.is_empty().then(|| "the list is empty".to_owned()),
        (_, Allowed::Numbers | Allowed::Laws) | (Parameter::List(_) | Parameter::Laws(_), _) => {
            Some(format!("`{key}` has the wrong type"))
        }
        (Parameter::Number(value), _) => not_finite(*value).or_else(|| {
            let fits = match allowed {
                Allowed::Positive => *value > 0.0,
                Allowed::NonNegative => *value >= 0.0,
                Allowed::Within(low, high) => (low..=high).contains(value),
                Allowed::Finite | Allowed::Numbers | Allowed::Laws => true,
            };
            (!fits).then(|| format!("`{key}` is {value}"))
        }),
    };
    wrong.map(|message| Fault::at(key, message, wanted))
}

fn not_finite(value: f64) -> Option<String> {
    if value.is_nan() {
        Some("not a number".to_owned())
    } else if value.is_infinite() {
        Some(format!("{value} is infinite"))
    } else {
        None
    }
}

/// The name nearest to `written`, if one is near enough to have been meant.
pub(super) fn nearest<'a>(written: &str, names: &[&'a str]) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(written, name);
    names
        .iter()
        .copied()
        .filter(|name| likeness(name) > 0.75)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)).then(b.cmp(a)))
}
