//! Edits of a text, fixes made of them, and how fixes are selected and applied.

use std::collections::{BTreeMap, HashSet};

use crate::source::Span;

/// A replacement of one span of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What is written there.
    pub text: String,
}

impl Edit {
    /// Replaces `span` by `text`.
    #[must_use]
    pub fn replacement(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }

    /// Writes `text` before the byte at `offset`.
    #[must_use]
    pub fn insertion(offset: usize, text: impl Into<String>) -> Self {
        Self::replacement(Span::at(offset), text)
    }

    /// Deletes `span`.
    #[must_use]
    pub fn deletion(span: Span) -> Self {
        Self::replacement(span, "")
    }

    /// Returns `text` with this edit applied.
    #[must_use]
    pub fn applied_to(&self, text: &str) -> String {
        let (before, after) = (&text[..self.span.start], &text[self.span.end..]);
        format!("{before}{}{after}", self.text)
    }
}

/// How safe a fix is to apply, as in Ruff. Ordered from least to most safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// Shown, never applied.
    #[default]
    Manual,
    /// Changes behaviour or drops something; applied only on request.
    Unsafe,
    /// The effective configuration on the new release equals the one on the old, and no comment is lost.
    Safe,
}

impl Applicability {
    /// The name used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// When a fix may be deployed, derived from the releases that accept the old and the new form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The running release accepts the new form too.
    Before,
    /// Together with the new binary: no release accepts both forms.
    With,
    /// Once the new release runs: it accepts the old form too, and the running release does not accept the new form.
    After,
}

impl When {
    /// The name used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::With => "with",
            Self::After => "after",
        }
    }

    /// The phrase used in messages.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Before => "before the upgrade",
            Self::With => "together with the new release",
            Self::After => "after the upgrade",
        }
    }
}

/// Edits that belong together: applied whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative.
    pub title: String,
    /// The edits, sorted and disjoint.
    pub edits: Vec<Edit>,
    /// How safe it is to apply.
    pub applicability: Applicability,
    /// When it may be deployed.
    pub when: When,
    /// The settings that it writes under a new name: where their member begins, and the name.
    pub writes: Vec<(usize, String)>,
    /// The variables whose name or value it changes: another file may use them.
    pub variables: Vec<String>,
    /// Options that another file must not set by variables: the fix changes them as flags of a command that reads
    /// environment files.
    pub flags_of: Vec<String>,
    /// Options that another file must not set as flags of a command that reads environment files.
    pub variables_of: Vec<String>,
    /// Options that it changes, writes or depends on: another part of the same unit or service must not name them.
    pub options: Vec<String>,
}

impl Fix {
    /// Creates a fix from edits. Returns `None` if there are none, or if two of them overlap.
    #[must_use]
    pub fn new(
        title: impl Into<String>,
        mut edits: Vec<Edit>,
        applicability: Applicability,
        when: When,
    ) -> Option<Self> {
        // The sort is stable, so insertions at one offset stay in the given order.
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let disjoint = edits
            .windows(2)
            .all(|pair| pair[0].span.end <= pair[1].span.start);
        (disjoint && !edits.is_empty()).then(|| Self {
            title: title.into(),
            edits,
            applicability,
            when,
            writes: Vec::new(),
            variables: Vec::new(),
            flags_of: Vec::new(),
            variables_of: Vec::new(),
            options: Vec::new(),
        })
    }

    /// The span from the first edit to the last.
    #[must_use]
    pub fn span(&self) -> Span {
        let first = self.edits.first().map_or(0, |edit| edit.span.start);
        let last = self.edits.last().map_or(first, |edit| edit.span.end);
        Span::new(first, last)
    }
}

/// Selects the fixes of at least that applicability that can be applied in one pass, sorted by span.
///
/// A fix whose edits touch those of an earlier fix waits for the next pass. So does a fix that writes a setting that an
/// earlier fix writes: the setting would be written twice.
#[must_use]
pub fn select<'f>(fixes: impl IntoIterator<Item = &'f Fix>, least: Applicability) -> Vec<&'f Fix> {
    let mut candidates: Vec<&Fix> = fixes
        .into_iter()
        .filter(|fix| fix.applicability >= least && fix.applicability > Applicability::Manual)
        .collect();
    candidates.sort_by_key(|fix| fix.span());
    let mut selected: Vec<&Fix> = Vec::new();
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut written: HashSet<&(usize, String)> = HashSet::new();
    for fix in candidates {
        // Taken spans are disjoint, so only the last one that begins before the end of an edit can touch it.
        let touches = |edit: &Edit| {
            let before = taken.range(..=edit.span.end).next_back();
            before.is_some_and(|(_, &end)| edit.span.start <= end)
        };
        let is_written = |setting| written.contains(setting);
        if fix.edits.iter().any(touches) || fix.writes.iter().any(is_written) {
            continue;
        }
        written.extend(&fix.writes);
        for edit in &fix.edits {
            let end = taken.entry(edit.span.start).or_insert(edit.span.end);
            *end = edit.span.end.max(*end);
        }
        selected.push(fix);
    }
    selected
}

/// Applies all these fixes to `text`. They must come from [`select`].
#[must_use]
pub fn apply(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut result = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in edits {
        result.push_str(&text[done..edit.span.start]);
        result.push_str(&edit.text);
        done = edit.span.end;
    }
    result.push_str(&text[done..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: Vec<Edit>, applicability: Applicability) -> Fix {
        Fix::new("x", edits, applicability, When::Before).unwrap()
    }

    #[test]
    fn a_fix_refuses_overlapping_edits() {
        let overlapping = vec![
            Edit::deletion(Span::new(0, 3)),
            Edit::deletion(Span::new(2, 5)),
        ];
        assert_eq!(
            Fix::new("x", overlapping, Applicability::Safe, When::With),
            None
        );
    }

    #[test]
    fn a_fix_that_touches_an_earlier_one_waits() {
        let first = fix(vec![Edit::deletion(Span::new(2, 4))], Applicability::Safe);
        let second = fix(vec![Edit::insertion(4, "x")], Applicability::Safe);
        let third = fix(vec![Edit::insertion(0, "y")], Applicability::Unsafe);
        let all = [first.clone(), second, third.clone()];
        assert_eq!(select(&all, Applicability::Safe), [&first]);
        assert_eq!(select(&all, Applicability::Unsafe), [&third, &first]);
        assert_eq!(
            apply("abcdef", &select(&all, Applicability::Unsafe)),
            "yabef"
        );
    }

    #[test]
    fn a_fix_that_writes_what_an_earlier_one_writes_waits() {
        let writing = |at: usize, member: usize| Fix {
            writes: vec![(member, "feature-gates".to_owned())],
            ..fix(vec![Edit::insertion(at, "x")], Applicability::Safe)
        };
        let (first, second, other) = (writing(0, 0), writing(3, 0), writing(6, 5));
        let all = [first.clone(), second, other.clone()];
        assert_eq!(select(&all, Applicability::Safe), [&first, &other]);
    }

    #[test]
    fn a_manual_fix_is_never_selected() {
        let manual = fix(vec![Edit::insertion(0, "x")], Applicability::Manual);
        assert!(select([&manual], Applicability::Manual).is_empty());
    }
}
