//! Feature gates, renamed options set twice, options that exclude one another.

use std::collections::{HashMap, HashSet};

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{EtcdOption, ReplacementKind, Spelling};
use crate::facts::go_value;
use crate::member::Value;
use crate::server::acceptance::{self, Acceptance};
use crate::server::effective::Effective;

/// The YAML reader's refusal, whichever key it is about.
pub(super) fn decoder(effective: &Effective<'_>) -> Option<Refusal> {
    let said = effective.member.decoder_refusal.as_ref()?;
    let line = format!("error converting YAML to JSON: {said}");
    Some(Refusal {
        setting: None,
        beside: None,
        option: String::new(),
        line,
        advice: "use only YAML 1.1; etcd reads no later version".to_owned(),
    })
}

/// A key that is overridden by one in another case is decoded all the same: `encoding/json` continues, and fails at the
/// end. Of keys in the same case only the last remains when YAML is converted to JSON.
pub(super) fn shadowed_key(effective: &Effective<'_>) -> Option<Refusal> {
    let settings = &effective.member.settings;
    let mut last = HashMap::new();
    let mut live = HashSet::new();
    for (index, setting) in settings.iter().enumerate() {
        last.insert(setting.name.as_str(), index);
        if !setting.overridden {
            live.insert(setting.name.as_str());
        }
    }
    settings.iter().enumerate().find_map(|(index, setting)| {
        let name = setting.name.as_str();
        let is_decoded = last.get(name) == Some(&index) && !live.contains(name);
        if setting.spelling != Spelling::Key || !is_decoded {
            return None;
        }
        match acceptance::check(effective.catalogue, setting, effective.release) {
            Acceptance::Refused(line) if line.starts_with("json:") => Some(Refusal {
                setting: Some(index),
                beside: None,
                option: String::new(),
                line,
                advice: "delete one of the two keys".to_owned(),
            }),
            _ => None,
        }
    })
}

/// A colon in a plain scalar of a flow collection.
pub(super) fn plain_colon(effective: &Effective<'_>) -> Option<Refusal> {
    effective.member.plain_colon_in_flow?;
    let is_refused = effective.does(Behaviour::PlainColonInAFlowCollectionIsRefused);
    is_refused.then(|| {
        let line = "error converting YAML to JSON: yaml: found unexpected ':'";
        Refusal::new(effective, "", line, "quote the value")
    })
}

/// JSON has no infinity and no "not a number", at any key.
pub(super) fn number_without_json(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::InfiniteNumberIsRefused) || !effective.in_file() {
        return None;
    }
    let (index, _) = effective.member.live().find(
        |(_, setting)| matches!(setting.value, Value::Float(number) if !number.is_finite()),
    )?;
    Some(Refusal {
        setting: Some(index),
        beside: None,
        option: String::new(),
        line: "error converting YAML to JSON: json: unsupported value".to_owned(),
        advice: "write a finite number, or quote the text".to_owned(),
    })
}

/// Keys that must not be null.
pub(super) fn null_gate(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.in_file() {
        return None;
    }
    effective.member.live().find_map(|(index, setting)| {
        if setting.spelling != Spelling::Key || setting.value != Value::Null {
            return None;
        }
        let refusal = |line: &str, advice: &str| Refusal {
            setting: Some(index),
            beside: None,
            option: String::new(),
            line: line.to_owned(),
            advice: advice.to_owned(),
        };
        if setting.name == "peer-transport-security"
            && effective.does(Behaviour::NullPeerTransportSecurityIsRefused)
        {
            return Some(refusal(
                "invalid peer-transport-security",
                "delete the empty key, or write {} after it",
            ));
        }
        let is_pointer = matches!(
            setting.name.as_str(),
            "discovery-config.client.secure" | "discovery-config.client.auth"
        );
        let is_read =
            !effective.is_filled("discovery-token") && !effective.is_filled("discovery-endpoints");
        let panics = effective.does(Behaviour::NullInDiscoveryConfigPanics);
        if panics && is_pointer && is_read {
            return Some(refusal(
                "panic: runtime error: invalid memory address or nil pointer dereference",
                "delete the empty key",
            ));
        }
        let option = effective.catalogue.spelled(Spelling::Key, &setting.name)?;
        let is_gate = option
            .replaced_by
            .as_ref()
            .is_some_and(|new| new.how == ReplacementKind::FeatureGate);
        let exact = option.keys().any(|key| key == setting.name);
        if effective.does(Behaviour::NullGatePanics) && is_gate && exact {
            return Some(refusal(
                "panic: interface conversion: interface {} is nil, not bool",
                "delete the empty key, or write true or false",
            ));
        }
        let is_count = setting.name == "experimental-snapshot-catch-up-entries";
        (is_count && effective.does(Behaviour::NullSnapshotCatchUpEntriesPanics)).then(|| {
            refusal(
                "panic: interface conversion: interface {} is nil, not float64",
                "delete the empty key, or write a number",
            )
        })
    })
}

/// An old boolean beside a value of `feature-gates` that contains its gate's name.
pub(super) fn gate_set_twice(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::OldBooleanBesideItsGateIsRefused) {
        return None;
    }
    let gates = effective.set("feature-gates")?.text.clone()?;
    effective.all().find_map(|(name, held)| {
        let option = effective.catalogue.option(name)?;
        let gate = option.replaced_by.as_ref()?.gate.as_ref()?;
        let is_in_gates =
            gates.contains(gate.as_str()) || is_set_with_its_stage(effective, &gates, gate);
        if !is_in_gates || !is_spelled_exactly(effective, held.setting) {
            return None;
        }
        let value = held.text.clone()?;
        Some(Refusal {
            setting: Some(held.setting),
            beside: None,
            option: String::new(),
            line: format!(
                "cannot specify both flags: --{name}={value} and --feature-gates={gate}=… at the same time, please just use --feature-gates={gate}=…"
            ),
            advice: format!("set only {gate}={value} in feature-gates"),
        })
    })
}

/// A flag is compared as it was read, with every gate that `AllAlpha` and `AllBeta` set:
/// `server/etcdmain/config.go:363@v3.6.14`.
fn is_set_with_its_stage(effective: &Effective<'_>, gates: &str, gate: &str) -> bool {
    let mut known = effective.catalogue.gates.iter();
    let stage = known
        .find(|known| known.name == gate)
        .and_then(|known| known.stage.as_deref());
    let all = match stage {
        Some("alpha") => "AllAlpha",
        Some("beta") => "AllBeta",
        _ => return false,
    };
    !effective.in_file()
        && gates
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .any(|(name, _)| name.trim() == all)
}

/// Returns whether the key is spelled exactly: etcd compares options with feature gates by the exact spelling of a
/// file's keys.
fn is_spelled_exactly(effective: &Effective<'_>, index: usize) -> bool {
    effective.member.settings.get(index).is_some_and(|setting| {
        setting.spelling != Spelling::Key || setting.name.chars().all(|c| !c.is_ascii_uppercase())
    })
}

/// Both names of a renamed option.
pub(super) fn old_and_new_name(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::BothNamesOfARenamedOptionAreRefused) {
        return None;
    }
    effective.catalogue.options().iter().find_map(|old| {
        let replacement = old.replaced_by.as_ref().filter(|it| it.exclusive)?;
        let line = replacement.conflict.as_ref()?;
        let new = effective.catalogue.option(replacement.option.as_deref()?)?;
        counted_as_set(effective, new)?;
        Some(Refusal {
            setting: Some(counted_as_set(effective, old)?),
            beside: None,
            option: String::new(),
            line: line.clone(),
            advice: format!("set only {}", new.name),
        })
    })
}

/// Returns the setting for which an option counts as set: in a file every exact key, also a null, and also the flag's
/// name if the key is another: `server/embed/config.go:1001@v3.6.14`.
fn counted_as_set(effective: &Effective<'_>, option: &EtcdOption) -> Option<usize> {
    if !effective.in_file() {
        return effective.set(&option.name).map(|held| held.setting);
    }
    let mut settings = effective.member.settings.iter();
    settings.position(|setting| {
        setting.spelling == Spelling::Key
            && (setting.name == option.name || option.keys().any(|key| key == setting.name))
    })
}

/// Both names of the option, even with the same value: `server/etcdmain/config.go:391@v3.6.14`.
pub(super) fn warning_unary_twice(effective: &Effective<'_>) -> Option<Refusal> {
    let filled = |option: &str| {
        effective.set(option).is_some() && effective.duration(option).is_some_and(|time| time != 0)
    };
    let both = filled("experimental-warning-unary-request-duration")
        && filled("warning-unary-request-duration");
    both.then(|| {
        let line = "both --experimental-warning-unary-request-duration and --warning-unary-request-duration flags are set. Use only --warning-unary-request-duration";
        Refusal::new(effective, "experimental-warning-unary-request-duration", line, "set only warning-unary-request-duration")
    })
}

/// Persistence needs the checkpoint. Without persistence the warning about the checkpoint panics with the logger
/// capnslog.
pub(super) fn lease_checkpoint(effective: &Effective<'_>) -> Option<Refusal> {
    let old = (
        "experimental-enable-lease-checkpoint",
        "experimental-enable-lease-checkpoint-persist",
    );
    let gate = |option: &'static str, gate: &str| {
        let by_flag = effective
            .set(option)
            .and_then(|_| effective.boolean(option));
        by_flag
            .or_else(|| gate_value(effective, gate))
            .unwrap_or(false)
    };
    let (checkpoint, persist) = (
        gate(old.0, "LeaseCheckpoint"),
        gate(old.1, "LeaseCheckpointPersist"),
    );
    if persist && !checkpoint {
        let names_gates = effective.does(Behaviour::RefusalOfCheckpointPersistenceNamesTheGates);
        let option = if names_gates && effective.set(old.1).is_none() {
            "feature-gates"
        } else {
            old.1
        };
        let line = if names_gates {
            "enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint"
        } else {
            "setting experimental-enable-lease-checkpoint-persist requires experimental-enable-lease-checkpoint"
        };
        return Some(Refusal::new(
            effective,
            option,
            line,
            "enable lease checkpoint and its persistence together",
        ));
    }
    let panics = effective.does(Behaviour::WarningOfCheckpointsPanicsWithCapnslog);
    let capnslog = effective.text("logger").as_deref() == Some("capnslog");
    (panics && checkpoint && !persist && capnslog).then(|| {
        let line = "panic: runtime error: invalid memory address or nil pointer dereference";
        Refusal::new(
            effective,
            old.0,
            line,
            "set logger to zap, or also set experimental-enable-lease-checkpoint-persist",
        )
    })
}

/// Returns what a value of `feature-gates` sets one gate to; the last one is effective.
fn gate_value(effective: &Effective<'_>, gate: &str) -> Option<bool> {
    let text = effective.set("feature-gates")?.text.clone()?;
    let said = |name: &str| {
        text.split(',')
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(found, _)| found.trim() == name)
            .filter_map(|(_, value)| go_value::parse_bool(value.trim()))
            .next_back()
    };
    said(gate).or_else(|| said("AllAlpha"))
}

/// A stage of `v2-deprecation` that excludes `enable-v2`: `server/embed/etcd.go:773@v3.5.33`.
pub(super) fn v2_deprecation(effective: &Effective<'_>) -> Option<Refusal> {
    if effective.boolean("enable-v2") != Some(true) {
        return None;
    }
    let stage = effective.set("v2-deprecation")?.text.clone()?;
    (!matches!(stage.as_str(), "" | "not-yet")).then(|| {
        let line = format!("--enable-v2 and --v2-deprecation={stage} are mutually exclusive");
        Refusal::new(effective, "v2-deprecation", line, "set only one of the two")
    })
}
