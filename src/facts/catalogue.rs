//! FACTS: what every etcd option is in every release, read from `rules/options.toml`.
//!
//! The file is data that an etcd developer can review; this module only answers questions about it.

mod etcdctl;
mod gate;
mod go_field;
mod listener;
pub(crate) mod nearest;
mod newer;
mod option;
mod other_program;
mod path;
mod raw;
mod timeline;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use etcdctl::Etcdctl;
use foldhash::{HashMap, HashSet};
pub use gate::FeatureGate;
pub use go_field::GoField;
pub use listener::{Address, Listener};
pub use option::{
    Deprecation, EtcdOption, KeyType, Replacement, ReplacementKind, Spelling, ValueType,
    variable_name,
};
pub use other_program::OtherProgram;
pub use path::{ApiPrefix, Endpoint, PrefixStatus};
pub use timeline::Timeline;

use raw::RawCatalogue;

use crate::facts::behaviours::{self, Behaviour, Behaviours, BehavioursError};
use crate::facts::version::{Release, Upgrade, Version};

/// The built-in facts.
pub const BUILT_IN: &str = include_str!("../../rules/options.toml");

/// All facts.
#[derive(Debug)]
pub struct Catalogue {
    lines: BTreeMap<Version, (Release, Release)>,
    options: Vec<EtcdOption>,
    by_name: HashMap<String, usize>,
    by_variable: HashMap<String, usize>,
    /// By key in lower case; if options share a key, the first.
    by_key: HashMap<String, usize>,
    /// Mappings that contain keys, in lower case.
    sections: HashSet<String>,
    /// The feature gates.
    pub gates: Vec<FeatureGate>,
    /// The API's path prefixes, oldest first.
    pub api_prefixes: Vec<ApiPrefix>,
    /// Paths that were removed.
    pub endpoints: Vec<Endpoint>,
    /// Fields whose Go name is a key.
    pub go_fields: Vec<GoField>,
    /// The commands of etcdctl's v2 API.
    pub etcdctl: Etcdctl,
    /// Programs that read variables with names like those of etcd.
    pub other_programs: Vec<OtherProgram>,
    /// The behaviours that etcd has in some releases only.
    pub behaviours: Behaviours,
}

/// Why facts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The text is not TOML of the expected form.
    #[error("rules/options.toml: {0}")]
    Toml(#[from] toml::de::Error),
    /// The name of a minor is not a version.
    #[error("rules/options.toml: {0}")]
    Version(#[from] crate::facts::version::VersionError),
    /// Two options have the same name.
    #[error("rules/options.toml: option `{0}` is defined twice")]
    Twice(String),
    /// An option has no first release.
    #[error("rules/options.toml: option `{0}` has no `since`")]
    NoSince(String),
    /// `rules/behaviours.toml` is damaged.
    #[error(transparent)]
    Behaviours(#[from] BehavioursError),
}

/// Why a version is not known.
#[derive(Debug, thiserror::Error)]
#[error("etcd {version} is not known; known releases: {known}")]
pub struct UnknownVersion {
    version: Version,
    known: String,
}

/// Why two versions are no upgrade.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// One of its ends is not known.
    #[error(transparent)]
    UnknownVersion(#[from] UnknownVersion),
    /// The release to upgrade to is older than the running one.
    #[error("`from`, {from}, is newer than `to`, {to}; etcd-uplift checks upgrades{way_back}")]
    Backwards {
        /// The running release.
        from: Release,
        /// The older one.
        to: Release,
        /// What to know about a downgrade to it.
        way_back: String,
    },
}

impl Catalogue {
    /// Returns the built-in facts.
    ///
    /// # Errors
    /// Returns an error only if `rules/options.toml` or `rules/behaviours.toml` is damaged, which a test rules out.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::parse(BUILT_IN, behaviours::BUILT_IN)
    }

    /// Parses facts from the texts of `rules/options.toml` and `rules/behaviours.toml`.
    ///
    /// # Errors
    /// Returns an error if a text has another form.
    pub fn parse(options: &str, behaviours: &str) -> Result<Self, CatalogueError> {
        let raw: RawCatalogue = toml::from_str(options)?;
        let mut lines = BTreeMap::new();
        for (name, ends) in raw.releases {
            lines.insert(name.parse::<Version>()?, ends);
        }
        let mut options = Vec::with_capacity(raw.options.len());
        let mut by_name = HashMap::default();
        let mut by_variable = HashMap::default();
        let mut by_key = HashMap::default();
        for raw in raw.options {
            let option = raw.compiled();
            if option.since.is_empty() {
                return Err(CatalogueError::NoSince(option.name));
            }
            for key in option.keys() {
                by_key
                    .entry(key.to_ascii_lowercase())
                    .or_insert(options.len());
            }
            if option.has_flag {
                by_variable.insert(variable_name(&option.name), options.len());
            }
            if by_name.insert(option.name.clone(), options.len()).is_some() {
                return Err(CatalogueError::Twice(option.name));
            }
            options.push(option);
        }
        let sections = by_key
            .keys()
            .flat_map(|key| key.match_indices('.').map(|(end, _)| key[..end].to_owned()))
            .collect();
        Ok(Self {
            lines,
            options,
            by_name,
            by_variable,
            by_key,
            sections,
            gates: raw.gates,
            api_prefixes: raw.api_prefixes,
            endpoints: raw.endpoints,
            go_fields: raw.go_fields,
            etcdctl: raw.etcdctl,
            other_programs: raw.other_programs,
            behaviours: Behaviours::parse(behaviours)?,
        })
    }

    /// Returns whether `release` has the behaviour.
    #[must_use]
    pub fn does(&self, behaviour: Behaviour, release: Release) -> bool {
        self.behaviours.does(behaviour, release)
    }

    /// Returns the minor in which the behaviour begins.
    #[must_use]
    pub fn since(&self, behaviour: Behaviour) -> Version {
        self.behaviours.get(behaviour).releases.first().line()
    }

    /// Returns every option, by name.
    #[must_use]
    pub fn options(&self) -> &[EtcdOption] {
        &self.options
    }

    /// Returns the option whose flag, without dashes, is `name`.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&EtcdOption> {
        self.by_name.get(name).map(|&at| &self.options[at])
    }

    /// Returns the options whose URLs `release` listens on, in the order in which etcd opens the listeners.
    #[must_use]
    pub fn listeners(&self, release: Release) -> Vec<(Listener, &EtcdOption)> {
        let options = self
            .options
            .iter()
            .filter(|option| option.exists_at(release));
        let mut listeners: Vec<_> = options
            .filter_map(|option| Some((option.listens?, option)))
            .collect();
        listeners.sort_by_key(|(listens, _)| *listens);
        listeners
    }

    /// Returns the option that `name` means in that spelling in some release.
    ///
    /// Flags and variables are case-sensitive, keys are not (`json` matches fields by folding case).
    #[must_use]
    pub fn spelled(&self, spelling: Spelling, name: &str) -> Option<&EtcdOption> {
        let at = match spelling {
            Spelling::Flag => return self.option(name).filter(|option| option.has_flag),
            Spelling::Variable => self.by_variable.get(name)?,
            Spelling::Key => self.by_key.get(lower_case(name).as_ref())?,
        };
        self.options.get(*at)
    }

    /// Returns the field of etcd's struct that `release` has and whose Go name is `key`, in any case.
    #[must_use]
    pub fn go_field(&self, key: &str, release: Release) -> Option<&GoField> {
        self.go_fields.iter().find(|field| {
            let named = field
                .names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(key));
            named && field.releases.contains(release)
        })
    }

    /// Returns whether `prefix` is a mapping in etcd's file that contains other keys, such as
    /// `client-transport-security`.
    #[must_use]
    pub fn is_key_section(&self, prefix: &str) -> bool {
        self.sections.contains(lower_case(prefix).as_ref())
    }

    /// Returns the known minors, oldest first, each with its first and last known release.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (Version, Release, Release)> {
        self.lines
            .iter()
            .map(|(&line, &(first, last))| (line, first, last))
    }

    /// Returns the oldest known release.
    #[must_use]
    pub fn oldest(&self) -> Release {
        let oldest = self.lines.values().next();
        oldest.map_or(Release::ZERO, |&(first, _)| first)
    }

    /// Returns the newest known release.
    #[must_use]
    pub fn newest(&self) -> Release {
        self.lines
            .values()
            .next_back()
            .map_or(Release::ZERO, |&(_, last)| last)
    }

    /// Returns the release that a version means: without a patch, the last known patch of the minor.
    ///
    /// # Errors
    /// Returns an error if the minor is not known.
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

    /// Returns the upgrade between two versions; without `to`, to the newest release.
    ///
    /// # Errors
    /// Returns an error if one of them is not known, or `from` is the newer one. A `to` that is newer than the facts is
    /// replaced by the last known release.
    pub fn upgrade(
        &self,
        from: Option<Version>,
        to: Option<Version>,
    ) -> Result<Upgrade, UpgradeError> {
        // The running release must be known, unless the target is as new.
        let is_as_new = from
            .zip(to)
            .is_some_and(|(from, to)| from.first_release() <= to.first_release());
        let judged_from = |version| {
            if !is_as_new {
                self.release(version)?;
            }
            self.known_release(version)
        };
        let to = to.map_or_else(|| Ok(self.newest()), |version| self.known_release(version))?;
        let from = from.map(judged_from).transpose()?;
        match from.filter(|from| *from > to) {
            Some(from) => Err(UpgradeError::Backwards {
                from,
                to,
                way_back: self.way_back(to),
            }),
            None => Ok(Upgrade { from, to }),
        }
    }

    /// Returns what to know about a downgrade to `release`; empty if there is nothing.
    fn way_back(&self, release: Release) -> String {
        let refuses = Behaviour::DataOfANewerMinorIsRefused;
        if !self.does(refuses, release) {
            return String::new();
        }
        format!(
            ". etcd {} and later do not start on data of a newer minor: see `etcdctl downgrade` and `etcdutl migrate`",
            self.since(refuses)
        )
    }

    /// Returns the last known release of the minor before `release`.
    #[must_use]
    pub fn line_before(&self, release: Release) -> Option<Release> {
        let before = self.lines.range(..release.line()).next_back()?;
        Some(before.1.1)
    }

    /// Returns the releases that an upgrade runs one after another: `from`, the last of each minor between, `to`.
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

/// Returns the name in lower case, without a copy if it is so already.
fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
