//! The command line of a process, joined from the parts in which it is written.

use super::entry_point::EntryPoint;
use super::program::{self, Program};
use super::unknown_program::{is_option, is_script_file, may_run_rest};
use crate::facts::catalogue::Catalogue;
use crate::member::Place;
use crate::source::{Span, base_name};
use crate::surface::command_line::Finder;
use crate::surface::process::Argument;
use crate::surface::read_error::ReadError;
use crate::surface::reading::Reading;
use crate::surface::request::Request;
use crate::surface::site::Site;
use crate::surface::site::list::{ArgumentSite, AssignmentSite, fixed_word};
use crate::surface::site::word::FlagValue;
use crate::text::decoded::Decoded;
use crate::text::words::{Dialect, Word, words};

/// A part of the command line of a process.
pub(in crate::surface) enum Part<'a> {
    /// A list of arguments.
    List(Vec<Argument>),
    /// One argument that is not an item of a list.
    Word(Word),
    /// A text that is split into words as by a shell, without running a shell.
    Line(Decoded),
    /// A text that a shell runs, and its place.
    Script(&'a str, Place),
}

impl Part<'_> {
    /// Whether it has no words.
    pub(in crate::surface) fn is_empty(&self) -> bool {
        match self {
            Self::Script(..) => false,
            part => part.words().is_empty(),
        }
    }

    /// Returns the words, with their spans in the text that they are in.
    fn words(&self) -> Vec<Word> {
        match self {
            Self::List(items) => items.iter().map(|item| item.word.clone()).collect(),
            Self::Word(word) => vec![word.clone()],
            Self::Line(decoded) => {
                let all = Span::new(0, decoded.text.len());
                words(&decoded.text, all, Dialect::Shell)
            }
            Self::Script(..) => Vec::new(),
        }
    }

    /// Returns the words, with their spans in the file; those of a line are not edited.
    fn words_of_file(&self) -> Vec<Word> {
        let Self::Line(decoded) = self else {
            return self.words();
        };
        let fixed = |word: Word| {
            let place = decoded.outer_span(word.span).unwrap_or(Span::at(0));
            Word {
                expansions: word.expansions.clone(),
                ..fixed_word(word.text(), place)
            }
        };
        self.words().into_iter().map(fixed).collect()
    }

    fn items(&self) -> &[Argument] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Whether it names a script file.
    pub(super) fn is_script_file(&self) -> bool {
        let words = self.words();
        words.iter().any(|word| is_script_file(word.text()))
    }

    /// Whether it may run what follows it as a command, if it is an entry point.
    pub(super) fn may_run_rest(&self) -> bool {
        let words = self.words();
        let words: Vec<&str> = words.iter().map(Word::text).collect();
        may_run_rest(&words)
    }
}

/// The words of a process, and their places.
#[derive(Default)]
pub(super) struct CommandLine {
    pub(super) words: Vec<Word>,
    /// Those of the words that are items of lists.
    items: Vec<Argument>,
    /// The text that contains the words; `None` if it is the file.
    text: Option<Decoded>,
}

impl CommandLine {
    /// Joins the parts.
    pub(super) fn of(parts: &[&Part<'_>]) -> Self {
        let Some((last, before)) = parts.split_last() else {
            return Self::default();
        };
        let head: Vec<Word> = before.iter().flat_map(|part| part.words()).collect();
        let sets = |word: &Word| word.text().starts_with('-') || word.text().contains('=');
        if let Part::Line(decoded) = last
            && !head.iter().any(sets)
        {
            // All words that set something are in one text, in which they can be edited.
            let head = head.iter();
            let head = head.map(|word| fixed_word(word.text(), Span::at(0)));
            return Self {
                words: head.chain(last.words()).collect(),
                items: Vec::new(),
                text: Some(decoded.clone()),
            };
        }
        let items = parts.iter().flat_map(|part| part.items());
        Self {
            words: parts.iter().flat_map(|part| part.words_of_file()).collect(),
            items: items.cloned().collect(),
            text: None,
        }
    }

    /// Inserts the program to which an image with that entry point passes the words, if any.
    pub(super) fn with_program(
        mut self,
        entry_point: EntryPoint,
        place: Option<Span>,
        catalogue: &Catalogue,
    ) -> Self {
        let Some(first) = self.words.first() else {
            return self;
        };
        if let Some(program) = entry_point.program(&self.words, catalogue) {
            let place = match &self.text {
                Some(_) => Span::at(0),
                None => place.unwrap_or(Span::at(first.span.start)),
            };
            self.words.insert(0, fixed_word(program, place));
        }
        self
    }

    /// Returns what the words start: etcd, a server with etcd inside, or a shell with a script; `None` for another
    /// program.
    pub(super) fn program(&self, catalogue: &Catalogue) -> Option<Program> {
        Some(program::find(&self.words, catalogue)?.program)
    }

    /// Adds the members that the words start.
    ///
    /// # Errors
    /// If a command that starts etcd cannot be read.
    pub(super) fn start(
        self,
        request: &Request<'_>,
        reading: &mut Reading,
    ) -> Result<(), ReadError> {
        let first = reading.members.len();
        let passed = self.passed_by_shell(request.catalogue).cloned();
        let text = self.text.map_or(0, |decoded| reading.embed(decoded, 0));
        let mut finder = Finder::new(request, reading);
        finder.command(&self.words, text, 0);
        if let Some(error) = finder.error {
            return Err(error);
        }
        if text == 0 {
            edit_items(reading, first, &self.items);
        }
        let names_etcd = || {
            self.words
                .iter()
                .any(|word| base_name(word.text()) == "etcd")
        };
        if let Some(flag) = passed
            && (reading.members.len() > first || names_etcd())
        {
            let place = Place::new(text, flag.span);
            reading.report_unread(
                place,
                "the script of the shell gets these flags as its arguments and passes them on; write them in the script",
            );
        }
        Ok(())
    }

    /// Returns the first flag of etcd among the arguments of a script that passes its arguments on: `sh -c 'etcd "$@"'`.
    fn passed_by_shell(&self, catalogue: &Catalogue) -> Option<&Word> {
        let Program::Shell { script } = self.program(catalogue)? else {
            return None;
        };
        let text = self.words[script].text();
        let passes = ["$@", "$*", "${@", "${*", "$1", "${1"];
        let arguments = &self.words[script + 1..];
        let mut flags = arguments.iter().filter(|word| is_option(word, catalogue));
        passes.iter().find(|all| text.contains(**all))?;
        flags.next()
    }
}

/// Replaces the sites of the members from `first` on by sites of list items.
fn edit_items(reading: &mut Reading, first: usize, items: &[Argument]) {
    let item = |word: &Word| {
        let found = items.iter().find(|item| item.word.span == word.span)?;
        Some((found.item.clone(), found.style))
    };
    let edited = |site: &Site| match site {
        Site::Flag(flag) => {
            let value = match &flag.value {
                FlagValue::Next(next) => Some(item(next)?),
                _ => None,
            };
            let (item, style) = item(&flag.word)?;
            Some(Site::Argument(ArgumentSite {
                flag: flag.clone(),
                item,
                style,
                value,
            }))
        }
        Site::VariableWord(variable) => {
            let (item, style) = item(&variable.word)?;
            Some(Site::Assignment(AssignmentSite {
                word: variable.word.clone(),
                name: variable.name,
                value: variable.value,
                item,
                style,
                free: false,
                reads: variable.reads,
            }))
        }
        other => Some(other.clone()),
    };
    for member in &reading.members[first..] {
        for setting in &member.settings {
            if setting.name_place.text == 0 {
                let site = &mut reading.sites[setting.site];
                // What is not an item of a list is not edited.
                *site = edited(site).unwrap_or(Site::Fixed);
            }
        }
    }
}
