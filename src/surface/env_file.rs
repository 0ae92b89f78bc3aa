//! Environment files: `EnvironmentFile=` of a unit, `/etc/default/etcd`, `docker --env-file`, sourced shell files.

mod owner;

use super::command_line;
use super::evidence::{is_telling, names_option};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use super::site::Site;
use super::site::word::VariableLineSite;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Delivery, Member, Place, Setting, Value, mark_overridden};
use crate::source::{Span, line_end};
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;
use crate::text::words::{Dialect, Token, Word, tokens, words};
use owner::Owner;
pub(super) use owner::is_of_clients;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "env-file",
    syntax: Syntax::Other,
    comments: Comments::OwnLine,
    continuation: Continuation::None,
    is_script: true,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let forced = request.discovery == Discovery::Forced;
    if !forced && !request.text.contains("ETCD_") && !request.text.contains("--") {
        return Recognition::No("");
    }
    let Assignments {
        lines,
        others,
        sources_files,
    } = assignments(request.text);
    // `set -a`, `if` and the like are few; a script has many.
    let is_sure = !lines.is_empty() && others * 4 <= lines.len();
    if !forced && !is_sure {
        let sets_option = lines.iter().any(|line| {
            let name = line.site.name.of(request.text);
            name.starts_with("ETCD_") && is_telling(request.catalogue, Spelling::Variable, name)
        });
        return Recognition::No(if sets_option && !request.is_script() {
            "it sets etcd variables, but too many of its lines set no variable; `--surface env-file` reads it anyway"
        } else {
            ""
        });
    }
    // A script that sets variables and then starts etcd is read as a whole.
    let starts_etcd = || !matches!(command_line::read(request), Recognition::No(_));
    if request.discovery < Discovery::Forced && starts_etcd() {
        return Recognition::No("");
    }
    let mut reading = Reading::of(SURFACE);
    let mut settings = Vec::new();
    let mut partial = sources_files;
    // A file of another program may have options of the same names.
    let shows_etcd = forced
        || request.file_name.to_ascii_lowercase().contains("etcd")
        || lines.iter().any(|line| {
            let name = line.site.name.of(request.text);
            is_telling(request.catalogue, Spelling::Variable, name)
        });
    let mut unsure: Vec<Vec<Setting>> = Vec::new();
    for line in &lines {
        let name = line.site.name.of(request.text);
        if reading.is_full() {
            break;
        }
        if name.starts_with("ETCD_")
            && !name.starts_with("ETCDCTL_")
            && (!is_flag_list(line) || names_option(request.catalogue, name))
        {
            let setting = variable(&mut reading, line, name);
            settings.push(setting);
        } else if is_flag_list(line) {
            let text_id = reading.embed(line.decoded.clone(), 0);
            let found =
                command_line::flags(request.catalogue, &line.decoded.text, text_id, &mut reading);
            let telling = found
                .settings
                .iter()
                .any(|setting| is_telling(request.catalogue, Spelling::Flag, &setting.name));
            match Owner::of(
                request.catalogue,
                name,
                telling,
                shows_etcd,
                &found.settings,
            ) {
                Owner::Etcd => {
                    partial |= !found.whole();
                    reading.hazards.set_holder(&found.settings, name);
                    settings.extend(found.settings);
                }
                Owner::Unsure => unsure.push(found.settings),
                Owner::Other => {}
            }
        }
        settings.extend(more_of_line(&mut reading, line));
    }
    let names: Vec<&str> = settings
        .iter()
        .filter(|setting: &&Setting| setting.option_in(request.catalogue).is_some())
        .map(|setting| setting.name.as_str())
        .collect();
    let variables = lines.iter().map(|line| line.site.name.of(request.text));
    let client = owner::is_of_clients(variables, &names);
    if names.is_empty() && unsure.is_empty() && !forced || client {
        return Recognition::No(
            "its ETCD_ variables belong to clients or scripts; none is a server option",
        );
    }
    let unclosed = lines
        .iter()
        .filter(|line| line.site.name.of(request.text).starts_with("ETCD_"))
        .find_map(|line| line.unclosed);
    if let Some(offset) = unclosed {
        return Recognition::Unreadable(ReadError {
            message: "the quote that opens here is never closed".to_owned(),
            offset,
        });
    }
    mark_overridden(&mut settings);
    let mut anchor = Place::new(0, Span::at(0));
    if let Some(first) = settings.first() {
        anchor = first.name_place;
    }
    if !settings.is_empty() || forced {
        reading.members.push(Member {
            settings,
            completeness: if partial {
                Completeness::Partial
            } else {
                Completeness::Part
            },
            delivery: Delivery::Environment,
            ..Member::at(anchor)
        });
    }
    for settings in unsure {
        add_unsure(&mut reading, settings);
    }
    // A shell that reads the file continues an open quote on the next line; systemd does not.
    let whole = Span::new(0, request.text.len());
    let mut tokens = tokens(request.text, whole, Dialect::Shell);
    if tokens.any(|token| matches!(token, Token::Word(word) if word.unclosed.is_some())) {
        reading.add_unclosed(Place::new(0, whole));
    }
    Recognition::Read(reading)
}

/// Adds a member of flags that may belong to another program: they affect no other setting, and are not rewritten.
fn add_unsure(reading: &mut Reading, mut settings: Vec<Setting>) {
    let Some(first) = settings.first() else {
        return;
    };
    let anchor = first.name_place;
    let sites = settings.iter().map(|setting| setting.site);
    reading.hazards.unsure.extend(sites);
    mark_overridden(&mut settings);
    reading.members.push(Member {
        settings,
        completeness: Completeness::Partial,
        ..Member::at(anchor)
    });
}

/// One `NAME=value` line.
struct Line {
    site: VariableLineSite,
    decoded: Decoded,
    /// The span of the value without its quotes.
    value: Span,
    known: bool,
    /// Where a quote opens that is never closed.
    unclosed: Option<usize>,
    /// The words after `export`, the first one included.
    more: Vec<Word>,
}

/// Returns the settings after the first one of an `export` line.
fn more_of_line(reading: &mut Reading, line: &Line) -> Vec<Setting> {
    reading.report_unread_rest(&line.more, 0);
    let pairs = line.more.windows(2);
    let settings = pairs.filter_map(|pair| {
        let (before, word) = (&pair[0], &pair[1]);
        let name = Span::new(0, word.text().find('=')?);
        if !word.text().starts_with("ETCD_") {
            return None;
        }
        let removal = Span::new(before.span.end, word.span.end);
        let lead = " ".to_owned();
        Some(command_line::variable_setting(
            reading, word, name, lead, removal, 0,
        ))
    });
    settings.collect()
}

/// Whether the value is a list of flags: `ETCD_OPTS="--name a"`.
fn is_flag_list(line: &Line) -> bool {
    let value = line.decoded.text.trim_start();
    value.starts_with("--")
        || value.starts_with('-') && value[1..].starts_with(|c: char| c.is_ascii_lowercase())
}

fn variable(reading: &mut Reading, line: &Line, name: &str) -> Setting {
    let text = line.decoded.text.clone();
    let value = if line.known {
        Value::Text(text)
    } else {
        Value::Unknown(text)
    };
    Setting {
        spelling: Spelling::Variable,
        name: name.to_owned(),
        name_place: Place::new(0, line.site.name),
        value,
        value_place: Place::new(0, line.value),
        overridden: false,
        elsewhere: None,
        site: reading.add_site(Site::VariableLine(line.site.clone())),
    }
}

/// The lines of a text that may be an environment file.
#[derive(Default)]
struct Assignments {
    lines: Vec<Line>,
    /// How many lines are not assignments, and unusual in an environment file.
    others: usize,
    /// Whether another file sets variables too.
    sources_files: bool,
}

fn assignments(text: &str) -> Assignments {
    let mut found = Assignments::default();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < text.len() {
        let mut end = line_end(text, at);
        let trimmed = text[at..end].trim_start();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            at = next_line(text, end);
            continue;
        }
        let indent = end - at - text[at..end].trim_start().len();
        let start = at + indent;
        let lead_length = ["export ", "set "]
            .iter()
            .find(|word| text[start..end].starts_with(**word))
            .map_or(0, |word| {
                let rest = &text[start + word.len()..end];
                word.len() + rest.len() - rest.trim_start().len()
            });
        let name_start = start + lead_length;
        let name_length = text[name_start..end]
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(end - name_start);
        let name = Span::new(name_start, name_start + name_length);
        let is_assignment = name_length > 0 && text[name.end..].starts_with('=');
        if !is_assignment {
            match other_line(&text[start..end]) {
                Some(OtherLine::SourcesFile) => found.sources_files = true,
                Some(OtherLine::NoEffect) => {}
                None => found.others += 1,
            }
            at = next_line(text, end);
            continue;
        }
        let exported = text[start..].starts_with("export ");
        let (line, last) = value_of(text, at, name, exported);
        end = last;
        found.lines.push(line);
        at = next_line(text, end);
    }
    found
}

/// A line that assigns nothing and is usual in an environment file.
enum OtherLine {
    /// It has no effect on variables.
    NoEffect,
    /// It reads another file.
    SourcesFile,
}

/// Classifies a line that assigns nothing; returns `None` if it may be anything.
fn other_line(line: &str) -> Option<OtherLine> {
    let line = line.trim();
    let is_name = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    let heading = line
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    // systemd ignores a heading, and a shell a lone backslash; what a template writes is masked.
    let is_masked = line.trim_start_matches('x').is_empty();
    if heading.is_some_and(is_name) || line == "\\" || is_masked {
        return Some(OtherLine::NoEffect);
    }
    let mut words = line.split_whitespace();
    match words.next()? {
        "export" if words.all(is_name) => Some(OtherLine::NoEffect),
        "source" | "." => Some(OtherLine::SourcesFile),
        _ => None,
    }
}

fn next_line(text: &str, end: usize) -> usize {
    text[end..]
        .find('\n')
        .map_or(text.len(), |found| end + found + 1)
}

/// Reads the value after `name=`; returns the line and where it ends.
fn value_of(text: &str, line_start: usize, name: Span, exported: bool) -> (Line, usize) {
    let start = name.end + 1;
    let quote = text[start..]
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''));
    let mut unclosed = None;
    let (decoded, raw, value, known, end) = match quote {
        Some(quote) => {
            let closing = closing(text, start, quote);
            if closing.is_none() {
                unclosed = Some(start);
            }
            let word_end = closing.unwrap_or_else(|| line_end(text, start));
            let word = words(text, Span::new(start, word_end), Dialect::Shell);
            match word.into_iter().next() {
                Some(word) => {
                    let inside = Span::new(
                        (word.span.start + 1).min(word.span.end),
                        word.span
                            .end
                            .saturating_sub(1)
                            .max(word.span.start + 1)
                            .min(word.span.end),
                    );
                    // `"a"$B`: for a shell the word continues.
                    let whole = !text[word_end..].starts_with(|c: char| !c.is_whitespace());
                    let known = word.expansions.is_empty() && whole;
                    let end = line_end(text, word.span.end);
                    (word.decoded, word.span, inside, known, end)
                }
                None => (
                    Decoded::default(),
                    Span::at(start),
                    Span::at(start),
                    true,
                    line_end(text, start),
                ),
            }
        }
        None => {
            let end = continued_end(text, start);
            let body = &text[start..end];
            let comment = if exported {
                body.find(|c: char| c.is_whitespace())
            } else {
                body.find(" #").or_else(|| body.find("\t#"))
            };
            let comment = comment.unwrap_or(body.len());
            let length = body[..comment].trim_end().len();
            let raw = Span::new(start, start + length);
            let mut decoded = Decoded::default();
            decoded.push_verbatim(raw.of(text), start, Quoting::Line);
            let known = !raw.of(text).contains(['$', '`', '\\']);
            (decoded, raw, raw, known, end)
        }
    };
    let break_length = if text[end..].starts_with("\r\n") {
        2
    } else {
        usize::from(text[end..].starts_with('\n'))
    };
    let lead_start = if text[line_start..].starts_with('\u{feff}') {
        line_start + 3
    } else {
        line_start
    };
    let line = Line {
        site: VariableLineSite {
            lead: Span::new(lead_start, name.start),
            name,
            raw_value: raw,
            line: Span::new(lead_start, end),
            line_break: Span::new(end, end + break_length),
        },
        decoded,
        value,
        known,
        unclosed,
        more: if exported {
            words(text, Span::new(name.start, end), Dialect::Shell)
        } else {
            Vec::new()
        },
    };
    (line, end)
}

/// Returns where the line ends, with its continuation lines.
fn continued_end(text: &str, start: usize) -> usize {
    let mut end = line_end(text, start);
    loop {
        let line = &text[start..end];
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        let next = next_line(text, end);
        if backslashes.is_multiple_of(2) || next >= text.len() {
            return end;
        }
        end = line_end(text, next);
    }
}

/// Returns where the word that begins with a quote ends: after its closing quote.
fn closing(text: &str, start: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text[start + 1..].char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote == '"' {
            escaped = true;
        } else if c == quote {
            return Some(start + 1 + at + 1);
        }
    }
    None
}
