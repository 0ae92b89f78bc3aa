//! Hazards of a rewrite: conditions, other uses of a variable, templates that join lines, unclosed quotes, patches. A
//! setting with one gets findings without a fix.

use std::collections::{HashMap, HashSet};

use super::output::Output;
use super::site::unwritable::Unwritable;
use super::uses::{Uses, unread};
use crate::edit::Edit;
use crate::facts::catalogue::Spelling;
use crate::member::Setting;
use crate::source::{Span, disjoint, line_end, overlaps_any};
use crate::text::template::Statements;

/// The hazards of a reading, in spans of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Hazards {
    /// What a script runs, or a template writes, only under a condition. Disjoint and sorted once complete.
    pub(super) branches: Vec<Span>,
    /// Scripts and lists of words in which a quote is never closed.
    pub(super) unclosed: Vec<Span>,
    /// Statements of templates.
    pub(super) statements: Vec<Span>,
    /// What a template writes, or expands.
    pub(super) masks: Vec<Span>,
    /// Where template statements end: text there depends on them.
    pub(super) statement_ends: Vec<usize>,
    /// Whether the text is a patch: its lines must match another file.
    pub(super) is_patch: bool,
    /// For each site of a flag in a variable, that variable.
    holders: HashMap<usize, String>,
    /// Sites of settings that a second etcd gets too.
    pub(super) shared: HashSet<usize>,
    /// Sites of flags in variables that may belong to another program.
    pub(super) unsure: HashSet<usize>,
    /// Sites of settings of a command that also gets the arguments of the script, which the script sets.
    pub(super) beside_arguments: HashSet<usize>,
    /// Variables that contain flags, and that no etcd command in this text expands.
    pub(super) unexpanded: HashSet<String>,
    /// What is special about a text that shows what runs.
    pub(super) output: Output,
    /// Whether the text passes environment files to commands.
    pub(super) reads_variable_files: bool,
    /// Variables and flags that several commands get, as written, and variables of etcd that the text names in a place
    /// that is not read.
    given_elsewhere: HashSet<String>,
    uses: Uses,
}

impl Hazards {
    /// Records that the settings are written in the value of a variable.
    pub(super) fn set_holder(&mut self, settings: &[Setting], variable: &str) {
        let sites = settings.iter().map(|setting| setting.site);
        self.holders
            .extend(sites.map(|site| (site, variable.to_owned())));
    }

    /// Adds the hazards of a text inside this one, whose sites begin at `sites`.
    pub(super) fn graft(&mut self, inner: Self, sites: usize, file_span: impl Fn(Span) -> Span) {
        self.branches
            .extend(inner.branches.into_iter().map(&file_span));
        self.unclosed
            .extend(inner.unclosed.into_iter().map(&file_span));
        let holders = inner.holders.into_iter();
        self.holders
            .extend(holders.map(|(site, variable)| (sites + site, variable)));
        self.shared
            .extend(inner.shared.into_iter().map(|site| sites + site));
        self.unsure
            .extend(inner.unsure.into_iter().map(|site| sites + site));
        let beside = inner.beside_arguments.into_iter();
        self.beside_arguments
            .extend(beside.map(|site| sites + site));
        self.unexpanded.extend(inner.unexpanded);
        self.output.graft(inner.output, file_span);
    }

    /// Searches the whole file for the hazards that no surface looks for.
    ///
    /// `settings` are all settings of the file, each with the span of its name.
    pub(super) fn complete(&mut self, text: &str, file_name: &str, settings: &[(&Setting, Span)]) {
        let Statements {
            statements,
            branches,
        } = Statements::of(text);
        self.statements = statements;
        self.branches.extend(branches);
        self.branches = disjoint(std::mem::take(&mut self.branches));
        self.unclosed = disjoint(std::mem::take(&mut self.unclosed));
        self.is_patch = is_patch(text, file_name);
        self.reads_variable_files = reads_variable_files(text.as_bytes());
        let shared = settings.iter().map(|(setting, _)| setting);
        let shared = shared.filter(|setting| self.shared.contains(&setting.site));
        self.given_elsewhere = shared
            .map(|setting| setting.spelling.written(&setting.name))
            .collect();
        let defined = settings.iter();
        let defined = defined.filter(|(setting, _)| setting.spelling == Spelling::Variable);
        let defined: HashSet<usize> = defined.map(|(_, name)| name.start).collect();
        if text.contains("ETCD_") {
            self.given_elsewhere.extend(unread(text, &defined));
        }
        let names: HashSet<String> = settings
            .iter()
            .filter_map(|(setting, _)| self.variable(setting))
            .map(str::to_owned)
            .collect();
        if !names.is_empty() {
            self.uses = Uses::of(text, names, &defined);
        }
    }

    /// Returns the variable that a setting is, or in whose value it is written.
    pub(super) fn variable<'s>(&'s self, setting: &'s Setting) -> Option<&'s str> {
        match setting.spelling {
            Spelling::Variable => Some(&setting.name),
            _ => self.holders.get(&setting.site).map(String::as_str),
        }
    }

    /// Whether etcd may get a variable of that name that is not among the settings of its member.
    pub(super) fn is_given_elsewhere(&self, variable: &str) -> bool {
        self.given_elsewhere.contains(variable)
    }

    /// Whether the span overlaps a conditional part.
    pub(super) fn is_in_branch(&self, span: Span) -> bool {
        overlaps_any(&self.branches, span)
    }

    /// Checks that a rewrite of the setting affects one etcd and nothing else.
    ///
    /// # Errors
    /// Why it may affect more.
    pub(super) fn check_setting(&self, setting: &Setting, span: Span) -> Result<(), Unwritable> {
        if self.is_patch {
            return Err(Unwritable::Patch);
        }
        if self.is_in_branch(span) {
            return Err(Unwritable::Branch);
        }
        if self.shared.contains(&setting.site) {
            return Err(Unwritable::SecondEtcd);
        }
        if self.beside_arguments.contains(&setting.site) {
            return Err(Unwritable::Arguments);
        }
        if self.unsure.contains(&setting.site) {
            return Err(Unwritable::OtherProgram);
        }
        let Some(variable) = self.variable(setting) else {
            return Ok(());
        };
        let is_holder = setting.spelling != Spelling::Variable;
        let is_expanded = !self.unexpanded.contains(variable);
        let is_free = if is_holder && is_expanded {
            self.uses.is_used_once(variable)
        } else {
            !self.uses.is_used(variable)
        };
        is_free.then_some(()).ok_or(Unwritable::Used)
    }

    /// Checks that a path or a command may be replaced at `span`.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn check_mention(&self, span: Span) -> Result<(), Unwritable> {
        if self.is_patch {
            return Err(Unwritable::Patch);
        }
        let is_free = !self.is_in_branch(span);
        is_free.then_some(()).ok_or(Unwritable::Branch)
    }

    /// Checks that an edit of the file is exact.
    ///
    /// # Errors
    /// Why it may not be.
    pub(super) fn check_edit(&self, text: &str, edit: &Edit) -> Result<(), Unwritable> {
        if self.is_in_branch(edit.span) {
            return Err(Unwritable::Branch);
        }
        if overlaps_any(&self.unclosed, edit.span) {
            return Err(Unwritable::Unclosed);
        }
        // A template may remove the line break next to a statement.
        let start = text[..edit.span.start].rfind('\n').map_or(0, |at| at + 1);
        let last = if edit.span.is_empty() {
            edit.span.end
        } else {
            edit.span.end - 1
        };
        let mut last = last.max(start);
        while !text.is_char_boundary(last) {
            last -= 1;
        }
        let lines = Span::new(start, line_end(text, last));
        if overlaps_any(&self.statements, lines) || self.is_joined_to(text, start) {
            return Err(Unwritable::Joined);
        }
        Ok(())
    }
}

impl Hazards {
    /// Whether the line before the one that begins at `start` ends with a statement after other text: if the template
    /// removes the line break, the two lines are joined.
    fn is_joined_to(&self, text: &str, start: usize) -> bool {
        let before = text[..start].trim_end();
        if start == 0 || text[before.len()..start].matches('\n').count() != 1 {
            return false;
        }
        let at = self
            .statements
            .partition_point(|span| span.end < before.len());
        let ends = self
            .statements
            .get(at)
            .is_some_and(|span| span.end == before.len());
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let mut bare = line;
        // A line with nothing but statements and white space leaves an empty line.
        for span in self.statements.iter().skip_while(|span| span.end <= line) {
            if span.start > bare && !text[bare..span.start.min(before.len())].trim().is_empty() {
                return ends;
            }
            bare = bare.max(span.end);
            if bare >= before.len() {
                break;
            }
        }
        false
    }
}

/// Whether the text is a patch, by its name or its first lines.
fn is_patch(text: &str, file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    let mut lines = text.lines();
    let mut headed = lines.by_ref().skip_while(|line| !line.starts_with("--- "));
    [".diff", ".patch"].iter().any(|end| name.ends_with(end))
        || text.starts_with("diff --git ")
        || headed.next().is_some()
            && headed.next().is_some_and(|line| line.starts_with("+++ "))
            && headed.next().is_some_and(|line| line.starts_with("@@ "))
}

/// Whether a text passes environment files to commands.
#[must_use]
pub fn reads_variable_files(text: &[u8]) -> bool {
    let signs = [
        "EnvironmentFile",
        "env-file",
        "env_file",
        "envFrom",
        "set -a",
        "allexport",
    ];
    let mut signs = signs.iter();
    signs.any(|sign| memchr::memmem::find(text, sign.as_bytes()).is_some())
}
