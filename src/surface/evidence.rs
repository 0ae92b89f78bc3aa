//! Evidence that a text concerns an etcd server: a text that is not read is reported only if it does.

use super::launch::image::is_etcd_image;
use crate::source::base_name;

use crate::facts::catalogue::{Catalogue, Spelling, ValueType};
use crate::member::sets_nothing;

/// Options that clients and backup tools have too.
const SHARED_OPTIONS: [&str; 5] = [
    "auto-compaction-mode",
    "auto-compaction-retention",
    "ca-file",
    "discovery-srv",
    "trusted-ca-file",
];

/// Literals that only the configuration of a server contains, in whatever form.
const SERVER_SIGNS: [&str; 7] = [
    "-initial-cluster",
    "-initial-advertise-peer-urls",
    "-listen-client-urls",
    "-listen-peer-urls",
    "ETCD_INITIAL_",
    "ETCD_LISTEN_",
    "ETCD_ADVERTISE_",
];

/// Whether the text sets options of a server: it contains one that only etcd servers have, or a flag of etcd directly
/// after `etcd` or next to an image of etcd.
pub(super) fn concerns_server(catalogue: &Catalogue, text: &str) -> bool {
    if SERVER_SIGNS.iter().any(|sign| text.contains(sign)) {
        return true;
    }
    let parts = text.split(|c: char| c.is_whitespace() || "\"'`\\,;[]{}()".contains(c));
    // A lone dash begins an item of a list.
    let parts = parts.filter(|part| !matches!(*part, "" | "-"));
    let (mut earlier, mut before, mut has_image, mut has_flag) = ("", "", false, false);
    for part in parts {
        has_image |= before.trim_end_matches(':') == "image" && is_etcd_image(part);
        if let Some(name) = flag_name(part)
            && catalogue.spelled(Spelling::Flag, name).is_some()
            && !sets_nothing(name)
        {
            has_flag |= name != "name" && !COMMON_NAMES.contains(&name);
            if !precedes_name(earlier) && starts_server(before)
                || is_servers(catalogue, Spelling::Flag, name)
            {
                return true;
            }
        }
        if has_image && has_flag || names_server_variable(catalogue, part) {
            return true;
        }
        (earlier, before) = (before, part);
    }
    false
}

/// Returns the name in `--name=value`, also in `NAME=--name=value`.
fn flag_name(part: &str) -> Option<&str> {
    let part = part.find("=-").map_or(part, |equals| &part[equals + 1..]);
    let name = part.strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    Some(name.split(['=', ':']).next().unwrap_or(name))
}

/// Whether the next word is the name of something, as in `kubectl -n etcd`.
fn precedes_name(part: &str) -> bool {
    matches!(part, "-n" | "--namespace" | "--name")
}

/// Whether the word is etcd as a command, or an image of it, and not a key of YAML.
fn starts_server(part: &str) -> bool {
    !part.contains('=')
        && !part.ends_with(':')
        && (base_name(part) == "etcd" || is_etcd_image(part))
}

fn names_server_variable(catalogue: &Catalogue, part: &str) -> bool {
    let mut names = part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    names.any(|name| name.starts_with("ETCD_") && is_servers(catalogue, Spelling::Variable, name))
}

/// Whether only etcd servers have the option.
fn is_servers(catalogue: &Catalogue, spelling: Spelling, name: &str) -> bool {
    let shared = catalogue.spelled(spelling, name).is_some_and(|option| {
        let name = option.name.as_str();
        SHARED_OPTIONS.contains(&name) || COMMON_KEYS.contains(&name)
    });
    !shared && is_telling(catalogue, spelling, name)
}

/// Whether etcd reads the variable itself, so that a value that begins with a dash is not a list of flags.
pub(super) fn names_option(catalogue: &Catalogue, variable: &str) -> bool {
    let option = catalogue.spelled(Spelling::Variable, variable);
    option.is_some_and(|option| {
        option
            .value_type
            .values()
            .any(|kind| *kind != ValueType::Ignored)
    })
}

/// Whether only etcd has the name; `name` or `debug` alone prove nothing.
pub(super) fn is_telling(catalogue: &Catalogue, spelling: Spelling, name: &str) -> bool {
    catalogue.spelled(spelling, name).is_some_and(|option| {
        let name = option.name.as_str();
        let common = COMMON_NAMES.contains(&name)
            || spelling == Spelling::Key && COMMON_KEYS.contains(&name);
        name.contains('-') && !common
    })
}

/// Options whose names other programs have too.
const COMMON_NAMES: [&str; 6] = [
    "config-file",
    "log-level",
    "log-format",
    "cert-file",
    "key-file",
    "data-dir",
];

/// Options that files of other programs have as keys too, mainly components of Kubernetes.
const COMMON_KEYS: [&str; 6] = [
    "auth-token",
    "cipher-suites",
    "enable-pprof",
    "feature-gates",
    "tls-max-version",
    "tls-min-version",
];
