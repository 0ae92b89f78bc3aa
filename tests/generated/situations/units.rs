//! systemd units.

use etcd_uplift::facts::catalogue::Spelling;

use super::files::{divided, file_name};
use super::{Draw, Situation, Use, variable};
use crate::generator::branches::Language;

pub(super) fn branches(draw: &mut Draw<'_>) -> Option<Situation> {
    let language = draw.pick(&[
        Language::Jinja,
        Language::Jinja,
        Language::Erb,
        Language::Terraform,
    ]);
    let (one, other) = draw.rival_flags()?;
    let flag = draw.flag()?;
    let mut lines = vec!["[Service]".to_owned()];
    let start = "ExecStart=/usr/bin/etcd --name=m1";
    match draw.dice.below(6) {
        0 => {
            lines.push(format!("{start} \\"));
            lines.extend(divided(
                draw,
                language,
                "  ",
                [format!("  {one} \\"), format!("  {other} \\")],
            ));
            lines.push("  --data-dir=/var/lib/etcd".to_owned());
        }
        1 => {
            let (one, other) = draw.rivals(Spelling::Variable)?;
            let pair = [one, other].map(|given| format!("Environment={}", variable(&given)));
            lines.extend(divided(draw, language, "", pair));
            lines.push(start.to_owned());
        }
        2 => {
            let pair = [one, other].map(|flag| format!("Environment=\"OPTS={flag}\""));
            lines.extend(divided(draw, language, "", pair));
            lines.push(format!("{start} $OPTS"));
        }
        3 => {
            let pair = [one, other].map(|flag| format!("{start} {flag}"));
            lines.extend(divided(draw, language, "", pair));
        }
        4 if language == Language::Jinja => {
            lines.push(format!("{start} \\"));
            lines.push(format!(
                "  {{% if cond %}}--metrics=extensive{{% endif %}} \\\n  {flag}"
            ));
        }
        _ if language == Language::Jinja => {
            lines.push(format!(
                "{start} {{% if cond %}}{one}{{% else %}}{other}{{% endif %}} --data-dir=/d"
            ));
        }
        _ => {
            let pair = [one, other].map(|flag| format!("{start} {flag}"));
            lines.extend(divided(draw, language, "", pair));
        }
    }
    if let Some(given) = draw
        .given(Spelling::Variable)
        .filter(|_| draw.dice.once_in(2))
    {
        lines.push(format!("Environment={}", variable(&given)));
    }
    lines.push("Restart=always".to_owned());
    Situation::of(
        Use::Unit,
        language,
        &file_name("etcd.service", language),
        lines.join("\n") + "\n",
    )
}

pub(super) fn shared(draw: &mut Draw<'_>) -> Option<Situation> {
    let flags = draw.flags()?;
    let text = match draw.dice.below(7) {
        0 => {
            let other = draw.pick(&[
                "ExecStartPre=/usr/bin/printer $OPTS",
                "ExecStartPost=/usr/bin/etcdctl $OPTS",
                "ExecStop=/usr/bin/printer ${OPTS}",
            ]);
            format!("Environment=\"OPTS={flags}\"\n{other}\nExecStart=/usr/bin/etcd $OPTS\n")
        }
        1 => {
            let given = draw.given(Spelling::Variable)?;
            let name = &given.name;
            let uses = [
                format!("ExecStart=/usr/bin/etcd --name=m1 --data-dir=${{{name}}}"),
                format!("ExecStartPre=/usr/bin/printer ${{{name}}}\nExecStart=/usr/bin/etcd"),
                format!("ExecStart=/usr/bin/etcd --name ${name}"),
            ];
            format!("Environment={}\n{}\n", variable(&given), draw.pick(&uses))
        }
        2 => {
            let (one, other) = draw.rivals(Spelling::Variable)?;
            format!(
                "Environment={} {}\nExecStart=/usr/bin/etcd {flags}\n",
                variable(&one),
                variable(&other)
            )
        }
        3 => {
            let (one, other) = draw.rival_flags()?;
            format!(
                "Type=oneshot\nEnvironment=\"OPTS={flags}\"\nExecStart=/usr/bin/etcd --name a $OPTS {one}\nExecStart=/usr/bin/etcd --name b $OPTS {other}\n"
            )
        }
        4 => {
            let given = draw.given(Spelling::Variable)?;
            let (one, other) = draw.rival_flags()?;
            format!(
                "Type=oneshot\nEnvironment={}\nExecStart=/usr/bin/etcd --name a {one}\nExecStart=/usr/bin/etcd --name b {other}\n",
                variable(&given)
            )
        }
        5 => {
            let (one, other) = draw.rival_flags()?;
            format!(
                "Environment=\"OPTS={one}\"\nEnvironment=\"OPTS={other}\"\nExecStart=/usr/bin/etcd $OPTS\n"
            )
        }
        _ => {
            let given = draw.given(Spelling::Variable)?;
            format!(
                "Environment={}\nExecStart=/usr/bin/etcd {flags}\n",
                variable(&given)
            )
        }
    };
    let more = draw.more();
    Situation::of(
        Use::Unit,
        Language::Plain,
        "etcd.service",
        format!("[Service]\n{}{more}\n", text.trim_end()),
    )
}

/// Writes a unit whose comments must all be there afterwards.
pub(super) fn comments(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let apart = |flag: &str| flag.replacen('=', " \\\n  # why-1 this value\n  ", 1);
    let one = if draw.once_in(2) && !one.ends_with("=false") {
        apart(&one)
    } else {
        one
    };
    let text = format!(
        "[Service]\nExecStart=/usr/bin/etcd --name=m1 \\\n  # why-2 this flag\n  {one} \\\n  # why-3 the other\n  {other}\nRestart=always\n"
    );
    Situation::of(Use::Unit, Language::Plain, "etcd.service", text)
}

/// Writes a unit and the file of its variables as a tree.
pub(super) fn with_file(draw: &mut Draw<'_>) -> Option<Situation> {
    let given = draw.given(Spelling::Variable)?;
    let name = &given.name;
    let (flags, flag) = (draw.flags()?, draw.flag()?);
    let mut variables = format!("ETCD_NAME=m1\n{}\n", variable(&given));
    let uses = [
        format!("ExecStart=/usr/bin/etcd --data-dir=${{{name}}}"),
        format!("ExecStart=/usr/bin/etcd --name ${name} {flag}"),
        "ExecStart=/usr/bin/etcd $OPTS".to_owned(),
        format!("ExecStart=/usr/bin/etcd {flag}"),
        format!("ExecStartPre=/usr/bin/printer ${{{name}}}\nExecStart=/usr/bin/etcd"),
        "ExecStartPre=/usr/bin/etcdctl $OPTS\nExecStart=/usr/bin/etcd $OPTS".to_owned(),
    ];
    let start = draw.pick(&uses);
    if start.contains("$OPTS") {
        variables.push_str(&format!("OPTS=\"{flags}\"\n"));
    }
    let unit = format!(
        "[Service]\nEnvironmentFile=-/etc/default/etcd.env\n{start}{}\n",
        draw.more()
    );
    let files = vec![
        ("etcd.service".to_owned(), unit),
        ("etcd.env".to_owned(), variables),
    ];
    Some(Situation {
        language: Language::Plain,
        used: Use::Unit,
        files,
    })
}
