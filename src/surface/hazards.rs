//! What makes a rewrite of a setting uncertain: conditions, other uses of its variable, templates that join lines,
//! quotes that do not balance, a patch.

use std::collections::{HashMap, HashSet};

use super::site::unwritable::Unwritable;
use super::uses::{Uses, unread};
use crate::edit::Edit;
use crate::facts::catalogue::Spelling;
use crate::member::Setting;
use crate::source::{Span, disjoint, line_end, overlaps_any};
use crate::text::template::Statements;

/// What a reading knows of this, in spans of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Hazards {
    /// What a script runs, or a template writes, only under a condition. Disjoint and in order once complete.
    pub(super) branches: Vec<Span>,
    /// Scripts and lists of words in which a quote is never closed.
    pub(super) unclosed: Vec<Span>,
    /// Statements of templates.
    pub(super) statements: Vec<Span>,
    /// The text is a patch: its lines have to fit others.
    pub(super) is_patch: bool,
    /// The variable that the setting at a site is written in.
    held: HashMap<usize, String>,
    /// Sites of settings that a second etcd is given too.
    pub(super) shared: HashSet<usize>,
    /// Sites of flags in variables that may be another program's.
    pub(super) unsure: HashSet<usize>,
    /// Sites of settings of a command that is also given arguments which the script sets.
    pub(super) beside_arguments: HashSet<usize>,
    /// Variables that hold flags and that no command of etcd expands in this text.
    pub(super) unexpanded: HashSet<String>,
    /// The text hands files of variables to commands.
    pub(super) reads_variable_files: bool,
    /// Variables and flags that several commands are given, as they are written, and variables of etcd that the text
    /// names where nothing is read.
    given_elsewhere: HashSet<String>,
    uses: Uses,
}

impl Hazards {
    /// Remembers that the settings are written in the value of a variable.
    pub(super) fn hold(&mut self, settings: &[Setting], variable: &str) {
        let sites = settings.iter().map(|setting| setting.site);
        self.held
            .extend(sites.map(|site| (site, variable.to_owned())));
    }

    /// Takes over what was found in a text inside this one, whose sites begin at `sites`.
    pub(super) fn graft(&mut self, inner: Self, sites: usize, file_span: impl Fn(Span) -> Span) {
        self.branches
            .extend(inner.branches.into_iter().map(&file_span));
        self.unclosed
            .extend(inner.unclosed.into_iter().map(&file_span));
        let held = inner.held.into_iter();
        self.held
            .extend(held.map(|(site, variable)| (sites + site, variable)));
        self.shared
            .extend(inner.shared.into_iter().map(|site| sites + site));
        self.unsure
            .extend(inner.unsure.into_iter().map(|site| sites + site));
        let beside = inner.beside_arguments.into_iter();
        self.beside_arguments
            .extend(beside.map(|site| sites + site));
        self.unexpanded.extend(inner.unexpanded);
    }

    /// Looks through the whole file for what no surface looks for.
    ///
    /// `settings` are all that was read from it, each with the span of its name.
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

    /// The variable that a setting is, or is written in.
    pub(super) fn variable<'s>(&'s self, setting: &'s Setting) -> Option<&'s str> {
        match setting.spelling {
            Spelling::Variable => Some(&setting.name),
            _ => self.held.get(&setting.site).map(String::as_str),
        }
    }

    /// Whether etcd may be given a variable of that name that a member does not show.
    pub(super) fn is_given_elsewhere(&self, variable: &str) -> bool {
        self.given_elsewhere.contains(variable)
    }

    /// Whether the span lies in what may be left out.
    pub(super) fn is_in_branch(&self, span: Span) -> bool {
        overlaps_any(&self.branches, span)
    }

    /// Whether a rewrite of the setting changes nothing but what one etcd is given.
    ///
    /// # Errors
    /// Why it may not.
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

    /// Whether a path or a command may be replaced there.
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

    /// Whether an edit of the file is exact at its place.
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
        // A template may take away the line break beside a statement.
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
    /// Whether the line before the one that begins there ends with a statement behind other text: without the line
    /// break the two are one.
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
        // Statements that follow one another with nothing but white space between leave an empty line.
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

/// Whether a text hands files of variables to commands.
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
