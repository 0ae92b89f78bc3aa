//! FACTS: what every etcd option is in every release, read from `rules/options.toml`.
//!
//! The file is data that an etcd person can review; this module only answers questions about it.

mod timeline;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

pub use timeline::Timeline;

use crate::version::{Release, Version};

/// The facts the tool is built with.
pub const BUILT_IN: &str = include_str!("../rules/options.toml");

/// How a setting is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spelling {
    /// `--name value` on a command line.
    Flag,
    /// `ETCD_NAME=value` in the environment.
    Variable,
    /// `name: value` in etcd's configuration file.
    Key,
}

impl Spelling {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Variable => "variable",
            Self::Key => "key",
        }
    }
}

/// How etcd reads a flag's or a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // The names are Go's and etcd's own; rules/options.toml explains each.
pub enum ValueType {
    String,
    Bool,
    Int,
    Int64,
    Uint,
    Uint32,
    Uint64,
    Duration,
    Urls,
    UniqueUrls,
    CorsOrigins,
    Strings,
    UniqueStrings,
    Enum,
    IpPort,
    FeatureGates,
    Ignored,
    Rejected,
}

/// The Go type a YAML value is decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum KeyType {
    String,
    Bool,
    Int,
    Int64,
    Uint,
    Uint32,
    Uint64,
    /// Integer nanoseconds.
    Duration,
    /// A list of strings.
    List,
    /// A type that no YAML value fits.
    Unsupported,
}

impl KeyType {
    /// The type as Go's error messages name it.
    #[must_use]
    pub fn go_name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Duration => "time.Duration",
            Self::List => "[]string",
            Self::Unsupported => "[]grpc.ServerOption",
        }
    }

    /// The usual YAML type of an option whose flag has that type.
    fn usual(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Bool => Self::Bool,
            ValueType::Int => Self::Int,
            ValueType::Int64 => Self::Int64,
            ValueType::Uint => Self::Uint,
            ValueType::Uint32 => Self::Uint32,
            ValueType::Uint64 => Self::Uint64,
            ValueType::Duration => Self::Duration,
            ValueType::Strings | ValueType::UniqueStrings => Self::List,
            _ => Self::String,
        }
    }
}

/// That etcd announced the end of an option.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Deprecation {
    /// The release that announced it.
    pub since: Release,
    /// The release that took the announcement back.
    pub until: Option<Release>,
    /// The first release that prints a warning, where that is later.
    pub prints_from: Option<Release>,
    /// The warning, in etcd's words.
    pub prints: Option<String>,
}

impl Deprecation {
    /// Whether the announcement stands at `release`.
    #[must_use]
    pub fn holds_at(&self, release: Release) -> bool {
        self.since <= release && self.until.is_none_or(|until| release < until)
    }
}

/// How an option is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplacementKind {
    /// The same value under another name.
    Rename,
    /// A feature gate of `--feature-gates`.
    FeatureGate,
    /// One value of another option.
    Value,
    /// A person has to decide.
    Manual,
    /// Nothing takes its place.
    None,
}

/// What to write instead of an option that goes away.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Replacement {
    /// How it is replaced.
    pub how: ReplacementKind,
    /// The option to use instead.
    pub option: Option<String>,
    /// The feature gate that takes over.
    pub gate: Option<String>,
    /// The value of the new option.
    pub value: Option<String>,
    /// The values for which a rename is exact; every value where there is no list.
    pub values: Option<Vec<String>>,
    /// The values whose setting may be deleted without changing anything; `*` is any.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// How the old value becomes the new one.
    pub note: Option<String>,
    /// What etcd does when both are set.
    pub conflict: Option<String>,
}

/// One etcd option and its whole life.
#[derive(Clone, Debug)]
pub struct EtcdOption {
    /// The flag without its dashes; for options that exist only in the file, the key.
    pub name: String,
    /// Whether there is a flag, and so a variable.
    pub has_flag: bool,
    /// The first release that has it, and for each later minor it was back-ported to, the first patch.
    pub since: Vec<Release>,
    /// The first release that no longer has it.
    pub removed: Option<Release>,
    /// How a flag or a variable is read.
    pub value_type: Timeline<ValueType>,
    /// What holds when nothing is set; textual, as a flag would be given it.
    pub default: Timeline<String>,
    /// Whether the server takes 0 for the default.
    pub zero_is_default: bool,
    /// What an unset or empty value comes to at start, where that differs from the default.
    pub effective_default: Timeline<String>,
    /// The values an enum takes.
    pub allowed: Timeline<Vec<String>>,
    /// The key in the configuration file, nested keys joined by `.`; empty while there is none.
    pub key: Timeline<String>,
    key_type: Timeline<KeyType>,
    file_default: Timeline<String>,
    /// The announcement of its end.
    pub deprecated: Option<Deprecation>,
    /// What to write instead.
    pub replaced_by: Option<Replacement>,
    /// What else decides what a value means.
    pub notes: Option<String>,
    /// Where this is read in etcd's source, as `path:line@tag`.
    pub sources: Vec<String>,
}

impl EtcdOption {
    /// Whether the option exists at `release` in any spelling.
    #[must_use]
    pub fn exists_at(&self, release: Release) -> bool {
        self.since.first().is_some_and(|&first| first <= release)
            && self.removed.is_none_or(|removed| release < removed)
            && self
                .since
                .iter()
                .all(|&since| !since.same_line(release) || since <= release)
    }

    /// Whether `release` reads the option in that spelling.
    #[must_use]
    pub fn accepts(&self, spelling: Spelling, release: Release) -> bool {
        self.exists_at(release)
            && match spelling {
                Spelling::Flag | Spelling::Variable => self.has_flag,
                Spelling::Key => self.key_at(release).is_some(),
            }
    }

    /// The key in the configuration file at `release`.
    #[must_use]
    pub fn key_at(&self, release: Release) -> Option<&str> {
        if !self.exists_at(release) {
            return None;
        }
        self.key
            .at(release)
            .map(String::as_str)
            .filter(|key| !key.is_empty())
    }

    /// The Go type of its YAML value at `release`.
    #[must_use]
    pub fn key_type_at(&self, release: Release) -> KeyType {
        match self.key_type.at(release) {
            Some(&key_type) => key_type,
            None => KeyType::usual(self.type_at(release)),
        }
    }

    /// How a flag's value is read at `release`.
    #[must_use]
    pub fn type_at(&self, release: Release) -> ValueType {
        self.value_type
            .at_or_first(release)
            .copied()
            .unwrap_or(ValueType::String)
    }

    /// What holds at `release` when the option is not set; `in_file` for a member that is given a configuration file.
    #[must_use]
    pub fn default_at(&self, release: Release, in_file: bool) -> &str {
        let file = if in_file {
            self.file_default.at(release)
        } else {
            None
        };
        file.or_else(|| self.default.at_or_first(release))
            .map_or("", String::as_str)
    }

    /// How the option is written in that spelling at `release`; a key falls back to its last known form.
    #[must_use]
    pub fn spelled(&self, spelling: Spelling, release: Release) -> Option<String> {
        match spelling {
            Spelling::Flag => self.has_flag.then(|| self.name.clone()),
            Spelling::Variable => self.has_flag.then(|| variable_name(&self.name)),
            Spelling::Key => self.key_at(release).map(str::to_owned),
        }
    }

    /// Every key the option has had.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.key
            .values()
            .map(String::as_str)
            .filter(|key| !key.is_empty())
    }
}

/// The environment variable of a flag: `pkg/flags/flag.go:70@v3.7.1`.
#[must_use]
pub fn variable_name(flag: &str) -> String {
    format!("ETCD_{}", flag.to_ascii_uppercase().replace('-', "_"))
}

/// One feature gate of etcd 3.6 and later.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeatureGate {
    /// Its name, such as `InitialCorruptCheck`.
    pub name: String,
    /// The first release that knows it.
    pub since: Release,
    /// Whether it is on when nothing is said.
    pub default: bool,
    /// How stable it is.
    pub stage: Option<String>,
    /// Another gate it needs.
    pub requires: Option<String>,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}

/// How a release answers an HTTP path prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrefixStatus {
    /// etcd answers.
    Served,
    /// etcd answers as if the next prefix had been asked for.
    Rewritten,
    /// 404.
    Absent,
}

/// A path prefix of the v3 API over HTTP and its life.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApiPrefix {
    /// The prefix, such as `/v3beta`.
    pub prefix: String,
    status: Timeline<PrefixStatus>,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}

impl ApiPrefix {
    /// How `release` answers it.
    #[must_use]
    pub fn at(&self, release: Release) -> PrefixStatus {
        self.status
            .at(release)
            .copied()
            .unwrap_or(PrefixStatus::Absent)
    }
}

/// All facts.
#[derive(Debug)]
pub struct Catalogue {
    lines: BTreeMap<Version, (Release, Release)>,
    options: Vec<EtcdOption>,
    by_name: HashMap<String, usize>,
    by_key: HashMap<String, Vec<usize>>,
    /// The feature gates.
    pub gates: Vec<FeatureGate>,
    /// The API's path prefixes, oldest first.
    pub api_prefixes: Vec<ApiPrefix>,
}

/// Why facts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML of the expected shape.
    #[error("rules/options.toml: {0}")]
    Toml(#[from] toml::de::Error),
    /// A release line's name is not a version.
    #[error("rules/options.toml: {0}")]
    Version(#[from] crate::version::VersionError),
    /// Two options of one name.
    #[error("rules/options.toml: option `{0}` stands twice")]
    Twice(String),
    /// An option without a first release.
    #[error("rules/options.toml: option `{0}` says no `since`")]
    NoSince(String),
}

/// Why a version cannot be judged.
#[derive(Debug, thiserror::Error)]
#[error("etcd {version} is not known; known are {known}")]
pub struct UnknownVersion {
    version: Version,
    known: String,
}

impl Catalogue {
    /// The facts the tool is built with.
    ///
    /// # Errors
    /// Only when `rules/options.toml` is damaged, which a test rules out.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::parse(BUILT_IN)
    }

    /// Reads facts from the text of `rules/options.toml`.
    ///
    /// # Errors
    /// When the text is not of that shape.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        let raw: RawCatalogue = toml::from_str(text)?;
        let mut lines = BTreeMap::new();
        for (name, ends) in raw.releases {
            lines.insert(name.parse::<Version>()?, ends);
        }
        let mut options = Vec::with_capacity(raw.options.len());
        let mut by_name = HashMap::new();
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for raw in raw.options {
            let option = raw.compiled();
            if option.since.is_empty() {
                return Err(CatalogueError::NoSince(option.name));
            }
            for key in option.keys() {
                let at = by_key.entry(key.to_ascii_lowercase()).or_default();
                at.push(options.len());
            }
            if by_name.insert(option.name.clone(), options.len()).is_some() {
                return Err(CatalogueError::Twice(option.name));
            }
            options.push(option);
        }
        Ok(Self {
            lines,
            options,
            by_name,
            by_key,
            gates: raw.gates,
            api_prefixes: raw.api_prefixes,
        })
    }

    /// Every option, by name.
    #[must_use]
    pub fn options(&self) -> &[EtcdOption] {
        &self.options
    }

    /// The option whose flag, without dashes, is `name`.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&EtcdOption> {
        self.by_name.get(name).map(|&at| &self.options[at])
    }

    /// The option that `name` means in that spelling in some release.
    ///
    /// Flags and variables are case-sensitive, keys are not (`json` matches fields by folding case).
    #[must_use]
    pub fn spelled(&self, spelling: Spelling, name: &str) -> Option<&EtcdOption> {
        match spelling {
            Spelling::Flag => self.option(name).filter(|option| option.has_flag),
            Spelling::Variable => {
                let flag = name.strip_prefix("ETCD_")?;
                let flag = flag.to_ascii_lowercase().replace('_', "-");
                let option = self.option(&flag).or_else(|| {
                    let mut options = self.options.iter();
                    options.find(|option| option.name.eq_ignore_ascii_case(&flag))
                })?;
                (option.has_flag && variable_name(&option.name) == name).then_some(option)
            }
            Spelling::Key => {
                let at = self.by_key.get(&name.to_ascii_lowercase())?.first()?;
                Some(&self.options[*at])
            }
        }
    }

    /// Whether `prefix` is a mapping in etcd's file that holds other keys, such as `client-transport-security`.
    #[must_use]
    pub fn is_key_section(&self, prefix: &str) -> bool {
        let prefix = prefix.to_ascii_lowercase();
        self.by_key.keys().any(|key| {
            key.strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
        })
    }

    /// The minor lines known, oldest first, each with its first and last known release.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (Version, Release, Release)> {
        self.lines
            .iter()
            .map(|(&line, &(first, last))| (line, first, last))
    }

    /// The newest release known.
    #[must_use]
    pub fn newest(&self) -> Release {
        self.lines
            .values()
            .next_back()
            .map_or(Release::new(0, 0, 0), |&(_, last)| last)
    }

    /// The release a version means: without a patch, the last known patch of that line.
    ///
    /// # Errors
    /// When the line is not known.
    pub fn release(&self, version: Version) -> Result<Release, UnknownVersion> {
        let line = version.first_release().line();
        match (self.lines.get(&line), version.patch) {
            (Some(_), Some(patch)) => Ok(Release::new(version.major, version.minor, patch)),
            (Some(&(_, last)), None) => Ok(last),
            (None, _) => {
                let known: Vec<String> = self.lines.keys().map(Version::to_string).collect();
                Err(UnknownVersion {
                    version,
                    known: known.join(", "),
                })
            }
        }
    }

    /// The last known release of the line before `release`'s.
    #[must_use]
    pub fn line_before(&self, release: Release) -> Option<Release> {
        let before = self.lines.range(..release.line()).next_back()?;
        Some(before.1.1)
    }

    /// The releases an upgrade runs one after another: `from`, the last of each line between, `to`.
    #[must_use]
    pub fn stops(&self, from: Release, to: Release) -> Vec<Release> {
        let between = self.lines.iter().filter_map(|(&line, &(_, last))| {
            (from.line() < line && line < to.line()).then_some(last)
        });
        let mut stops: Vec<Release> = std::iter::once(from).chain(between).collect();
        if to != from {
            stops.push(to);
        }
        stops
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCatalogue {
    releases: BTreeMap<String, (Release, Release)>,
    #[serde(rename = "option")]
    options: Vec<RawOption>,
    #[serde(rename = "feature-gate", default)]
    gates: Vec<FeatureGate>,
    #[serde(rename = "api-prefix", default)]
    api_prefixes: Vec<ApiPrefix>,
}

/// An option exactly as the file says it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawOption {
    name: String,
    #[serde(default = "yes")]
    flag: bool,
    since: OneOrMore,
    removed: Option<Release>,
    #[serde(rename = "type", default)]
    value_type: Timeline<ValueType>,
    #[serde(default)]
    default: Timeline<String>,
    #[serde(default)]
    zero_is_default: bool,
    #[serde(default)]
    effective_default: Timeline<String>,
    #[serde(default)]
    allowed: Timeline<Vec<String>>,
    #[serde(default)]
    key: Timeline<String>,
    #[serde(default)]
    key_type: Timeline<KeyType>,
    #[serde(default)]
    file_default: Timeline<String>,
    deprecated: Option<Deprecation>,
    replaced_by: Option<Replacement>,
    notes: Option<String>,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Release),
    More(Vec<Release>),
}

fn yes() -> bool {
    true
}

impl RawOption {
    fn compiled(self) -> EtcdOption {
        let since = match self.since {
            OneOrMore::One(release) => vec![release],
            OneOrMore::More(releases) => releases,
        };
        EtcdOption {
            name: self.name,
            has_flag: self.flag,
            since,
            removed: self.removed,
            value_type: self.value_type,
            default: self.default,
            zero_is_default: self.zero_is_default,
            effective_default: self.effective_default,
            allowed: self.allowed,
            key: self.key,
            key_type: self.key_type,
            file_default: self.file_default,
            deprecated: self.deprecated,
            replaced_by: self.replaced_by,
            notes: self.notes,
            sources: self.sources,
        }
    }
}
