//! Loggers, levels and outputs: `embed/config_logging.go:48@v3.4.45`, `server/embed/config_logging.go:46@v3.6.14`.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::Catalogue;
use crate::facts::go_url;
use crate::member::Value;
use crate::server::effective::Effective;

/// Outputs that need no file and no journal.
const STREAMS: [&str; 3] = ["default", "stderr", "stdout"];

/// Returns the outputs; of a flag a set, of a file a list of any texts: `pkg/flags/unique_strings.go:32@v3.4.45`.
fn list(effective: &Effective<'_>, option: &str) -> Option<Vec<String>> {
    let held = effective.set(option);
    let setting = held.and_then(|held| effective.member.settings.get(held.setting));
    if let Some(Value::List(items)) = setting.map(|setting| &setting.value) {
        if items.is_empty() {
            return Some(vec!["default".to_owned()]);
        }
        let text = |item: &Value| match item {
            // The decoder leaves the item that the default list has there.
            Value::Null => Some("default".to_owned()),
            other => crate::server::effective::flag_text(other),
        };
        return items.iter().map(text).collect();
    }
    let text = effective.text(option)?;
    let mut items: Vec<String> = Vec::new();
    for item in text.split(',') {
        if !items.iter().any(|known| known == item) {
            items.push(item.to_owned());
        }
    }
    Some(items)
}

/// `log-output` and `log-outputs` with the same value: `embed/config_logging.go:69@v3.4.45`.
pub(super) fn old_and_new_outputs(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("log-output")?;
    let old = list(effective, "log-output")?;
    let mut new = list(effective, "log-outputs")?;
    // The longer one is copied, and both are checked again when the server starts: embed/etcd.go:96@v3.4.23. The old
    // logger refuses several outputs before that.
    if old.len() > new.len() && effective.text("logger").as_deref() == Some("zap") {
        new.clone_from(&old);
    }
    if old.len() != new.len() {
        return None;
    }
    let line = if old.len() > 1 {
        "both '--log-output' and '--log-outputs' are set; only set '--log-outputs'".to_owned()
    } else if old == new && old[0] != "default" {
        format!(
            "'--log-output={old:?}' and '--log-outputs={new:?}' are incompatible; only set --log-outputs"
        )
    } else {
        return None;
    };
    Some(Refusal::new(
        effective,
        "log-output",
        line,
        "set only log-outputs",
    ))
}

/// A logger that etcd does not have, or no longer has.
pub(super) fn logger(effective: &Effective<'_>) -> Option<Refusal> {
    let logger = effective.set("logger")?.text.clone()?;
    let line = match logger.as_str() {
        "zap" => return None,
        "capnslog" if effective.does(Behaviour::CapnslogIsRefused) => {
            removed_capnslog(effective.catalogue)
        }
        "capnslog" => return None,
        other => format!("unknown logger option \"{other}\""),
    };
    Some(Refusal::new(effective, "logger", line, "zap"))
}

/// Returns what a release that has removed it prints about `capnslog`.
pub(crate) fn removed_capnslog(catalogue: &Catalogue) -> String {
    let removed = catalogue.since(Behaviour::CapnslogIsRefused);
    format!("--logger=capnslog is removed in v{removed}")
}

/// A level that neither etcd nor zap knows.
pub(super) fn level(effective: &Effective<'_>) -> Option<Refusal> {
    let level = effective.set("log-level")?.text.clone()?;
    let known = |level: &str| {
        matches!(
            level,
            "debug" | "info" | "warn" | "error" | "dpanic" | "panic" | "fatal"
        )
    };
    let zap_reads_it = effective.does(Behaviour::ZapReadsTheLogLevel);
    let accepted = if zap_reads_it {
        level.is_empty() || known(&level.to_ascii_lowercase())
    } else {
        // With capnslog, debug sets the level before this one is read.
        known(&level) || uses_capnslog(effective) && effective.boolean("debug") == Some(true)
    };
    if accepted {
        return None;
    }
    let line = if zap_reads_it {
        format!("panic: unrecognized level: \"{level}\"")
    } else {
        format!("panic: unknown level \"{level}\"")
    };
    Some(Refusal::new(
        effective,
        "log-level",
        line,
        "write debug, info, warn, error, panic or fatal",
    ))
}

fn uses_capnslog(effective: &Effective<'_>) -> bool {
    !effective.does(Behaviour::CapnslogIsRefused)
        && effective.text("logger").as_deref() == Some("capnslog")
}

/// The outputs that the logger accepts.
pub(super) fn outputs(effective: &Effective<'_>) -> Option<Refusal> {
    if !reads_outputs(effective) {
        return None;
    }
    if effective.option("log-outputs").is_none() {
        return old_output(effective);
    }
    let mut option = "log-outputs";
    let mut outputs = list(effective, option)?;
    if effective.set("log-output").is_some() {
        let old = list(effective, "log-output")?;
        if old.len() > outputs.len() {
            (option, outputs) = ("log-output", old);
        }
    }
    if uses_capnslog(effective) {
        let line = match outputs.as_slice() {
            [output] if STREAMS.contains(&output.as_str()) => return None,
            [output] => format!(
                "unknown log-output \"{output}\" (only supports \"default\", \"stderr\", \"stdout\")"
            ),
            _ => format!(
                "--logger=capnslog supports only 1 value in '--log-outputs', got {outputs:?}"
            ),
        };
        return Some(Refusal::new(
            effective,
            option,
            line,
            "write one of default, stderr and stdout, or set logger to zap",
        ));
    }
    if outputs.len() > 1 && outputs.iter().any(|output| output == "default") {
        let line = "multi logoutput for \"default\" is not supported yet";
        return Some(Refusal::new(
            effective,
            option,
            line,
            "write stderr instead of default",
        ));
    }
    if let Some(line) = outputs.iter().find_map(|output| no_sink(output)) {
        return Some(Refusal::new(
            effective,
            option,
            line,
            "write the path of a file",
        ));
    }
    if outputs.iter().any(String::is_empty) && effective.set(option).is_some() {
        return Some(Refusal::new(
            effective,
            option,
            "open : no such file or directory",
            "write at least one output",
        ));
    }
    None
}

/// Returns whether etcd opens the outputs: capnslog prints a warning about levels of packages that it cannot read, and
/// reads no output then: `etcdmain/etcd.go:378@v3.1.20`, `embed/config_logging.go:110@v3.4.45`.
fn reads_outputs(effective: &Effective<'_>) -> bool {
    let has_logger = effective.option("logger").is_some();
    if has_logger && !uses_capnslog(effective) || effective.option("log-package-levels").is_none() {
        return true;
    }
    let Some(held) = effective.set("log-package-levels") else {
        return true;
    };
    let Some(levels) = &held.text else {
        return false;
    };
    let is_level = |pair: &str| {
        let level = pair.split_once('=').map(|(_, level)| level);
        level.is_some_and(|level| CAPNSLOG_LEVELS.contains(&level))
    };
    levels.is_empty() || levels.split(',').all(is_level)
}

/// The levels of capnslog's `ParseLevel`: `vendor/github.com/coreos/pkg/capnslog/logmap.go:99@v3.3.27`.
const CAPNSLOG_LEVELS: [&str; 20] = [
    "CRITICAL", "C", "ERROR", "0", "E", "WARNING", "1", "W", "NOTICE", "2", "N", "INFO", "3", "I",
    "DEBUG", "4", "D", "TRACE", "5", "T",
];

/// Returns why zap cannot open an output: it is parsed as a URL, and must be a file's if it has a scheme: `zap.Open`.
fn no_sink(output: &str) -> Option<String> {
    let url = match go_url::go_parse(output) {
        Ok(url) => url,
        Err(why) => {
            return Some(format!(
                "open sink \"{output}\": can't parse as a URL: {why}"
            ));
        }
    };
    match url.scheme.as_str() {
        "" if matches!(output, "." | "..") || output.ends_with('/') => Some(format!(
            "open sink \"{output}\": open {output}: is a directory"
        )),
        "" => None,
        "file" if matches!(url.authority.as_str(), "" | "localhost") => None,
        "file" => Some("file URLs must leave host empty or use localhost".to_owned()),
        scheme => Some(format!("no sink found for scheme \"{scheme}\"")),
    }
}

/// A release with only one output accepts one of three: `embed/config.go:297@v3.3.0`.
fn old_output(effective: &Effective<'_>) -> Option<Refusal> {
    let output = effective.set("log-output")?.text.clone()?;
    (!STREAMS.contains(&output.as_str())).then(|| {
        let line = format!(
            "unknown log-output \"{output}\" (only supports \"default\", \"stdout\", \"stderr\")"
        );
        Refusal::new(
            effective,
            "log-output",
            line,
            "write default, stdout or stderr",
        )
    })
}

/// The configuration of log rotation: `server/embed/config_logging.go:240@v3.5.33`.
pub(super) fn rotation(effective: &Effective<'_>) -> Option<Refusal> {
    if effective.boolean("enable-log-rotation") != Some(true) {
        return None;
    }
    let outputs = list(effective, "log-outputs")?;
    let files = outputs
        .iter()
        .filter(|output| !STREAMS.contains(&output.as_str()))
        .count();
    if outputs.len() == 1 && files == 0 || files > 1 {
        let line =
            "--log-outputs requires a single file path when --log-rotate-config-json is defined";
        return Some(Refusal::new(
            effective,
            "enable-log-rotation",
            line,
            "write exactly one file in log-outputs",
        ));
    }
    let json = effective.text("log-rotation-config-json")?;
    let refusal = |line: String| {
        let option = "log-rotation-config-json";
        Some(Refusal::new(
            effective,
            option,
            line,
            "write a JSON object with keys such as maxsize",
        ))
    };
    match serde_json::from_str::<serde_json::Value>(&json) {
        Ok(serde_json::Value::Object(fields)) => {
            let misfit = fields
                .iter()
                .find(|(name, value)| !is_rotation_field(name, value));
            if let Some((name, _)) = misfit {
                return refusal(format!(
                    "invalid log rotation config: json: cannot unmarshal into {name}"
                ));
            }
            // The logger exists only if one of its fields is set.
            let sets =
                |name: &String| ROTATION_FIELDS.contains(&name.to_ascii_lowercase().as_str());
            if files == 0 || fields.keys().any(sets) {
                return None;
            }
            refusal(NO_ROTATION.to_owned())
        }
        Ok(serde_json::Value::Null) if files == 0 => None,
        Ok(serde_json::Value::Null) => refusal(NO_ROTATION.to_owned()),
        Ok(_) => refusal("invalid log rotation config".to_owned()),
        Err(error) => refusal(format!("improperly formatted log rotation config: {error}")),
    }
}

/// Fields of `lumberjack.Logger`, in lower case.
const ROTATION_FIELDS: [&str; 6] = [
    "filename",
    "maxsize",
    "maxage",
    "maxbackups",
    "localtime",
    "compress",
];

/// The error for a rotation without any field: seen on 3.5.1, `server/embed/config_logging.go:222@v3.5.1`.
const NO_ROTATION: &str = "panic: runtime error: invalid memory address or nil pointer dereference";

/// Returns whether Go decodes the value into that field of `lumberjack.Logger`; unknown fields are ignored.
fn is_rotation_field(name: &str, value: &serde_json::Value) -> bool {
    value.is_null()
        || match name.to_ascii_lowercase().as_str() {
            "filename" => value.is_string(),
            "maxsize" | "maxage" | "maxbackups" => value.is_i64(),
            "localtime" | "compress" => value.is_boolean(),
            _ => true,
        }
}

/// A format that etcd does not have: `client/pkg/logutil/log_format.go:40@v3.6.14`.
pub(super) fn format(effective: &Effective<'_>) -> Option<Refusal> {
    let format = effective.set("log-format")?.text.clone()?;
    (!matches!(format.as_str(), "json" | "console" | "")).then(|| {
        let line = format!("unknown log format: {format}, supported values json, console");
        Refusal::new(effective, "log-format", line, "write json or console")
    })
}
