//! Files with settings and no command: environment files, configuration files, patches.

use etcd_uplift::facts::catalogue::Spelling;
use etcd_uplift::member::Value;

use super::{Draw, Situation, Use, variable};
use crate::generator::branches::Language;
use crate::generator::member::Given;

fn language(draw: &mut Draw<'_>) -> Language {
    draw.pick(&[
        Language::Jinja,
        Language::Jinja,
        Language::Jinja,
        Language::Erb,
        Language::Helm,
    ])
}

pub(super) fn file_name(base: &str, language: Language) -> String {
    match language {
        Language::Jinja => format!("{base}.j2"),
        Language::Erb => format!("{base}.erb"),
        Language::Terraform => format!("{base}.tpl"),
        _ => base.to_owned(),
    }
}

/// Writes lines of two settings in branches, one of them or both in the same branch, or one before the branch.
pub(super) fn divided(
    draw: &mut Draw<'_>,
    language: Language,
    margin: &str,
    [one, other]: [String; 2],
) -> Vec<String> {
    let (first, then, otherwise) = match draw.dice.below(6) {
        0..=2 => (None, vec![one], vec![other]),
        3 => (Some(one), vec![other], Vec::new()),
        4 => (None, vec![one, other], Vec::new()),
        _ => (None, vec![one], Vec::new()),
    };
    let mut lines: Vec<String> = first.into_iter().collect();
    lines.extend(language.branch(margin, [&then, &otherwise], &mut draw.dice));
    lines
}

pub(super) fn variables_with_branches(draw: &mut Draw<'_>) -> Option<Situation> {
    let language = language(draw);
    let pair = if draw.once_in(3) {
        let (one, other) = draw.rival_flags()?;
        [
            format!("ETCD_OPTS=\"{one}\""),
            format!("ETCD_OPTS=\"{other}\""),
        ]
    } else {
        let (one, other) = draw.rivals(Spelling::Variable)?;
        [variable(&one), variable(&other)]
    };
    let mut lines = vec!["ETCD_NAME=m1".to_owned()];
    lines.extend(divided(draw, language, "", pair));
    if draw.once_in(2) {
        lines.push("ETCD_DATA_DIR=/var/lib/etcd".to_owned());
    }
    if draw.once_in(2) {
        lines.push(variable(&draw.given(Spelling::Variable)?));
    }
    Situation::of(
        Use::Variables,
        language,
        &file_name("etcd.env", language),
        lines.join("\n") + "\n",
    )
}

pub(super) fn variables_of_programs(draw: &mut Draw<'_>) -> Option<Situation> {
    let prefix = draw.pick(&["ETCDCTL", "FLANNEL", "HELM", "KUBE", "KUBE_ETCD", "APP"]);
    let suffix = draw.pick(&["OPTS", "ARGS", "FLAGS", "OPTIONS"]);
    let (one, other) = draw.rival_flags()?;
    let mut lines = vec![
        "ETCD_NAME=m1".to_owned(),
        format!("{prefix}_{suffix}=\"{one}\""),
    ];
    match draw.dice.below(4) {
        0 => lines.push(format!("ETCD_OPTS=\"{other}\"")),
        1 => lines.push(variable(&draw.given(Spelling::Variable)?)),
        2 => lines.insert(1, format!("ETCD_OPTS=\"{other}\"")),
        _ => {}
    }
    let lower = prefix.to_ascii_lowercase();
    let name = draw.pick(&[
        "etcd.env".to_owned(),
        format!("{lower}.env"),
        "app.env".to_owned(),
    ]);
    Situation::of(
        Use::Variables,
        Language::Plain,
        &name,
        lines.join("\n") + "\n",
    )
}

/// Variables that others are made from.
pub(super) fn variables_by_name(draw: &mut Draw<'_>) -> Option<Situation> {
    let given = draw.given(Spelling::Variable)?;
    let name = &given.name;
    let uses = [
        format!("ETCD_CERT_FILE=${name}"),
        format!("OTHER=${{{name}}}/x"),
        format!("ETCD_OPTS=\"--data-dir=${name}\""),
        format!("ETCDCTL_FILE=\"${name}\""),
        format!("ETCD_OPTS=\"--name=m2 ${{{name}:+--quiet}}\""),
    ];
    let other = draw.given(Spelling::Variable)?;
    let (given, other) = (variable(&given), variable(&other));
    let text = format!("ETCD_NAME=m1\n{given}\n{}\n{other}\n", draw.pick(&uses));
    Situation::of(Use::Variables, Language::Plain, "etcd.env", text)
}

/// Writes a value of the configuration file on one line.
fn scalar(value: &Value) -> String {
    match value {
        Value::Text(text)
            if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
                && !matches!(
                    text.as_str(),
                    "true" | "false" | "on" | "off" | "F" | "TRUE"
                ) =>
        {
            text.clone()
        }
        Value::Text(text) => format!("'{text}'"),
        Value::List(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| format!("'{}'", super::text(item)))
                .collect();
            format!("[{}]", items.join(", "))
        }
        Value::Null => "null".to_owned(),
        other => super::text(other),
    }
}

fn config(draw: &mut Draw<'_>, language: Language) -> Option<String> {
    let (one, mut other) = draw.rivals(Spelling::Key)?;
    let section = |given: &Given| {
        given
            .name
            .rsplit_once('.')
            .map(|(section, _)| section.to_owned())
    };
    if section(&one) != section(&other) {
        other = one.clone();
    }
    let margin = if section(&one).is_some() { "  " } else { "" };
    let line = |given: &Given| {
        let key = given.name.rsplit('.').next().unwrap_or_default();
        format!("{margin}{key}: {}", scalar(&given.value))
    };
    let mut lines = vec!["name: m1".to_owned()];
    lines.extend(section(&one).map(|section| format!("{section}:")));
    if !margin.is_empty() && draw.once_in(2) {
        lines.push(format!("{margin}cert-file: /tls/member.crt"));
    }
    lines.extend(divided(draw, language, margin, [line(&one), line(&other)]));
    if draw.once_in(2) {
        lines.push("data-dir: /var/lib/etcd".to_owned());
    }
    if draw.once_in(4) {
        let more = draw.given(Spelling::Key)?;
        if section(&more).is_none() && more.name != one.name && more.name != other.name {
            lines.push(format!("{}: {}", more.name, scalar(&more.value)));
        }
    }
    Some(lines.join("\n") + "\n")
}

pub(super) fn config_with_branches(draw: &mut Draw<'_>) -> Option<Situation> {
    let language = draw.pick(&[
        Language::Jinja,
        Language::Jinja,
        Language::Erb,
        Language::Helm,
        Language::Terraform,
    ]);
    let text = config(draw, language)?;
    Situation::of(
        Use::ConfigFile,
        language,
        &file_name("etcd.conf.yml", language),
        text,
    )
}

pub(super) fn config_map(draw: &mut Draw<'_>) -> Option<Situation> {
    let language = draw.pick(&[Language::Helm, Language::Helm, Language::Jinja]);
    let file = config(draw, language)?;
    let file: String = file.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: etcd\ndata:\n  etcd.conf.yml: |\n{file}"
    );
    Situation::of(Use::ConfigFile, language, "configmap.yaml", text)
}

pub(super) fn patch(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let (line_a, line_b) = match draw.dice.below(3) {
        0 => (format!("etcd {one}"), format!("etcd {other}")),
        1 => {
            let (one, other) = draw.rivals(Spelling::Variable)?;
            (variable(&one), variable(&other))
        }
        _ => (
            "curl http://127.0.0.1:2379/v3alpha/kv/put".to_owned(),
            "curl http://127.0.0.1:2379/v3beta/kv/put".to_owned(),
        ),
    };
    let name = draw.pick(&["upgrade.diff", "0001-etcd.patch", "etcd.sh.patch"]);
    let text = format!(
        "--- a/start.sh\n+++ b/start.sh\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-{line_a}\n+{line_b}\n"
    );
    Situation::of(Use::Untouchable, Language::Plain, name, text)
}
