//! FACTS: what etcd does in some releases and not in others, read from `rules/behaviours.toml`.
//!
//! The file is data that an etcd developer can review; this module names its entries and answers whether a release has
//! a behaviour.

use serde::Deserialize;

use crate::facts::periods::{OneOrMore, Periods, PeriodsError};
use crate::facts::version::Release;

/// The built-in facts.
pub const BUILT_IN: &str = include_str!("../../rules/behaviours.toml");

/// Names the behaviours, in the order of the file.
macro_rules! behaviours {
    ($($name:ident),* $(,)?) => {
        /// A behaviour that etcd has in some releases only. `rules/behaviours.toml` explains each, under its name in
        /// kebab-case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "rules/behaviours.toml explains each")]
        pub enum Behaviour {
            $($name,)*
        }

        impl Behaviour {
            /// Every behaviour, in the order of the file.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

behaviours! {
    VariableBesideItsFlagIsFatal,
    VersionVariableIsSetAside,
    InvalidVariableIsForgotten,
    WarningOfAnUnknownVariableIsJson,
    RefusalOfAStrayWordPointsToHelp,
    RefusalOfAStrayWordHasDoubleQuotes,
    RefusalOfAV2DeprecationQuotesTheValue,
    ConfigurationFileNamedByAVariableIsRead,
    FlagsCountBesideAFile,
    FlagsOfTheProxyCountBesideAFile,
    LogOutputFlagCountsBesideAFile,
    RaftFlagsCountBesideAFile,
    PlainColonInAFlowCollectionIsRefused,
    ExponentWithoutASignIsText,
    InfiniteNumberIsRefused,
    PlainScalarIsConvertedToText,
    ProxyHasKeysOfGoNames,
    OldKeyCountsOnlyInItsExactSpelling,
    KeyCountsAsAFlagThatWasSet,
    NullPeerTransportSecurityIsRefused,
    NullGatePanics,
    NullSnapshotCatchUpEntriesPanics,
    NullInDiscoveryConfigPanics,
    OldBooleanBesideItsGateIsRefused,
    BothNamesOfARenamedOptionAreRefused,
    OldOptionSetsTheNewOne,
    RefusalOfCheckpointPersistenceNamesTheGates,
    WarningOfCheckpointsPanicsWithCapnslog,
    UnixUrlsAreKnown,
    UnixUrlNeedsNoPort,
    BracketsOfAUrlNeedAnIpv6Address,
    BracketsOfAUrlRefuseAMappedAddress,
    NumberOfAnIpMayBeginWithAZero,
    UrlToBindNeedsAnIp,
    AdvertisedUrlNeedsAHost,
    AdvertisedUnixUrlNeedsNoHost,
    FileNeedsNoAdvertisedClientUrls,
    UrlThatAFlagRepeatsIsDropped,
    ClientUrlsShareAListener,
    RefusalOfASharedClientUrlNamesTheFlags,
    DiscoveryFallbackFlagRefusesProxy,
    DefaultClusterOfAFileCountsBesideDiscovery,
    OnlyTheClusterOfNameAndPeersIsClearedForDiscovery,
    DefaultClusterIsMadeOfTheNameAlone,
    RefusalOfOtherPeerUrlsQuotesTheCluster,
    AddressesOfPeerUrlsAreNormalised,
    QueriesOfPeerUrlsAreNotCompared,
    UnixsClientUrlNeedsACertificate,
    UnixSocketIsOpenedWithoutTls,
    MetricsUrlOverTlsNeedsACertificate,
    HalfAClientCertificateIsRefusedWithoutTls,
    RefusalOfAClientUrlSpellsHttpsInCapitals,
    CapnslogIsRefused,
    ZapReadsTheLogLevel,
    DebugServesProfiles,
    LogLevelDebugServesProfiles,
    TracingWithoutAnAddressIsRefused,
    AddressOfTracingIsParsed,
    HeartbeatIntervalOfZeroIsRefused,
    ElectionTimeoutOfZeroIsRefused,
    UnknownCompactionModeIsRefused,
    EmptyCompactionModeIsRefused,
    NumberOfCompactionRetentionIsReadByTheMode,
    NegativeCorruptCheckTimePanics,
    QuotaIsMappedAtStart,
    SmallestSignedCountOfSnapshotsPurgesNone,
    TokenJwtTakesThreeOptionsAndNoOther,
    EmptyAuthTokenIsNoToken,
    FolderOfTheLogIsReplacedAtTheFirstStart,
    DatabasesOfSnapshotsArePurged,
    DataOfANewerMinorIsRefused,
    TrustedCaFileAloneDemandsCertificates,
}

/// What is known about one behaviour.
#[derive(Clone, Debug)]
pub struct BehaviourFact {
    /// Its name.
    pub id: Behaviour,
    /// The releases that have it.
    pub releases: Periods,
    /// The fact in words.
    pub what: String,
    /// `path:line@tag` in etcd's repository, or runs of real servers.
    pub sources: Vec<String>,
}

/// All behaviours.
#[derive(Clone, Debug)]
pub struct Behaviours {
    /// Indexed by the behaviour.
    facts: Vec<BehaviourFact>,
}

/// Why behaviours could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BehavioursError {
    /// Not TOML of the expected shape, or an entry that is no [`Behaviour`].
    #[error("rules/behaviours.toml: {0}")]
    Toml(#[from] toml::de::Error),
    /// The entries are not the behaviours of [`Behaviour::ALL`], each once and in their order.
    #[error("rules/behaviours.toml: entry {} is {found:?}, not {expected:?}", .at + 1)]
    Order {
        /// The index of the entry.
        at: usize,
        /// The entry; `None` after the last.
        found: Option<Behaviour>,
        /// The behaviour of that index; `None` after the last.
        expected: Option<Behaviour>,
    },
    /// A release of an entry begins or ends nothing.
    #[error("rules/behaviours.toml: {0:?}: {1}")]
    Periods(Behaviour, PeriodsError),
}

impl Behaviours {
    /// Parses behaviours from the text of `rules/behaviours.toml`.
    ///
    /// # Errors
    /// Returns an error if the text has another form, or its entries and [`Behaviour`] differ.
    pub fn parse(text: &str) -> Result<Self, BehavioursError> {
        let file: File = toml::from_str(text)?;
        let mut facts = Vec::with_capacity(file.behaviours.len());
        for entry in file.behaviours {
            facts.push(entry.compiled()?);
        }
        for at in 0..facts.len().max(Behaviour::ALL.len()) {
            let found = facts.get(at).map(|fact: &BehaviourFact| fact.id);
            let expected = Behaviour::ALL.get(at).copied();
            if found != expected {
                return Err(BehavioursError::Order {
                    at,
                    found,
                    expected,
                });
            }
        }
        Ok(Self { facts })
    }

    /// Returns what is known about a behaviour.
    #[must_use]
    pub fn get(&self, behaviour: Behaviour) -> &BehaviourFact {
        // `parse` accepts one entry for each behaviour, in their order.
        &self.facts[behaviour as usize]
    }

    /// Returns whether `release` has the behaviour.
    #[must_use]
    pub fn does(&self, behaviour: Behaviour, release: Release) -> bool {
        self.get(behaviour).releases.contains(release)
    }

    /// Returns what is known about each behaviour, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &BehaviourFact> {
        self.facts.iter()
    }
}

/// The facts exactly as they are written in `rules/behaviours.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "behaviour")]
    behaviours: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Behaviour,
    since: OneOrMore,
    until: Option<OneOrMore>,
    what: String,
    sources: Vec<String>,
}

impl Entry {
    fn compiled(self) -> Result<BehaviourFact, BehavioursError> {
        let until = self.until.map(OneOrMore::into_vec).unwrap_or_default();
        let releases = Periods::new(self.since.into_vec(), until)
            .map_err(|error| BehavioursError::Periods(self.id, error))?;
        Ok(BehaviourFact {
            id: self.id,
            releases,
            what: self.what,
            sources: self.sources,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_names_are_the_same() {
        let behaviours = Behaviours::parse(BUILT_IN).unwrap();
        for &behaviour in Behaviour::ALL {
            assert_eq!(behaviours.get(behaviour).id, behaviour);
        }
    }

    #[test]
    fn an_entry_too_few_too_many_or_unknown_is_an_error() {
        let (rest, last) = BUILT_IN.rsplit_once("[[behaviour]]").unwrap();
        let refused = |text: String| Behaviours::parse(&text).unwrap_err().to_string();
        let name = Behaviour::ALL.last().unwrap();
        let missing = refused(rest.to_owned());
        assert!(
            missing.contains(&format!("None, not Some({name:?})")),
            "{missing}"
        );
        let twice = refused(format!("{BUILT_IN}[[behaviour]]{last}"));
        assert!(
            twice.contains(&format!("Some({name:?}), not None")),
            "{twice}"
        );
        let unknown = last.replacen("id = \"", "id = \"un", 1);
        let unknown = refused(format!("{rest}[[behaviour]]{unknown}"));
        assert!(unknown.contains("unknown variant"), "{unknown}");
    }
}
