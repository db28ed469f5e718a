//! Names that tables repeat, numbered once for all.

use std::collections::BTreeMap;

/// A name in [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NameId(pub(super) i32);

/// Every name of a results folder, in the order in which they were first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    list: Vec<String>,
    ids: BTreeMap<String, NameId>,
}

impl Names {
    /// The number of a name, new or known.
    pub(super) fn id(&mut self, name: &str) -> NameId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = NameId(i32::try_from(self.list.len()).expect("a scenario has fewer than 2 billion names"));
        self.list.push(name.to_owned());
        self.ids.insert(name.to_owned(), id);
        id
    }

    /// The number of a name that was numbered before.
    pub(super) fn known(&self, name: &str) -> NameId {
        *self.ids.get(name).expect("names are numbered when their subject is made")
    }

    /// The names by number.
    pub(super) fn list(&self) -> &[String] {
        &self.list
    }
}
