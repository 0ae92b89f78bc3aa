//! Command lines that start etcd: `--command`, Procfiles, scripts, files with just an etcd command.

mod echoed;
mod etcd;
mod exported;
mod flags;
mod flow;
mod procfile;
mod server;

use std::collections::HashMap;

use super::evidence::concerns_server;
use super::launch::program::{self, Program};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request, SurfaceReader};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::limits::SHELLS_IN_SHELLS;
use crate::member::{Member, Place, Setting, TextId, Value};
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::words::here_document::here_document;
use crate::text::words::{Dialect, HereDocument, Token, Word, are_too_many, tokens, too_many};
use echoed::{Echoed, is_written_to};
use exported::{Array, Exported};
pub(super) use flags::{flags, flags_in, insert_flags, variable_setting};
use flow::Flow;
pub(super) use flow::branches;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "command-line",
    syntax: Syntax::Other,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: true,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    if !request.text.contains("etcd") && !request.text.contains("ETCD_") {
        return Recognition::No("");
    }
    let mut reading = Reading::of(SURFACE);
    let mut finder = Finder::new(request, &mut reading);
    finder.keeps_informing = request.discovery == Discovery::Forced;
    let start = if request.text.starts_with('\u{feff}') {
        3
    } else {
        0
    };
    let procfile = procfile::lines(request);
    let name = request.file_name.to_ascii_lowercase();
    let dialect = dialect(&name);
    let is_script = request.is_script();
    if procfile.is_empty() {
        finder.find(
            request.text,
            Span::new(start, request.text.len()),
            dialect,
            0,
            0,
        );
    }
    for line in &procfile {
        finder.find(request.text, *line, Dialect::Shell, 0, 0);
    }
    let commands = finder.commands;
    let error = finder.error;
    let found = reading.members.len() + reading.unread.len() + usize::from(error.is_some());
    // etcd refuses a flag that it does not know, so one alone shows a fault.
    let sets_something = |member: &Member| {
        let is_etcds = |setting: &Setting| {
            setting.option_in(request.catalogue).is_some()
                || setting.spelling == Spelling::Flag && member.positional_arguments.is_empty()
        };
        member.settings.iter().any(is_etcds)
    };
    let only_etcd = !procfile.is_empty() || is_script || commands == found;
    let telling =
        error.is_some() || !reading.unread.is_empty() || reading.members.iter().any(sets_something);
    if request.discovery < Discovery::Forced && !(only_etcd && telling) {
        return Recognition::No(if is_script {
            "a script that does not start etcd with flags or ETCD_ variables"
        } else {
            ""
        });
    }
    if let Some(error) = error {
        return Recognition::Unreadable(error);
    }
    if found == 0 {
        return Recognition::No("it contains no etcd command");
    }
    Recognition::Read(reading)
}

/// Returns the dialect of a script, by its name in lower case.
pub(super) fn dialect(file_name: &str) -> Dialect {
    match file_name.rsplit('.').next() {
        Some("bat" | "cmd") => Dialect::Batch,
        Some("ps1" | "psm1") => Dialect::PowerShell,
        _ => Dialect::Shell,
    }
}

/// Finds commands that start etcd.
pub(super) struct Finder<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) reading: &'a mut Reading,
    /// How many commands were read, etcd or not.
    pub(super) commands: usize,
    /// Whether commands that print something and exit count as members too.
    keeps_informing: bool,
    /// Whether the word after the program is its `argv[0]`: `ExecStart=@`.
    pub(super) names_itself: bool,
    /// The first command that starts etcd and cannot be read.
    pub(super) error: Option<ReadError>,
    /// How many texts the commands are nested in.
    outer_texts: usize,
    readers: &'static [SurfaceReader],
    echoed: Echoed,
    exported: Exported,
    /// The variables that etcd commands expand, and where.
    pub(super) expanded: HashMap<String, Place>,
    /// How many of the members run in containers.
    pub(super) contained: usize,
}

impl<'a> Finder<'a> {
    /// Creates a finder.
    pub(super) fn new(request: &Request<'a>, reading: &'a mut Reading) -> Self {
        Self {
            catalogue: request.catalogue,
            readers: request.readers,
            reading,
            commands: 0,
            keeps_informing: false,
            names_itself: false,
            error: None,
            outer_texts: request.depth,
            echoed: Echoed::default(),
            exported: Exported::default(),
            expanded: HashMap::new(),
            contained: 0,
        }
    }

    /// Adds a member for each command in `text[range]` that starts etcd. Returns the indices of the members.
    pub(super) fn find(
        &mut self,
        text: &str,
        range: Span,
        dialect: Dialect,
        text_id: TextId,
        depth: usize,
    ) -> Vec<usize> {
        let mut found = Vec::new();
        if depth > SHELLS_IN_SHELLS {
            self.too_deep(text, range, text_id);
            return found;
        }
        let mut command: Vec<Word> = Vec::new();
        let mut skip_next = false;
        let mut target = None;
        let mut array: Option<Array> = None;
        let mut flow = Flow::of(range.of(text), dialect);
        // From the first word of the current command to the last, items of arrays included.
        let mut command_span: Option<Span> = None;
        let mut in_branch = false;
        let mut unclosed = false;
        for token in tokens(text, range, dialect) {
            if self.reading.is_full() {
                break;
            }
            match token {
                Token::ArrayStart => {
                    array = command.pop().map(Array::named_by);
                }
                Token::ArrayEnd => {
                    if let Some(array) = array.take() {
                        self.exported
                            .assign_array(self.catalogue, self.reading, &array, text_id);
                    }
                }
                Token::Word(word) => {
                    command_span =
                        Some(command_span.map_or(word.span, |span| span.cover(word.span)));
                    unclosed |= word.unclosed.is_some();
                    for script in word.substitutions(text) {
                        found.extend(self.find(text, script, Dialect::Shell, text_id, depth + 1));
                    }
                    if let Some(array) = &mut array {
                        if !are_too_many(&array.items) {
                            array.items.push(word);
                        }
                    } else if are_too_many(&command) {
                        skip_next = false;
                    } else if !std::mem::take(&mut skip_next) {
                        command.push(word);
                    } else if is_written_to(&text[..word.span.start]) {
                        target = Some(word);
                    }
                }
                Token::Redirection { takes_word } => skip_next = takes_word,
                Token::Document(document) => {
                    if in_branch {
                        self.reading.add_branch(Place::new(text_id, document.body));
                    }
                    found.extend(self.here_document(text, document, text_id, depth));
                }
                Token::Separator(separator) => {
                    skip_next = false;
                    let end = command_span.map_or(range.end, |span| span.end);
                    let is_pattern = flow.is_pattern(&text[end..range.end]);
                    if let Some(span) = command_span {
                        in_branch = flow.is_conditional(&command);
                        self.add_command(in_branch, span, text_id);
                    }
                    flow.separate(separator, command_span.take().is_some(), &command);
                    let target = target.take();
                    if !is_pattern {
                        found.extend(self.printed(text, &command, target, text_id, depth));
                        found.extend(self.command(&command, text_id, depth));
                    }
                    command.clear();
                }
            }
        }
        if let Some(span) = command_span {
            let in_branch = flow.is_conditional(&command);
            self.add_command(in_branch, span, text_id);
        }
        if unclosed {
            self.reading.add_unclosed(Place::new(text_id, range));
        }
        found.extend(self.printed(text, &command, target, text_id, depth));
        found.extend(self.command(&command, text_id, depth));
        found
    }

    /// Records the span of a command that may not run.
    fn add_command(&mut self, in_branch: bool, span: Span, text_id: TextId) {
        if in_branch {
            self.reading.add_branch(Place::new(text_id, span));
        }
    }

    /// Adds the lines that a command prints into a file to the member of that file. Returns the member if it is new.
    fn printed(
        &mut self,
        text: &str,
        command: &[Word],
        target: Option<Word>,
        text_id: TextId,
        depth: usize,
    ) -> Option<usize> {
        let start = command.first()?.span.start;
        let request = self.request(depth);
        let before = &text[..start];
        self.echoed.command(
            self.reading,
            &request,
            before,
            command,
            target.as_ref(),
            text_id,
        )
    }

    /// Returns the request for a text inside the current one.
    fn request(&self, depth: usize) -> Request<'a> {
        Request {
            text: "",
            file_name: "",
            catalogue: self.catalogue,
            discovery: Discovery::Walked,
            depth: self.outer_texts + depth,
            readers: self.readers,
        }
    }

    /// Reads a here-document: a file that a script writes, or commands that it passes to another shell.
    fn here_document(
        &mut self,
        text: &str,
        document: HereDocument,
        text_id: TextId,
        depth: usize,
    ) -> Vec<usize> {
        let (decoded, expansions) = here_document(text, document);
        let first = self.reading.members.len();
        let request = self.request(depth);
        if request.read_embedded_with(self.reading, decoded.clone(), &expansions, text_id, "") {
            return (first..self.reading.members.len()).collect();
        }
        let inner = decoded.text.clone();
        let inner_id = self.reading.embed(decoded, text_id);
        let all = Span::new(0, inner.len());
        self.find(&inner, all, Dialect::Shell, inner_id, depth + 1)
    }

    /// Adds the members that a command of these words starts.
    pub(super) fn command(&mut self, words: &[Word], text_id: TextId, depth: usize) -> Vec<usize> {
        if words.is_empty() {
            return Vec::new();
        }
        // `then A=b`, `{ A=b`
        let keywords = words
            .iter()
            .take_while(|word| matches!(word.text(), "then" | "do" | "else" | "{" | "!"));
        let assignments = &words[keywords.count()..];
        if !assignments.is_empty()
            && self
                .exported
                .assign(self.catalogue, self.reading, assignments, text_id)
        {
            return Vec::new();
        }
        self.commands += 1;
        let Some(invocation) = program::find(words, self.catalogue) else {
            return Vec::new();
        };
        if are_too_many(words) {
            let message = too_many("a command that may start etcd");
            self.reading
                .report_unread(Place::new(text_id, words[0].span), message);
            return Vec::new();
        }
        match invocation.program {
            Program::Shell { script } => {
                let members = self.shell(&words[script], text_id, depth);
                if let Some(quote) = words[script].unclosed
                    && !members.is_empty()
                {
                    self.refuse(quote, text_id);
                }
                members
            }
            Program::Server { arguments } => {
                self.server(words, arguments, text_id).into_iter().collect()
            }
            Program::Etcd { arguments } => self
                .etcd(words, &invocation, arguments, text_id)
                .into_iter()
                .collect(),
        }
    }

    /// Records that an etcd command cannot be read because of an unclosed quote.
    fn refuse(&mut self, quote: usize, text_id: TextId) {
        self.refuse_for("the quote that opens here is never closed", quote, text_id);
    }

    fn refuse_for(&mut self, why: &str, at: usize, text_id: TextId) {
        let place = Place::new(text_id, Span::at(at));
        let offset = self.reading.file_span(place).start;
        self.error.get_or_insert(ReadError {
            message: why.to_owned(),
            offset,
        });
    }

    /// Reports that a script is nested too deeply and not read, if it sets options of etcd.
    fn too_deep(&mut self, text: &str, range: Span, text_id: TextId) {
        if concerns_server(self.catalogue, range.of(text)) {
            let message = format!(
                "shells are nested more than {SHELLS_IN_SHELLS} deep here; what the innermost starts is not read"
            );
            self.reading
                .report_unread(Place::new(text_id, range), message);
        }
    }

    fn shell(&mut self, script: &Word, text_id: TextId, depth: usize) -> Vec<usize> {
        self.commands -= 1;
        let decoded: Decoded = script.decoded.clone();
        let inner = decoded.text.clone();
        let inner_id = self.reading.embed(decoded, text_id);
        let members = self.find(
            &inner,
            Span::new(0, inner.len()),
            Dialect::Shell,
            inner_id,
            depth + 1,
        );
        // What the outer text expands before the shell runs is unknown too.
        for &member in &members {
            for setting in &mut self.reading.members[member].settings {
                let inside = setting.value_place.text == inner_id;
                if inside && script.expands_in(setting.value_place.span) {
                    let text = setting.value_place.span.of(&inner).to_owned();
                    setting.value = Value::Unknown(text);
                }
            }
        }
        members
    }
}
