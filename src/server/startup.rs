//! What etcd checks when it starts, across all settings of a member, and what it prints when it refuses.
//!
//! This is etcd's behaviour derived from the facts and its source; no advice is in here. [`crate::server::acceptance`]
//! checks one setting alone, this module checks them together, in etcd's order.

mod auth;
mod certificate;
mod cluster;
mod features;
mod listening;
mod logging;
mod network;
mod proxy;
mod refusal;
mod storage;
mod timing;
mod tracing;

pub(crate) use cluster::initial_members;
pub(crate) use logging::removed_capnslog;
pub(crate) use proxy::is_proxy;
pub use refusal::Refusal;

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::Release;
use crate::member::{Completeness, Delivery, Member, Setting, Value};
use crate::server::effective::{Effective, is_decided_by_other_file};

/// A check of the configuration as a whole.
type Check = fn(&Effective<'_>) -> Option<Refusal>;

/// What a check needs to be certain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The text, which may be a part of the configuration.
    Text,
    /// A text that is the whole configuration.
    WholeConfiguration,
}

/// The checks in etcd's order: `embed/config.go:607@v3.4.45` and what comes after it at start.
const CHECKS: [(Needs, Check); 32] = [
    (Needs::Text, features::decoder),
    (Needs::Text, features::shadowed_key),
    (Needs::Text, features::plain_colon),
    (Needs::Text, features::number_without_json),
    (Needs::Text, features::null_gate),
    (Needs::Text, features::gate_set_twice),
    (Needs::Text, network::proxy_value),
    (Needs::Text, network::discovery_fallback_value),
    (Needs::Text, features::old_and_new_name),
    (Needs::Text, logging::old_and_new_outputs),
    (Needs::Text, logging::logger),
    (Needs::Text, logging::level),
    (Needs::WholeConfiguration, logging::outputs),
    (Needs::WholeConfiguration, logging::rotation),
    (Needs::Text, logging::format),
    (Needs::Text, network::address_beside_urls),
    (Needs::Text, network::readable_urls),
    (Needs::Text, network::bind_urls),
    (Needs::Text, network::host_urls),
    (Needs::Text, cluster::state),
    (Needs::Text, cluster::bootstrap),
    (Needs::WholeConfiguration, cluster::discovery_pair),
    (Needs::Text, network::discovery_fallback_proxy),
    (Needs::Text, timing::heartbeat),
    (Needs::WholeConfiguration, timing::election),
    (Needs::WholeConfiguration, network::advertise_required),
    (Needs::Text, timing::compaction_mode),
    (Needs::WholeConfiguration, features::lease_checkpoint),
    (Needs::Text, timing::hash_check),
    (Needs::Text, tracing::sampling_rate),
    (Needs::Text, network::tls_versions),
    (Needs::Text, features::warning_unary_twice),
];

/// Checks that etcd makes after the configuration is accepted, while it starts.
const LATE_CHECKS: [(Needs, Check); 20] = [
    (Needs::Text, listening::cipher_suites),
    (Needs::WholeConfiguration, listening::self_signed),
    (Needs::WholeConfiguration, certificate::peer_certificate),
    (Needs::WholeConfiguration, certificate::client_certificate),
    (Needs::WholeConfiguration, listening::allowed_names),
    (Needs::WholeConfiguration, listening::shared_client_url),
    (Needs::WholeConfiguration, listening::addresses),
    (Needs::WholeConfiguration, certificate::metrics_certificate),
    (Needs::WholeConfiguration, listening::http2_cipher_suites),
    (Needs::WholeConfiguration, cluster::initial_cluster),
    (Needs::Text, cluster::discovery_urls),
    (Needs::WholeConfiguration, tracing::address),
    (Needs::Text, features::v2_deprecation),
    (Needs::Text, timing::corrupt_check),
    (Needs::Text, timing::max_learners),
    (Needs::WholeConfiguration, timing::compaction_period),
    (Needs::Text, storage::quota),
    (Needs::Text, storage::purged_snapshots),
    (Needs::WholeConfiguration, storage::log_folder),
    (Needs::Text, auth::token),
];

/// The checks of a proxy of the v2 API, which starts no member: `etcdmain/etcd.go:146@v3.4.45`.
const PROXY_CHECKS: [(Needs, Check); 5] = [
    (Needs::WholeConfiguration, certificate::proxy_certificates),
    (Needs::WholeConfiguration, listening::allowed_names),
    (Needs::WholeConfiguration, listening::proxy_addresses),
    (Needs::WholeConfiguration, cluster::initial_cluster),
    (Needs::Text, cluster::proxy_discovery_urls),
];

/// Returns why `release` does not start the member, if it does not; only what its text alone decides.
#[must_use]
pub fn refusals(catalogue: &Catalogue, member: &Member, release: Release) -> Vec<Refusal> {
    if let Some(positional_argument) = positional_argument(catalogue, member, release) {
        return vec![positional_argument];
    }
    if member.only_informs() || is_decided_by_other_file(catalogue, member, release) {
        return Vec::new();
    }
    let effective = Effective::new(catalogue, member, release);
    if let Some(twice) = flag_and_variable(&effective) {
        return vec![twice];
    }
    let is_part = member.completeness == Completeness::Partial;
    let run = |checks: &[(Needs, Check)]| -> Vec<Refusal> {
        let sure = checks
            .iter()
            .filter(|(needs, _)| !is_part || *needs == Needs::Text);
        sure.filter_map(|(_, check)| check(&effective)).collect()
    };
    let early = run(&CHECKS);
    if !early.is_empty() {
        early
    } else if is_proxy(&effective) == Some(true) {
        run(&PROXY_CHECKS)
    } else {
        run(&LATE_CHECKS)
    }
}

/// Refuses positional arguments. Only the first is named; etcd exits there.
fn positional_argument(
    catalogue: &Catalogue,
    member: &Member,
    release: Release,
) -> Option<Refusal> {
    let positional_argument = member.positional_arguments.first()?;
    let word = &positional_argument.word;
    Some(Refusal {
        setting: None,
        beside: None,
        option: String::new(),
        line: if catalogue.does(Behaviour::RefusalOfAStrayWordPointsToHelp, release) {
            format!("error verifying flags, '{word}' is not a valid flag. See 'etcd --help'.")
        } else if catalogue.does(Behaviour::RefusalOfAStrayWordHasDoubleQuotes, release) {
            format!("\"{word}\" is not a valid flag")
        } else {
            format!("'{word}' is not a valid flag")
        },
        advice: "delete the word; write the value of a boolean after `=`".to_owned(),
    })
}

/// Refuses a variable beside the flag of the same option, even an empty one.
fn flag_and_variable(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::VariableBesideItsFlagIsFatal)
        || effective.member.delivery != Delivery::Environment
    {
        return None;
    }
    let catalogue = effective.catalogue;
    let option_of = |spelling: Spelling, name: &str| {
        catalogue
            .spelled(spelling, name)
            .filter(|option| option.accepts(spelling, effective.release))
            .map(|option| option.name.as_str())
    };
    effective.member.live().find_map(|(index, setting)| {
        let option = option_of(Spelling::Variable, &setting.name).filter(|_| setting.spelling == Spelling::Variable)?;
        if option == "version" && effective.does(Behaviour::VersionVariableIsSetAside) {
            return None;
        }
        let is_flag = |other: &Setting| {
            other.spelling == Spelling::Flag && option_of(Spelling::Flag, &other.name) == Some(option)
        };
        let (flag, _) = effective.member.live().find(|(_, other)| is_flag(other))?;
        (setting.value != Value::Null).then(|| Refusal {
            setting: Some(index),
            beside: Some(flag),
            option: String::new(),
            line: format!(
                "conflicting environment variable \"{}\" is shadowed by corresponding command-line flag (either unset environment variable or disable flag)",
                setting.name
            ),
            advice: format!("delete {} or --{option}", setting.name),
        })
    })
}
