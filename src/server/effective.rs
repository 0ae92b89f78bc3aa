//! The effective configuration: the values that a release uses with all settings of a member together.

mod address;
mod beside_file;
mod enforced;
mod old_names;
mod resolved;
mod text;

use std::collections::BTreeMap;

use address::AddressInPlace;
pub use beside_file::counts_beside_file;
pub use text::flag_text;
use text::item_text;

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling, ValueType};
use crate::facts::go_url::{self, Url};
use crate::facts::go_value;
use crate::facts::version::Release;
use crate::member::{CONFIG_FILE, Completeness, Delivery, Member, Setting, Value};
use crate::server::acceptance::{self, Acceptance};

/// A value that a setting gives an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The value in the form of a flag's; durations of a file as nanoseconds. `None` if it is set elsewhere.
    pub text: Option<String>,
    /// The setting, by its index in the member.
    pub setting: usize,
}

/// The settings of a member that take effect at a release.
#[derive(Clone, Debug)]
pub struct Effective<'a> {
    /// The facts.
    pub catalogue: &'a Catalogue,
    /// The member.
    pub member: &'a Member,
    /// The release.
    pub release: Release,
    held: BTreeMap<&'a str, Held>,
}

impl<'a> Effective<'a> {
    /// Returns the effective configuration of the member at `release`.
    ///
    /// A flag overrides a variable: `pkg/flags/flag.go:103@v2.3.8`. A release that is given a configuration file reads
    /// nothing else, so flags beside `--config-file` are left out: notes on precedence in
    /// `etcdmain/config.go:307@v3.3.27`.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, member: &'a Member, release: Release) -> Self {
        let mut effective = Self {
            catalogue,
            member,
            release,
            held: BTreeMap::new(),
        };
        if is_decided_by_other_file(catalogue, member, release) {
            return effective;
        }
        for spelling in [Spelling::Variable, Spelling::Flag, Spelling::Key] {
            for (index, setting) in member
                .live()
                .filter(|(_, setting)| setting.spelling == spelling)
            {
                effective.take(index, setting);
            }
        }
        effective
    }

    fn take(&mut self, index: usize, setting: &'a Setting) {
        let Some(option) = setting.option_in(self.catalogue) else {
            return;
        };
        let text = match acceptance::check(self.catalogue, setting, self.release) {
            Acceptance::Accepted if option.type_at(self.release) == ValueType::FeatureGates => {
                self.gates(setting)
            }
            Acceptance::Accepted => flag_text(&setting.value),
            Acceptance::ReadAs(stored) => Some(stored),
            // An empty key of an old name counts, with the default of that name: `server/embed/config.go:1001@v3.6.14`.
            _ if setting.value == Value::Null && self.moves_to_new_name(option) => {
                Some(option.default_at(self.release, true).to_owned())
            }
            _ => return,
        };
        // An empty list of URLs in a file is no list: embed/config.go:370@v3.3.27.
        let is_urls = matches!(
            option.type_at(self.release),
            ValueType::Urls | ValueType::UniqueUrls
        );
        if setting.spelling == Spelling::Key && is_urls && text.as_deref() == Some("") {
            return;
        }
        // An empty list of a flag leaves the default as it is, and still counts as set:
        // pkg/flags/unique_urls.go:41@v3.4.45.
        let text = text.map(|text| {
            if is_urls && text.is_empty() {
                option.default_at(self.release, false).to_owned()
            } else {
                text
            }
        });
        self.held.insert(
            option.name.as_str(),
            Held {
                text,
                setting: index,
            },
        );
    }

    /// Merges every `--feature-gates` with those before it: `pkg/featuregate/feature_gate.go:210@v3.6.14`.
    fn gates(&self, last: &Setting) -> Option<String> {
        if last.spelling != Spelling::Flag {
            return flag_text(&last.value);
        }
        let settings = self.member.settings.iter();
        let flags = settings.filter(|one| one.spelling == last.spelling && one.name == last.name);
        let texts: Option<Vec<String>> = flags.map(|flag| flag_text(&flag.value)).collect();
        texts.map(|texts| texts.join(","))
    }

    /// Returns whether the release has the behaviour.
    #[must_use]
    pub fn does(&self, behaviour: Behaviour) -> bool {
        self.catalogue.does(behaviour, self.release)
    }

    /// Returns whether a configuration file is used.
    #[must_use]
    pub fn in_file(&self) -> bool {
        self.member.delivery == Delivery::ConfigFile
    }

    /// Returns the value that a setting gives the option.
    #[must_use]
    pub fn set(&self, option: &str) -> Option<&Held> {
        self.held.get(option)
    }

    /// Returns every option that is given a value.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, &Held)> {
        self.held.iter().map(|(name, held)| (*name, held))
    }

    /// Returns the option's value, set or by default, or `None` if it is set elsewhere, or the release has no such
    /// option.
    #[must_use]
    pub fn text(&self, option: &str) -> Option<String> {
        match self.set(option) {
            Some(held) => held.text.clone(),
            None => {
                let known = self.catalogue.option(option)?;
                known
                    .exists_at(self.release)
                    .then(|| known.default_at(self.release, self.in_file()).to_owned())
            }
        }
    }

    /// Returns whether the option is given a text that is not known to be empty.
    #[must_use]
    pub fn is_filled(&self, option: &str) -> bool {
        self.set(option)
            .is_some_and(|held| held.text.as_deref().is_none_or(|text| !text.is_empty()))
    }

    /// Returns whether the option is given a text that is known and not empty.
    #[must_use]
    pub fn is_surely_filled(&self, option: &str) -> bool {
        let text = self.set(option).and_then(|held| held.text.as_deref());
        text.is_some_and(|text| !text.is_empty())
    }

    /// Returns the value as a boolean.
    #[must_use]
    pub fn boolean(&self, option: &str) -> Option<bool> {
        go_value::parse_bool(&self.text(option)?)
    }

    /// Returns the value as a whole number.
    #[must_use]
    pub fn number(&self, option: &str) -> Option<i128> {
        go_value::parse_whole(&self.text(option)?)
    }

    /// Returns the value as a duration, in nanoseconds.
    #[must_use]
    pub fn duration(&self, option: &str) -> Option<i64> {
        let text = self.text(option)?;
        text.parse::<i64>()
            .ok()
            .or_else(|| go_value::parse_duration(&text).ok())
    }

    /// Returns the items of a list that is set: of a flag split at commas, of a file those of a YAML list; a null is an
    /// empty text. `None` if it is not set, or an item is set elsewhere.
    #[must_use]
    pub fn listed(&self, option: &str) -> Option<Vec<String>> {
        let held = self.set(option)?;
        let setting = self.member.settings.get(held.setting);
        if let Some(Value::List(items)) = setting.map(|setting| &setting.value) {
            return items.iter().map(item_text).collect();
        }
        let text = held.text.clone()?;
        Some(text.split(',').map(str::to_owned).collect())
    }

    /// Returns the value as a list of URLs: empty for an empty text, `None` if it is not known or not readable.
    #[must_use]
    pub fn urls(&self, option: &str) -> Option<Vec<Url>> {
        let text = match self.address_of(option) {
            Some(address) => address.url()?,
            None => self.text(option)?,
        };
        if text.is_empty() {
            return Some(Vec::new());
        }
        go_url::parse_list(self.catalogue, &text, self.release).ok()
    }

    /// Returns every address that is set in place of URLs.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = AddressInPlace<'_>> {
        let options = self.catalogue.options().iter();
        options.filter_map(|option| {
            let address = option.address.as_ref()?;
            if !option.exists_at(self.release) {
                return None;
            }
            let own = self.set(&option.name);
            let held = own.or_else(|| self.set(address.port_of.as_deref()?))?;
            Some(AddressInPlace {
                option,
                urls: &address.urls,
                setting: held.setting,
                text: held.text.as_deref(),
                has_port_alone: own.is_none(),
                is_https: address.https_with.iter().any(|name| self.is_filled(name)),
            })
        })
    }

    fn address_of(&self, option: &str) -> Option<AddressInPlace<'_>> {
        self.addresses().find(|found| found.urls == option)
    }

    /// Returns [`Self::urls`] without duplicates in a flag, if the release drops them.
    #[must_use]
    pub fn listed_urls(&self, option: &str) -> Option<Vec<Url>> {
        let mut urls = self.urls(option)?;
        let by_flag = self.set(option).is_some_and(|held| {
            let setting = self.member.settings.get(held.setting);
            setting.is_some_and(|setting| setting.spelling != Spelling::Key)
        });
        if by_flag && self.does(Behaviour::UrlThatAFlagRepeatsIsDropped) {
            urls.dedup();
        }
        Some(urls)
    }

    /// Returns the initial cluster as text; if it is not set, or left at its default, what the release derives from the
    /// name.
    #[must_use]
    pub fn initial_cluster(&self) -> Option<String> {
        let name = self.text("name")?;
        let written = if name.is_empty() { "default" } else { &name };
        if let Some(held) = self.set("initial-cluster") {
            let text = held.text.clone()?;
            if text != DEFAULT_CLUSTER || name == "default" {
                return Some(text);
            }
        } else {
            let by = |way: &str| self.option(way).is_some() && self.is_filled(way);
            if by("discovery") || by("discovery-endpoints") {
                // Until other members join, the cluster is this member alone: embed/config.go:717@v3.4.45.
                return Some(from_name(
                    written,
                    &self.urls("initial-advertise-peer-urls")?,
                ));
            }
            if by("discovery-srv") {
                return None;
            }
            if !self.in_file() && by("discovery-srv-name") {
                return Some(String::new());
            }
        }
        if self.does(Behaviour::DefaultClusterIsMadeOfTheNameAlone) {
            let default = self.option("initial-cluster")?;
            let default = default.default_at(self.release, self.in_file());
            return Some(default.replace("default=", &format!("{written}=")));
        }
        if name == "default" {
            return Some(DEFAULT_CLUSTER.to_owned());
        }
        Some(from_name(
            written,
            &self.urls("initial-advertise-peer-urls")?,
        ))
    }

    /// Returns the option that gives the cluster its token; discovery sets its own:
    /// `server/embed/config.go:1362@v3.6.14`.
    fn token_option(&self) -> &'static str {
        let own = ["discovery", "discovery-token"]
            .into_iter()
            .find(|way| self.option(way).is_some() && self.is_filled(way));
        own.unwrap_or("initial-cluster-token")
    }

    /// Returns the setting that decides the value in force, by its index in the member: one under the option's own name,
    /// under an old name, or of an address in place of URLs.
    #[must_use]
    pub fn deciding_setting(&self, option: &str) -> Option<usize> {
        if let Some(address) = self.address_of(option) {
            return Some(address.setting);
        }
        if option == "initial-cluster-token" {
            return self.set(self.token_option()).map(|held| held.setting);
        }
        let old = || self.old_options(option).next().map(|(_, held)| held);
        self.set(option).or_else(old).map(|held| held.setting)
    }

    /// Returns the gates in force in order: those of the option, then those of old booleans. Of a gate that is listed
    /// twice the last counts: `pkg/featuregate/feature_gate.go:188@v3.6.14`.
    fn gates_in_force(&self, option: &str) -> Option<String> {
        let own = self.text(option)?;
        let mut gates = BTreeMap::new();
        for pair in own.split(',').filter(|pair| !pair.is_empty()) {
            let (gate, value) = pair.split_once('=')?;
            gates.insert(gate.trim(), go_value::parse_bool(value.trim())?);
        }
        for (replacement, held) in self.old_options(option) {
            let is_on = go_value::parse_bool(held.text.as_deref()?)?;
            gates.insert(replacement.gate.as_deref()?, is_on);
        }
        let pairs = gates.iter().map(|(gate, is_on)| format!("{gate}={is_on}"));
        Some(Vec::from_iter(pairs).join(","))
    }

    /// Returns the option, if this release has it.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&'a EtcdOption> {
        self.catalogue
            .option(name)
            .filter(|option| option.exists_at(self.release))
    }
}

/// Returns whether `release` gives the member a configuration file that is not this text.
#[must_use]
pub fn is_decided_by_other_file(catalogue: &Catalogue, member: &Member, release: Release) -> bool {
    let reads_variable = Behaviour::ConfigurationFileNamedByAVariableIsRead;
    member.names_config_file(catalogue.does(reads_variable, release))
}

/// Returns whether this text is the whole configuration at `release`.
#[must_use]
pub fn is_whole_configuration(catalogue: &Catalogue, member: &Member, release: Release) -> bool {
    member.completeness == Completeness::Whole
        && !is_decided_by_other_file(catalogue, member, release)
}

/// Returns whether `release` reads configuration files at all.
#[must_use]
pub fn reads_files(catalogue: &Catalogue, release: Release) -> bool {
    let option = catalogue.option(CONFIG_FILE);
    option.is_some_and(|option| option.exists_at(release))
}

/// The value that etcd treats as "not set": `embed/config.go:908@v3.4.45`.
const DEFAULT_CLUSTER: &str = "default=http://localhost:2380";

/// Returns one entry for each peer URL: `embed/config.go:810@v3.4.45`.
fn from_name(name: &str, urls: &[Url]) -> String {
    let entries: Vec<String> = urls
        .iter()
        .map(|url| format!("{name}={}", url.text()))
        .collect();
    entries.join(",")
}

fn url_text(urls: &[Url]) -> String {
    urls.iter().map(Url::text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::surface::{Discovery, FileReading, read};

    #[test]
    fn a_duplicate_url_is_dropped_by_some_releases_only() {
        let catalogue = Catalogue::built_in().unwrap();
        let text = "etcd --listen-client-urls=http://10.0.0.1:2379,http://10.0.0.1:2379";
        let source = Source::new("start.sh", text);
        let FileReading::Read(reading) = read(&source, &catalogue, Discovery::Explicit, None)
        else {
            panic!("it is a command line");
        };
        let resolved = |minor, patch| {
            let release = Release::new(3, minor, patch);
            let effective = Effective::new(&catalogue, &reading.members[0], release);
            effective.resolved("listen-client-urls").unwrap()
        };
        let twice = "http://10.0.0.1:2379,http://10.0.0.1:2379";
        assert_eq!(resolved(4, 27), twice);
        assert_eq!(resolved(4, 28), "http://10.0.0.1:2379");
        assert_eq!(resolved(5, 9), twice);
        assert_eq!(resolved(5, 10), "http://10.0.0.1:2379");
    }
}
