//! Reads commands that start containers: `docker run … IMAGE PROGRAM`, `rkt run … IMAGE --exec PROGRAM -- …`.

use super::entry_point::EntryPoint;
use super::image::{image_version, is_tagged_etcd};
use super::variable_word::{VariableWord, assigned_name};
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Version;
use crate::member::Inherited;
use crate::source::Span;
use crate::text::words::Word;

/// A container as a command starts it.
#[derive(Default)]
pub(in crate::surface) struct Container {
    /// The program, if the words after the image do not name it: an option does, or it is that of the image.
    pub(in crate::surface) entry_point: Option<String>,
    /// Where the command after the image begins: the arguments of the entry point, or the program and its arguments.
    pub(in crate::surface) command: usize,
    pub(in crate::surface) variables: Vec<VariableWord>,
    /// Its environment files: the word of each, and where its path begins in the word.
    pub(in crate::surface) variable_files: Vec<(usize, usize)>,
    /// The variables of its engine that it gets.
    pub(in crate::surface) inherited: Inherited,
    /// Whether it also gets variables or options from elsewhere.
    pub(in crate::surface) reads_variables: bool,
    /// The version of the image.
    pub(in crate::surface) evidence: Option<(Version, Span)>,
}

/// The options of a container engine.
struct Engine {
    names: &'static [&'static str],
    /// Long options that take no value.
    switches: &'static [&'static str],
    /// Letters of the short options that take no value.
    short_switches: &'static str,
    variable: &'static [&'static str],
    variable_file: &'static str,
    /// The option that passes all variables on.
    inherits_all: Option<&'static str>,
    entry_point: &'static str,
    /// Whether options continue after the image, up to `--`.
    options_after_image: bool,
}

const ENGINES: [Engine; 2] = [
    Engine {
        names: &["docker", "podman", "nerdctl"],
        switches: &[
            "--rm",
            "--init",
            "--privileged",
            "--detach",
            "--interactive",
            "--tty",
            "--read-only",
            "--publish-all",
            "--no-healthcheck",
            "--oom-kill-disable",
            "--sig-proxy",
            "--quiet",
            "--replace",
        ],
        short_switches: "ditPq",
        variable: &["--env", "-e"],
        variable_file: "--env-file",
        inherits_all: Some("--env-host"),
        entry_point: "--entrypoint",
        options_after_image: false,
    },
    Engine {
        names: &["rkt"],
        switches: &[
            "--inherit-env",
            "--interactive",
            "--mds-register",
            "--no-overlay",
            "--no-store",
            "--private-users",
            "--store-only",
            "--trust-keys-from-https",
            "--debug",
        ],
        short_switches: "",
        variable: &["--set-env"],
        variable_file: "--set-env-file",
        inherits_all: Some("--inherit-env"),
        entry_point: "--exec",
        options_after_image: true,
    },
];

/// Reads what follows the name of a container engine.
pub(in crate::surface) fn find(
    program: &str,
    words: &[Word],
    start: usize,
    catalogue: &Catalogue,
) -> Option<Container> {
    let engine = ENGINES
        .iter()
        .find(|engine| engine.names.contains(&program))?;
    let run = (start..words.len()).find(|&at| matches!(words[at].text(), "run" | "create"))?;
    let mut container = Container::default();
    let mut inherited: Option<Vec<String>> = Some(Vec::new());
    let mut image = None;
    let mut named = None;
    let mut at = run + 1;
    while let Some(word) = words.get(at) {
        let text = word.text();
        if text == "--" && engine.options_after_image {
            at += 1;
            break;
        }
        if !text.starts_with('-') {
            let is_options = |image: &Word| {
                let whole = Span::new(0, image.text().len());
                image.expansions == [whole] && (engine.options_after_image || is_tagged_etcd(text))
            };
            match image {
                Some(image) if is_options(image) => {
                    container.reads_variables = true;
                    // They may name any variable.
                    inherited = None;
                }
                Some(_) => break,
                None => {}
            }
            image = Some(word);
            at += 1;
            // `$OPTIONS` may precede the image.
            let next_is_image = words
                .get(at)
                .is_some_and(|next| is_tagged_etcd(next.text()))
                && !word.expansions.is_empty();
            if engine.options_after_image || next_is_image {
                continue;
            }
            break;
        }
        let width = engine.width(text);
        let value = match text.split_once('=') {
            Some((_, value)) if width == 1 => Some(value),
            _ => words.get(at + width - 1).map(Word::text),
        };
        let option = text.split('=').next().unwrap_or(text);
        if option == engine.variable_file {
            let file = if width == 1 { at } else { at + 1 };
            let start = if width == 1 { option.len() + 1 } else { 0 };
            if file < words.len() {
                container.variable_files.push((file, start));
            }
        } else if engine.variable.contains(&option)
            && let Some(name) = value.filter(|value| !value.contains('='))
        {
            // The value comes from the environment of the engine.
            container.reads_variables = true;
            match &mut inherited {
                Some(names) if !name.contains('*') => names.push(name.to_owned()),
                _ => inherited = None,
            }
        } else if engine.inherits_all == Some(option) {
            inherited = None;
        } else if option == engine.entry_point {
            named = value;
        }
        container.variables.extend(engine.variable(words, at));
        at += width;
    }
    let written = image?.span;
    let image = image?.text();
    container.inherited = inherited.map_or(Inherited::All, Inherited::Only);
    container.command = at.min(words.len());
    container.evidence = image_version(image).map(|version| (version, written));
    let own = EntryPoint::of(image);
    // The image's own entry point may set more.
    container.reads_variables |= named.is_none() && own == EntryPoint::Unknown;
    container.entry_point = match named {
        // An empty one resets that of the image.
        Some(name) => Some(name.to_owned()).filter(|name| !name.is_empty()),
        None if engine.options_after_image && own == EntryPoint::Etcd => Some("etcd".to_owned()),
        None => {
            let program = own.program(&words[container.command..], catalogue);
            program.map(str::to_owned)
        }
    };
    Some(container)
}

impl Engine {
    /// Returns how many words the option has, with its value.
    fn width(&self, text: &str) -> usize {
        if text.starts_with("--") {
            let alone = text.contains('=') || self.switches.contains(&text);
            return if alone { 1 } else { 2 };
        }
        // `-dit`, `-dp 80:80`, `-v/a:/b`: the rest after the first letter with a value is that value.
        let rest = text[1..].trim_start_matches(|c| self.short_switches.contains(c));
        if rest.chars().count() == 1 { 2 } else { 1 }
    }

    /// Returns the variable that the option at that word sets.
    fn variable(&self, words: &[Word], at: usize) -> Option<VariableWord> {
        let text = words[at].text();
        self.variable.iter().find_map(|option| {
            let rest = text.strip_prefix(option)?;
            let short = !option.starts_with("--");
            let (word, name) = if rest.is_empty() {
                (at + 1, assigned_name(words.get(at + 1)?, 0)?)
            } else if rest.starts_with('=') {
                (at, assigned_name(&words[at], option.len() + 1)?)
            } else if short {
                (at, assigned_name(&words[at], option.len())?)
            } else {
                return None;
            };
            Some(VariableWord {
                word,
                name,
                lead: format!(" {option} "),
                option: word - at,
            })
        })
    }
}
