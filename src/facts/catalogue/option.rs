//! One option: its spellings, its types and its history.

use serde::Deserialize;

use super::{Address, Listener, Timeline};
use crate::facts::version::Release;

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
    /// Returns the word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Variable => "variable",
            Self::Key => "key",
        }
    }

    /// Returns a name as it is written, a flag with its dashes.
    #[must_use]
    pub fn written(self, name: &str) -> String {
        match self {
            Self::Flag => format!("--{name}"),
            Self::Variable | Self::Key => name.to_owned(),
        }
    }

    /// Returns a name and its value as they are written.
    #[must_use]
    pub fn assignment(self, name: &str, value: &str) -> String {
        match self {
            Self::Flag => format!("--{name}={value}"),
            Self::Variable => format!("{name}={value}"),
            Self::Key => format!("{name}: {value}"),
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

impl ValueType {
    /// Returns whether values are whole numbers.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Int | Self::Int64 | Self::Uint | Self::Uint32 | Self::Uint64
        )
    }

    /// Returns the type in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Duration => "duration",
            Self::Urls | Self::UniqueUrls => "URLs",
            Self::CorsOrigins => "origins",
            Self::Strings | Self::UniqueStrings => "strings",
            Self::Enum => "one of a list",
            Self::IpPort => "address:port",
            Self::FeatureGates => "feature gates",
            Self::Ignored => "accepted, no effect",
            Self::Rejected => "any value is refused",
        }
    }
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
    /// Returns the type as Go's error messages name it.
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

    /// Returns the usual YAML type of an option whose flag has that type.
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

/// The deprecation of an option by etcd.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Deprecation {
    /// The release that deprecated it.
    pub since: Release,
    /// The release that withdrew the deprecation.
    pub until: Option<Release>,
    /// The first release that prints a warning, if that is later.
    pub prints_from: Option<Release>,
    /// The warning, in etcd's words.
    pub prints: Option<String>,
}

impl Deprecation {
    /// Returns whether the option is deprecated at `release`.
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
    /// Nothing replaces it.
    None,
}

/// What a person does if deleting a setting would turn the process into something else.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ByHand {
    /// What replaces the process.
    pub successor: String,
    /// Why the setting is not deleted.
    pub why: String,
}

/// What to write instead of an option that is removed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Replacement {
    /// How it is replaced.
    pub how: ReplacementKind,
    /// The option to use instead.
    pub option: Option<String>,
    /// The feature gate to use instead.
    pub gate: Option<String>,
    /// The value of the new option.
    pub value: Option<String>,
    /// The values for which a rename is exact; every value if there is no list.
    pub values: Option<Vec<String>>,
    /// The values whose setting may be deleted without changing anything; `*` is any.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// What a person does with a setting of another value, which no fix deletes.
    pub by_hand: Option<ByHand>,
    /// How the old value becomes the new one.
    pub note: Option<String>,
    /// Whether both are refused together, with the error `conflict`; a key then counts in its exact spelling only.
    #[serde(default)]
    pub exclusive: bool,
    /// What etcd does when both are set.
    pub conflict: Option<String>,
}

/// One etcd option and its whole history.
#[derive(Clone, Debug)]
pub struct EtcdOption {
    /// The flag without its dashes; for options that exist only in the file, the key.
    pub name: String,
    /// Whether there is a flag, and so a variable.
    pub has_flag: bool,
    /// The first release that has it, and for each later minor that it was back-ported to, the first patch.
    pub since: Vec<Release>,
    /// The first release that no longer has it.
    pub removed: Option<Release>,
    /// How a flag or a variable is read.
    pub value_type: Timeline<ValueType>,
    /// The default, as text in the form of a flag's value.
    pub default: Timeline<String>,
    /// Whether the server treats 0 as the default.
    pub zero_is_default: bool,
    /// The value that the server uses at start if none or an empty one is set, if that differs from the default.
    pub effective_default: Timeline<String>,
    /// The values that an enum accepts.
    pub allowed: Timeline<Vec<String>>,
    /// The values that the server accepts if it is no enum, as far as they can be listed; for a list, its items.
    pub values: Timeline<Vec<String>>,
    /// The only values that count, if the server replaces every other one by the default.
    pub kept_values: Timeline<Vec<String>>,
    /// The release from which on a flag or a variable with a smaller value than the default is raised to it.
    pub minimum_is_default: Option<Release>,
    /// Whether an empty text, or of a number 0, in a configuration file leaves the default.
    pub empty_key_is_default: bool,
    /// What the server makes of it, if it is an address in place of URLs.
    pub address: Option<Address>,
    /// Who connects to the URLs, if the member listens on them.
    pub listens: Option<Listener>,
    /// The key in the configuration file, nested keys joined by `.`; empty if there is none.
    pub key: Timeline<String>,
    /// The Go type of its YAML value, if it is not the usual one.
    pub key_type: Timeline<KeyType>,
    pub(super) file_default: Timeline<String>,
    /// Its deprecation.
    pub deprecated: Option<Deprecation>,
    /// What to write instead.
    pub replaced_by: Option<Replacement>,
    /// What else decides what a value means.
    pub notes: Option<String>,
    /// Where this is read in etcd's source, as `path:line@tag`.
    pub sources: Vec<String>,
}

impl EtcdOption {
    /// Returns the releases in which something about it changes, in no order.
    pub fn changes(&self) -> impl Iterator<Item = Release> {
        let texts = [&self.default, &self.key, &self.file_default].into_iter();
        let texts = texts.flat_map(|timeline| timeline.points().map(|(since, _)| since));
        let types = self.value_type.points().map(|(since, _)| since);
        let key_types = self.key_type.points().map(|(since, _)| since);
        let announced = self.deprecated.iter();
        let announced = announced.flat_map(|found| [Some(found.since), found.until]);
        let life = self.since.iter().copied().chain(self.removed);
        life.chain(texts)
            .chain(types)
            .chain(key_types)
            .chain(announced.flatten())
    }

    /// Returns whether the option exists at `release` in any spelling.
    #[must_use]
    pub fn exists_at(&self, release: Release) -> bool {
        self.since.first().is_some_and(|&first| first <= release)
            && self.removed.is_none_or(|removed| release < removed)
            && self
                .since
                .iter()
                .all(|&since| !since.same_line(release) || since <= release)
    }

    /// Returns whether `release` reads the option in that spelling.
    #[must_use]
    pub fn accepts(&self, spelling: Spelling, release: Release) -> bool {
        self.exists_at(release)
            && match spelling {
                Spelling::Flag | Spelling::Variable => self.has_flag,
                Spelling::Key => self.key_at(release).is_some(),
            }
    }

    /// Returns the release since which the option is no longer read in that spelling, or `None` if `release` still has
    /// it or never had it.
    #[must_use]
    pub fn lost_since(&self, spelling: Spelling, release: Release) -> Option<Release> {
        let removed = self.removed.filter(|removed| *removed <= release);
        if removed.is_some() || spelling != Spelling::Key {
            return removed;
        }
        let mut points = self.key.points();
        let lost = points.rfind(|(since, _)| *since <= release)?;
        let had_one = self
            .key
            .points()
            .any(|(since, key)| since < lost.0 && !key.is_empty());
        (lost.1.is_empty() && had_one).then_some(lost.0)
    }

    /// Returns the key in the configuration file at `release`.
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

    /// Returns the Go type of its YAML value at `release`.
    #[must_use]
    pub fn key_type_at(&self, release: Release) -> KeyType {
        match self.key_type.at(release) {
            Some(&key_type) => key_type,
            None => KeyType::usual(self.type_at(release)),
        }
    }

    /// Returns how a flag's value is read at `release`.
    #[must_use]
    pub fn type_at(&self, release: Release) -> ValueType {
        self.value_type
            .at_or_first(release)
            .copied()
            .unwrap_or(ValueType::String)
    }

    /// Returns the first release in which a flag's value is read as that type.
    #[must_use]
    pub fn type_since(&self, value_type: ValueType) -> Option<Release> {
        let mut points = self.value_type.points();
        points
            .find(|(_, found)| **found == value_type)
            .map(|(since, _)| since)
    }

    /// Returns the default at `release`; `in_file` for a member that is given a configuration file.
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

    /// Returns how the option is written in that spelling at `release`; a key falls back to its last known form.
    #[must_use]
    pub fn spelled(&self, spelling: Spelling, release: Release) -> Option<String> {
        match spelling {
            Spelling::Flag => self.has_flag.then(|| self.name.clone()),
            Spelling::Variable => self.has_flag.then(|| variable_name(&self.name)),
            Spelling::Key => self.key_at(release).map(str::to_owned),
        }
    }

    /// Returns how `option`, or a gate of it, takes over the value of this option.
    #[must_use]
    pub fn successor(&self, option: &str) -> Option<&Replacement> {
        let replacement = self.replaced_by.as_ref()?;
        let is_kept = matches!(
            replacement.how,
            ReplacementKind::Rename | ReplacementKind::FeatureGate
        );
        (is_kept && replacement.option.as_deref() == Some(option)).then_some(replacement)
    }

    /// Returns every key the option has had.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.key
            .values()
            .map(String::as_str)
            .filter(|key| !key.is_empty())
    }
}

/// Returns the environment variable of a flag: `pkg/flags/flag.go:70@v3.7.1`.
#[must_use]
pub fn variable_name(flag: &str) -> String {
    format!("ETCD_{}", flag.to_ascii_uppercase().replace('-', "_"))
}
