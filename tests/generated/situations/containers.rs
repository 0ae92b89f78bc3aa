//! Texts of containers: pods, compose files, images, jobs, workflows.

use etcd_uplift::facts::catalogue::Spelling;

use super::files::{divided, file_name};
use super::{Draw, Situation, Use, text, variable};
use crate::generator::branches::Language;
use crate::generator::member::Given;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd\nspec:\n  containers:\n";

fn entry(margin: &str, given: &Given) -> String {
    format!(
        "{margin}- name: {}\n{margin}  value: '{}'",
        given.name,
        text(&given.value)
    )
}

pub(super) fn pod_with_branches(draw: &mut Draw<'_>) -> Option<Situation> {
    let language = draw.pick(&[Language::Helm, Language::Helm, Language::Jinja]);
    let mut lines = vec![
        "  - name: etcd".to_owned(),
        "    image: quay.io/coreos/etcd".to_owned(),
    ];
    let flag_lines = draw.once_in(2);
    lines.extend(["    command:", "    - etcd", "    - --name=m1"].map(str::to_owned));
    if let Some(flag) = draw.flag().filter(|_| draw.dice.once_in(2)) {
        lines.push(format!("    - {flag}"));
    }
    if flag_lines {
        let (one, other) = draw.rival_flags()?;
        lines.extend(divided(
            draw,
            language,
            "    ",
            [one, other].map(|flag| format!("    - {flag}")),
        ));
    } else {
        let (one, other) = draw.rivals(Spelling::Variable)?;
        lines.push("    env:".to_owned());
        lines.push("    - name: ETCD_DATA_DIR\n      value: /var/lib/etcd".to_owned());
        lines.extend(divided(
            draw,
            language,
            "    ",
            [entry("    ", &one), entry("    ", &other)],
        ));
    }
    if draw.once_in(2) {
        lines.push("    workingDir: /".to_owned());
    }
    let name = if language == Language::Helm {
        "pod.yaml".to_owned()
    } else {
        file_name("pod.yaml", language)
    };
    Situation::of(
        Use::Pod,
        language,
        &name,
        format!("{POD}{}\n", lines.join("\n")),
    )
}

pub(super) fn pod_by_name(draw: &mut Draw<'_>) -> Option<Situation> {
    let given = draw.given(Spelling::Variable)?;
    let name = &given.name;
    let (one, other) = draw.rival_flags()?;
    let env = format!("    env:\n{}\n", entry("    ", &given));
    let etcd = "  - name: etcd\n    image: quay.io/coreos/etcd\n";
    let body = match draw.dice.below(6) {
        0 => format!("{etcd}    command: [etcd, '--cert-file=$({name})']\n{env}"),
        1 => format!(
            "{etcd}    command: [etcd]\n{env}    - name: OTHER\n      value: $({name})/x\n  - name: other\n    image: other\n    command: [printer, a]\n"
        ),
        2 => format!(
            "{etcd}    command: [etcd, {one}]\n  - name: etcd2\n    image: quay.io/coreos/etcd\n    command: [etcd, {other}]\n{env}"
        ),
        3 => format!(
            "{etcd}    command: [etcd, {one}]\n  - name: ctl\n    image: quay.io/coreos/etcd\n    command: [etcdctl, '{other}', member, list]\n{env}"
        ),
        4 => {
            format!("{etcd}    command: [/bin/sh, -c, 'exec etcd {one} --data-dir=${name}']\n{env}")
        }
        _ => format!(
            "{etcd}    command: [etcd, &flag {one}]\n{env}  - name: other\n    image: other\n    command: [printer, *flag]\n"
        ),
    };
    Situation::of(
        Use::Pod,
        Language::Plain,
        "pod.yaml",
        format!("{POD}{body}"),
    )
}

pub(super) fn compose(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let (var_a, var_b) = draw.rivals(Spelling::Variable)?;
    let pair = |given: &Given| format!("{}: '{}'", given.name, text(&given.value));
    let (a, b) = (pair(&var_a), pair(&var_b));
    let image = "image: quay.io/coreos/etcd";
    let body = match draw.dice.below(6) {
        0 => format!(
            "x-env: &env\n  {a}\nservices:\n  etcd1:\n    {image}\n    command: etcd {one}\n    environment:\n      <<: *env\n  other:\n    image: other\n    command: printer a\n    environment:\n      <<: *env\n      APP_OPTS: '{other}'\n"
        ),
        1 => format!(
            "x-args: &args [etcd, {one}]\nservices:\n  etcd1:\n    {image}\n    command: *args\n  other:\n    image: other\n    command: *args\n"
        ),
        2 => format!(
            "services:\n  etcd1:\n    {image}\n    command: etcd {one}\n    environment: &env\n      {a}\n  etcd2:\n    {image}\n    command: etcd {other}\n    environment: *env\n"
        ),
        3 => format!(
            "services:\n  etcd1:\n    {image}\n    command: etcd {one}\n    environment:\n      {a}\n  etcd2:\n    {image}\n    command: etcd {other}\n    environment:\n      {b}\n"
        ),
        4 => format!(
            "services:\n  etcd1:\n    {image}\n    command: [etcd, {one}]\n  ctl:\n    {image}\n    command: [etcdctl, {other}, cluster-health]\n"
        ),
        _ => format!(
            "services:\n  etcd1: &base\n    {image}\n    command: etcd {one}\n    environment:\n      {a}\n  etcd2:\n    <<: *base\n    command: etcd {other}\n"
        ),
    };
    Situation::of(Use::Compose, Language::Plain, "compose.yaml", body)
}

pub(super) fn dockerfile(draw: &mut Draw<'_>) -> Option<Situation> {
    let (given, flags) = (draw.given(Spelling::Variable)?, draw.flags()?);
    let name = &given.name;
    let body = match draw.dice.below(6) {
        0 => format!(
            "ENV {}\nRUN printer ${name}\nCMD etcd {flags}\n",
            variable(&given)
        ),
        1 => format!("ENV {}\nCMD etcd --cert-file=${name}\n", variable(&given)),
        2 => format!("ENV OPTS=\"{flags}\"\nRUN etcdctl $OPTS\nCMD etcd $OPTS\n"),
        3 => format!(
            "ENV {} OTHER=${{{name}}}/x\nRUN printer $OTHER\nCMD [\"etcd\"]\n",
            variable(&given)
        ),
        4 => {
            let other = draw.given(Spelling::Variable)?;
            format!(
                "ENV {}\nENV {}\nCMD etcd {flags}\n",
                variable(&given),
                variable(&other)
            )
        }
        _ => format!(
            "ENV {}\nENV ETCDCTL_OPTS=\"{flags}\"\nRUN etcdctl $ETCDCTL_OPTS\nCMD [\"etcd\", \"--name=m1\"]\n",
            variable(&given)
        ),
    };
    Situation::of(
        Use::Dockerfile,
        Language::Plain,
        "Dockerfile",
        format!("FROM quay.io/coreos/etcd\n{body}"),
    )
}

pub(super) fn nomad(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let margin = "        ";
    let args = divided(
        draw,
        Language::Terraform,
        margin,
        [
            format!("{margin}\"{one}\","),
            format!("{margin}\"{other}\","),
        ],
    );
    let (var_a, var_b) = draw.rivals(Spelling::Variable)?;
    let pair =
        [var_a, var_b].map(|given| format!("        {} = \"{}\"", given.name, text(&given.value)));
    let env = if draw.once_in(2) {
        divided(draw, Language::Terraform, margin, pair).join("\n") + "\n"
    } else {
        String::new()
    };
    let body = format!(
        "job \"etcd\" {{\n  task \"etcd\" {{\n    driver = \"exec\"\n    config {{\n      command = \"etcd\"\n      args = [\n        \"--name=m1\",\n{}\n      ]\n    }}\n    env {{\n      ETCD_DATA_DIR = \"/var/lib/etcd\"\n{env}    }}\n  }}\n}}\n",
        args.join("\n")
    );
    Situation::of(Use::Rendered, Language::Terraform, "etcd.nomad", body)
}

pub(super) fn workflow(draw: &mut Draw<'_>) -> Option<Situation> {
    let (given, flags) = (draw.given(Spelling::Variable)?, draw.flags()?);
    let name = &given.name;
    let pair = format!("{name}: '{}'", text(&given.value));
    let job = match draw.dice.below(4) {
        0 => format!(
            "    env:\n      {pair}\n    steps:\n    - run: etcd {flags}\n    - run: printer ${name}\n"
        ),
        1 => format!(
            "    env:\n      OPTS: '{flags}'\n    steps:\n    - run: etcd $OPTS\n    - run: etcdctl $OPTS\n"
        ),
        2 => format!(
            "    steps:\n    - run: etcd --name=${name}\n      env:\n        {pair}\n    - run: etcdctl {flags}\n"
        ),
        _ => format!(
            "    env:\n      {pair}\n    steps:\n    - run: |\n        etcd --name a {flags}\n        etcd --name b\n    - run: etcd --name c\n"
        ),
    };
    Situation::of(
        Use::Tasks,
        Language::Plain,
        "ci.yml",
        format!("on: push\njobs:\n  test:\n    runs-on: linux\n{job}"),
    )
}

/// Writes values of a chart as a template of their own: helmfile's `values.yaml.gotmpl`.
pub(super) fn values(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rivals(Spelling::Variable)?;
    let more = draw.given(Spelling::Variable)?;
    let pair = [entry("    ", &one), entry("    ", &other)];
    let mut lines =
        vec!["etcd:\n  image:\n    repository: bitnami/etcd\n  extraEnvVars:".to_owned()];
    lines.push(entry("    ", &more));
    lines.extend(divided(draw, Language::Helm, "    ", pair));
    let name = draw.pick(&["values.yaml", "values.yaml.gotmpl"]);
    Situation::of(Use::Values, Language::Helm, name, lines.join("\n") + "\n")
}
