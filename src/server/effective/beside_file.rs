//! Settings that count although the process is given a configuration file.

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::Release;
use crate::member::Setting;

/// Returns whether `release` reads a setting of a member although it is given a configuration file: few flags, none of
/// which is a part of `embed.Config`.
#[must_use]
pub fn counts_beside_file(catalogue: &Catalogue, setting: &Setting, release: Release) -> bool {
    let Some(option) = setting.option_in(catalogue) else {
        return false;
    };
    if setting.spelling != Spelling::Flag {
        return false;
    }
    let option = option.name.as_str();
    let does = |behaviour| catalogue.does(behaviour, release);
    let of_proxy =
        option == "proxy" || option.starts_with("proxy-") || option == "discovery-fallback";
    does(Behaviour::FlagsCountBesideAFile)
        || of_proxy && does(Behaviour::FlagsOfTheProxyCountBesideAFile)
        || option == "log-output" && does(Behaviour::LogOutputFlagCountsBesideAFile)
        || option.starts_with("raft-") && does(Behaviour::RaftFlagsCountBesideAFile)
}
