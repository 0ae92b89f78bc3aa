//! Reads the lines that a script prints into a file: `echo "ETCD_NAME=a" >> /etc/default/etcd`.

use std::collections::HashMap;

use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{Place, TextId, mark_overridden};
use crate::surface::launch::variable_word::assigned_name;
use crate::surface::reading::Reading;
use crate::surface::request::Request;
use crate::text::words::Word;

/// A command that prints, and its target.
struct Printed<'w> {
    program: &'w str,
    arguments: &'w [Word],
    target: Option<String>,
}

/// What a script has printed so far.
#[derive(Default)]
pub(super) struct Echoed {
    /// The last command, if its output goes into a pipe.
    piped: Vec<Word>,
    /// The member of each file.
    files: HashMap<String, usize>,
}

impl Echoed {
    /// Adds what a command prints into a file to the member of that file. Returns the member if it is new.
    ///
    /// `before` is the text up to the command, `target` the file its output goes to.
    pub(super) fn command(
        &mut self,
        reading: &mut Reading,
        request: &Request<'_>,
        before: &str,
        words: &[Word],
        target: Option<&Word>,
        text_id: TextId,
    ) -> Option<usize> {
        let piped = std::mem::take(&mut self.piped);
        let before = before.trim_end();
        let follows_pipe = before.ends_with('|') && !before.ends_with("||");
        let tee = words.iter().position(|word| word.text() == "tee");
        let (words, target) = match (tee, target) {
            (Some(tee), _) if follows_pipe => {
                let file = words[tee + 1..]
                    .iter()
                    .find(|word| !word.text().starts_with('-'));
                (piped, file.cloned())
            }
            _ => (words.to_vec(), target.cloned()),
        };
        let program = words.first().map(Word::text)?;
        if !matches!(program, "echo" | "printf") {
            return None;
        }
        let printed = Printed {
            program,
            arguments: &words[1..],
            target: target.map(|target| target.text().to_owned()),
        };
        let Some(target) = printed.target.clone() else {
            self.piped = words;
            return None;
        };
        let Some(word) = printed.exact() else {
            if !printed.sets_a_variable(request.catalogue) {
                return None;
            }
            let place = Place::new(text_id, words[0].span);
            reading.report_unread(
                place,
                "this writes etcd variables in a form that is not read; write one `echo 'NAME=value'` per line",
            );
            return None;
        };
        // A single line is a message, unless it assigns something.
        let body = word.text().strip_prefix("export ").unwrap_or(word.text());
        let names = body.len() - body.trim_start_matches(is_name).len();
        if !body.contains('\n') && !body[names..].starts_with('=') {
            return None;
        }
        let first = reading.members.len();
        let decoded = word.decoded.clone();
        if !request.read_embedded_with(reading, decoded, &word.expansions, text_id, "")
            || reading.members.len() != first + 1
        {
            return None;
        }
        let Some(&earlier) = self.files.get(&target) else {
            self.files.insert(target, first);
            return Some(first);
        };
        let added = reading.members.pop()?;
        let member = &mut reading.members[earlier];
        member.settings.extend(added.settings);
        mark_overridden(&mut member.settings);
        None
    }
}

/// Whether the text before a file name redirects standard output to the file.
pub(super) fn is_written_to(before: &str) -> bool {
    let before = before.trim_end();
    let operator = before.trim_end_matches('>');
    operator.len() < before.len() && !operator.ends_with(|c: char| c.is_ascii_digit() && c != '1')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

impl Printed<'_> {
    /// Returns the word that it prints, if it prints exactly one and unchanged.
    fn exact(&self) -> Option<&Word> {
        let arguments = match self.arguments {
            [first, rest @ ..] if self.program == "printf" => {
                matches!(first.text(), "%s" | "%s\\n").then_some(rest)?
            }
            arguments => arguments,
        };
        let [word] = arguments else { return None };
        (!word.text().contains('\\') && word.unclosed.is_none()).then_some(word)
    }

    /// Whether one of its words assigns a variable of etcd.
    fn sets_a_variable(&self, catalogue: &Catalogue) -> bool {
        self.arguments.iter().any(|word| {
            let lines = word.text().match_indices("ETCD_");
            let names = lines.filter_map(|(at, _)| assigned_name(word, at));
            names.into_iter().any(|name| {
                let name = name.of(word.text());
                catalogue.spelled(Spelling::Variable, name).is_some()
            })
        })
    }
}
