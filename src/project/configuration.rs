//! `etcd-uplift.toml`: the options of a tree.
//!
//! The nearest one is used: in a file's folder, or in the folders above it. It is never merged with another.

mod nearest;
mod rules_folders;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fs, io};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use toml::Spanned;

pub use nearest::Configurations;
pub use rules_folders::{RulesFolder, rules_named_for, rules_named_in};

use crate::check::Knowledge;
use crate::diagnostic::Threshold;
use crate::facts::version::Version;
use crate::source::{LineColumn, Source, Span, without_dots};
use crate::suppression;
use crate::surface::{self, Surface};

/// The file's name.
pub const FILE_NAME: &str = "etcd-uplift.toml";

/// The JSON Schema of the file.
pub const SCHEMA: &str = include_str!("../../schemas/etcd-uplift.schema.json");

/// The content of one `etcd-uplift.toml`.
#[derive(Debug)]
pub struct Configuration {
    /// The file.
    pub path: PathBuf,
    exclude: Gitignore,
    whole: FileConfig,
    per_file: Vec<(Gitignore, FileConfig)>,
}

/// The options for some files. An absent option is set elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileConfig {
    /// The running release.
    pub from: Option<Version>,
    /// The release to upgrade to.
    pub to: Option<Version>,
    /// The threshold.
    pub fail_on: Option<Threshold>,
    /// The surface of the files.
    pub surface: Option<&'static str>,
    /// Rules whose findings are suppressed.
    pub ignore: BTreeSet<String>,
}

impl FileConfig {
    /// Returns these options, with those of the configuration for what they do not set. The ignored rules of the
    /// configuration stay ignored.
    #[must_use]
    pub fn over(&self, said: Self) -> Self {
        Self {
            from: self.from.or(said.from),
            to: self.to.or(said.to),
            fail_on: self.fail_on.or(said.fail_on),
            surface: self.surface.or(said.surface),
            ignore: self.ignore.union(&said.ignore).cloned().collect(),
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// It cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Read {
        /// The file, escaped.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// Its content is invalid.
    #[error("{path}:{}:{}: {message}", .place.line, .place.column)]
    Content {
        /// The file, escaped.
        path: String,
        /// The line and column.
        place: LineColumn,
        /// The span, in bytes.
        span: Span,
        /// What is wrong, and what to write.
        message: String,
    },
}

impl Configuration {
    /// Parses a configuration. `path` is the file; globs and folders are relative to its folder.
    ///
    /// # Errors
    /// Returns an error if the text is not TOML, or has a key, release, rule, surface or glob that is not known; with
    /// the place.
    pub fn parse(
        path: &Path,
        text: &str,
        knowledge: &Knowledge,
    ) -> Result<Self, ConfigurationError> {
        let source = Source::new(path, text);
        let fail = |span: Range<usize>, message: String| content_error(&source, span, &message);
        let wire = wire(text, &fail)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let globs = |globs: &[&Spanned<String>]| {
            let mut builder = GitignoreBuilder::new(folder);
            for glob in globs {
                let text = glob.get_ref().trim();
                let text = text.strip_prefix("./").unwrap_or(text);
                if text.is_empty()
                    || text.starts_with(['!', '#'])
                    || text.split('/').any(|part| part == "..")
                {
                    let message = "is not a glob for files below this folder: it is empty, begins with `!` or `#`, or leaves the folder";
                    return Err(fail(glob.span(), message.to_owned()));
                }
                builder
                    .add_line(None, text)
                    .map_err(|error| fail(glob.span(), error.to_string()))?;
            }
            let matcher = builder.build();
            matcher.map_err(|error| fail(0..0, error.to_string()))
        };
        let options = |wire: WireOptions| options(wire, knowledge, &fail);
        let mut tables: Vec<(Spanned<String>, WireOptions)> = wire.per_file.into_iter().collect();
        tables.sort_by_key(|(glob, _)| glob.span().start);
        let mut per_file = Vec::new();
        for (glob, table) in tables {
            per_file.push((globs(&[&glob])?, options(table)?));
        }
        Ok(Self {
            path: path.to_path_buf(),
            exclude: globs(&wire.exclude.iter().collect::<Vec<_>>())?,
            whole: options(WireOptions {
                from: wire.from,
                to: wire.to,
                fail_on: wire.fail_on,
                ignore: wire.ignore,
                surface: None,
            })?,
            per_file,
        })
    }

    /// Returns whether a file is excluded.
    #[must_use]
    pub fn excludes(&self, file: &Path) -> bool {
        is_matched(&self.exclude, file)
    }

    /// Returns the options for a file: of the tables whose glob matches, later ones override earlier ones.
    #[must_use]
    pub fn options(&self, file: &Path) -> FileConfig {
        let mut options = self.whole.clone();
        for (_, special) in self
            .per_file
            .iter()
            .filter(|(glob, _)| is_matched(glob, file))
        {
            options.from = special.from.or(options.from);
            options.to = special.to.or(options.to);
            options.fail_on = special.fail_on.or(options.fail_on);
            options.surface = special.surface.or(options.surface);
            options.ignore.extend(special.ignore.iter().cloned());
        }
        options
    }
}

fn wire(
    text: &str,
    fail: &impl Fn(Range<usize>, String) -> ConfigurationError,
) -> Result<Wire, ConfigurationError> {
    let wire: Wire = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        fail(span, error.message().to_owned())
    })?;
    if let Some(rules) = wire
        .rules
        .iter()
        .find(|it| it.get_ref().as_os_str().is_empty())
    {
        return Err(fail(
            rules.span(),
            "names no folder; `.` is the folder of this file".to_owned(),
        ));
    }
    if let Some(glob) = wire.exclude.iter().find(|it| it.get_ref().is_empty()) {
        return Err(fail(glob.span(), "names no file".to_owned()));
    }
    Ok(wire)
}

fn content_error(source: &Source, span: Range<usize>, message: &str) -> ConfigurationError {
    ConfigurationError::Content {
        path: crate::report::visible_path(&source.path),
        place: source.line_column(span.start),
        span: Span::new(span.start, span.end),
        message: crate::report::visible(message).into_owned(),
    }
}

fn is_matched(globs: &Gitignore, file: &Path) -> bool {
    file.starts_with(globs.path()) && globs.matched_path_or_any_parents(file, false).is_ignore()
}

fn options(
    wire: WireOptions,
    knowledge: &Knowledge,
    fail: &impl Fn(Range<usize>, String) -> ConfigurationError,
) -> Result<FileConfig, ConfigurationError> {
    let catalogue = &knowledge.catalogue;
    let version = |text: Option<&Spanned<String>>, is_target: bool| {
        text.map(|text| {
            let version: Version =
                text.get_ref()
                    .parse()
                    .map_err(|error: crate::facts::version::VersionError| {
                        fail(text.span(), error.to_string())
                    })?;
            let known = if is_target {
                catalogue.known_release(version)
            } else {
                catalogue.release(version)
            };
            known.map_err(|error| fail(text.span(), error.to_string()))?;
            Ok(version)
        })
        .transpose()
    };
    let (from, to) = (
        version(wire.from.as_ref(), false)?,
        version(wire.to.as_ref(), true)?,
    );
    let surface = wire.surface.map(|name| {
        let known: Option<Surface> = surface::named(name.get_ref());
        known.map(|surface| surface.name).ok_or_else(|| {
            let known: Vec<&str> = surface::surfaces().map(|surface| surface.name).collect();
            let message = format!(
                "there is no surface `{}`; known surfaces: {}",
                name.get_ref(),
                known.join(", ")
            );
            fail(name.span(), message)
        })
    });
    for rule in &wire.ignore {
        if !suppression::is_rule(knowledge, rule.get_ref()) {
            let message = format!(
                "there is no rule `{}`; `etcd-uplift rules` lists them",
                rule.get_ref()
            );
            return Err(fail(rule.span(), message));
        }
    }
    Ok(FileConfig {
        from,
        to,
        fail_on: wire.fail_on,
        surface: surface.transpose()?,
        ignore: wire.ignore.into_iter().map(Spanned::into_inner).collect(),
    })
}

/// Returns the path from the root, without `.` and `..` if that needs no access to the file system.
#[must_use]
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    without_dots(&folder.join(path))
}

/// Returns the content of the file, or `None` if there is no such file.
fn text(path: &Path) -> Result<Option<String>, ConfigurationError> {
    // Only a regular file: reading a pipe of that name would never end.
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() => {}
        _ => return Ok(None),
    }
    let text = fs::read_to_string(path).map_err(|source| ConfigurationError::Read {
        path: crate::report::visible_path(path),
        source,
    })?;
    Ok(Some(text))
}

/// The form of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Wire {
    from: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
    fail_on: Option<Threshold>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<PathBuf>>,
    #[serde(default)]
    per_file: BTreeMap<Spanned<String>, WireOptions>,
}

/// The form of the options for some files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WireOptions {
    from: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
    fail_on: Option<Threshold>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    surface: Option<Spanned<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Configuration, String> {
        let knowledge = Knowledge::built_in().unwrap();
        Configuration::parse(Path::new("/a/etcd-uplift.toml"), text, &knowledge)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_later_table_that_matches_overrides() {
        let text = "\
from = '3.3'
to = '3.6'
ignore = ['log-format-json']
exclude = ['vendor', '*.bak']

[per-file.'zone/**']
from = '3.4'
ignore = ['pre-vote-on']

[per-file.'zone/a.env']
fail-on = 'error'
from = '3.5'
surface = 'env-file'
";
        let read = parse(text).unwrap();
        assert!(read.excludes(Path::new("/a/x/vendor/y.yml")));
        assert!(read.excludes(Path::new("/a/y.bak")));
        assert!(!read.excludes(Path::new("/b/vendor/y.yml")));
        let options = read.options(Path::new("/a/zone/a.env"));
        assert_eq!(options.from, Some("3.5".parse().unwrap()));
        assert_eq!(options.to, Some("3.6".parse().unwrap()));
        assert_eq!(options.fail_on, Some(Threshold::Error));
        assert_eq!(options.surface, Some("env-file"));
        assert_eq!(options.ignore.len(), 2);
        assert_eq!(
            read.options(Path::new("/a/b.env")).from,
            Some("3.3".parse().unwrap())
        );
    }

    #[test]
    fn what_is_not_known_is_an_error_at_its_place() {
        for (text, said) in [
            (
                "to = '3.6'\nform = '3.3'\n",
                "/a/etcd-uplift.toml:2:1: unknown field `form`",
            ),
            ("from = '9.9'\n", "/a/etcd-uplift.toml:1:8: "),
            (
                "ignore = ['log-output-renamed',\n 'nothing']\n",
                ":2:2: there is no rule `nothing`",
            ),
            (
                "[per-file.'x']\nsurface = 'y'\n",
                ":2:11: there is no surface `y`",
            ),
            (
                "fail-on = 'sometimes'\n",
                ":1:11: unknown variant `sometimes`",
            ),
            ("exclude = ['a{']\n", ":1:12: "),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
