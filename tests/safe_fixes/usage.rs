//! What uses the files of a situation, as a script for bash or as a configuration that etcd reads.
//!
//! Nothing of the tool is used here: units, containers and variables are read as systemd, Kubernetes and shells do.

use serde_yaml::{Mapping, Value};

use crate::generator::branches::Rendering;
use crate::generator::situations::{Situation, Use};

/// A situation whose conditions are decided.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum View {
    /// A script that bash runs.
    Script(String),
    /// etcd's configuration, under a name that the tool recognises, in a plain style.
    Configuration(&'static str, String),
    /// A text without branches, under its own name.
    Text(String, String),
    /// The text itself: any change of it is wrong.
    Exact(String),
}

/// Returns the view of the files, or `None` if their reader cannot read them.
pub(crate) fn view(
    situation: &Situation,
    files: &[(String, String)],
    by: Rendering,
) -> Option<View> {
    let rendered = |text: &str| situation.language.rendered(text, by);
    let (name, text) = files.first()?;
    match situation.used {
        Use::Script => Some(View::Script(text.clone())),
        Use::Writer => {
            let start = "[ ! -e etcd.env ] || { set -a; . ./etcd.env; set +a; etcd; }\n";
            Some(View::Script(format!("rm -f etcd.env\n{text}{start}")))
        }
        Use::Untouchable => Some(View::Exact(text.clone())),
        Use::WindowsScript | Use::Rendered => Some(View::Text(name.clone(), rendered(text)?)),
        Use::Variables => Some(View::Script(sourced(&rendered(text)?))),
        Use::Unit => super::unit::script(&rendered(text)?, &files[1..]).map(View::Script),
        Use::ConfigFile => {
            let value = yaml(&rendered(text)?)?;
            let inner = value.get("data").and_then(|data| data.get("etcd.conf.yml"));
            let value = match inner {
                Some(inner) => yaml(inner.as_str()?)?,
                None => value,
            };
            let text = serde_json::to_string(&value).ok()?;
            Some(View::Configuration("etcd.conf.yml", text))
        }
        Use::Pod => pod(&yaml(&rendered(text)?)?).map(View::Script),
        Use::Values => {
            let values = yaml(&rendered(text)?)?;
            let variables = entries(values.get("etcd")?.get("extraEnvVars"))?;
            Some(View::Script(process(&variables, "etcd")))
        }
        Use::Compose => compose(yaml(&rendered(text)?)?).map(View::Script),
        Use::Dockerfile => image(text).map(View::Script),
        Use::Tasks => workflow(&yaml(text)?).map(View::Script),
    }
}

fn yaml(text: &str) -> Option<Value> {
    let mut value: Value = serde_yaml::from_str(text).ok()?;
    value.apply_merge().ok()?;
    Some(value)
}

pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Writes a script that runs one process with these variables.
pub(super) fn process(variables: &[(String, String)], command: &str) -> String {
    let mut script = "(\n".to_owned();
    for (name, value) in variables {
        script.push_str(&format!("export {name}={}\n", quoted(value)));
    }
    format!("{script}{command}\n)\n")
}

/// Writes words as a command; programs are found by their name alone.
pub(super) fn command(words: &[String]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    let base = program.rsplit('/').next()?;
    let program = if base == "sh" { "/bin/sh" } else { base };
    let words = std::iter::once(program).chain(arguments.iter().map(String::as_str));
    Some(words.map(quoted).collect::<Vec<_>>().join(" "))
}

/// Writes a shell that reads its variables from the file, and the programs that they are for.
fn sourced(text: &str) -> String {
    let mut script = format!("set -a\n{text}\nset +a\netcd $ETCD_OPTS\n");
    for prefix in ["ETCDCTL", "FLANNEL", "HELM", "KUBE", "KUBE_ETCD", "APP"] {
        for suffix in ["OPTS", "ARGS", "FLAGS", "OPTIONS", "FILE"] {
            let name = format!("{prefix}_{suffix}");
            script.push_str(&format!("[ -z \"${name}\" ] || printer \"${name}\"\n"));
        }
    }
    script + "[ -z \"$OTHER\" ] || printer \"$OTHER\"\n"
}

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    let Some(value) = value else {
        return Some(Vec::new());
    };
    value.as_sequence()?.iter().map(text).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

/// Expands `$(NAME)`:
/// <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>.
fn expanded(text: &str, variables: &[(String, String)]) -> String {
    variables
        .iter()
        .fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("$({name})"), value)
        })
}

/// Returns the list below `env`.
fn entries(list: Option<&Value>) -> Option<Vec<(String, String)>> {
    let mut variables: Vec<(String, String)> = Vec::new();
    let list = match list {
        None | Some(Value::Null) => return Some(variables),
        Some(list) => list.as_sequence()?,
    };
    for entry in list {
        let value = entry.get("value").map_or(Some(String::new()), text)?;
        let value = expanded(&value, &variables);
        variables.push((text(entry.get("name")?)?, value));
    }
    Some(variables)
}

fn pod(value: &Value) -> Option<String> {
    let mut script = String::new();
    for container in value.get("spec")?.get("containers")?.as_sequence()? {
        let variables = entries(container.get("env"))?;
        let words = [
            texts(container.get("command"))?,
            texts(container.get("args"))?,
        ]
        .concat();
        let words: Vec<String> = words
            .iter()
            .map(|word| expanded(word, &variables))
            .collect();
        script.push_str(&process(&variables, &command(&words)?));
    }
    Some(script)
}

fn pairs(value: Option<&Value>) -> Option<Vec<(String, String)>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Mapping(entries)) => entries
            .iter()
            .map(|(name, value)| Some((text(name)?, text(value)?)))
            .collect(),
        Some(_) => None,
    }
}

fn compose(value: Value) -> Option<String> {
    let mut script = String::new();
    let services: &Mapping = value.get("services")?.as_mapping()?;
    for service in services.values() {
        let variables = pairs(service.get("environment"))?;
        let words = match service.get("command")? {
            Value::String(line) => line.split_whitespace().map(str::to_owned).collect(),
            list => texts(Some(list))?,
        };
        script.push_str(&process(&variables, &command(&words)?));
    }
    Some(script)
}

fn image(text: &str) -> Option<String> {
    let mut script = String::new();
    for line in text.replace("\\\n", " ").lines() {
        let (instruction, rest) = line.split_once(' ').unwrap_or((line, ""));
        match instruction {
            "FROM" | "" | "#" => {}
            "ENV" => script.push_str(&format!("export {rest}\n")),
            _ if rest.trim_start().starts_with('[') => {
                let words: Vec<String> = serde_json::from_str(rest).ok()?;
                script.push_str(&format!("{}\n", command(&words)?));
            }
            "RUN" | "CMD" | "ENTRYPOINT" => script.push_str(&format!("{rest}\n")),
            _ => return None,
        }
    }
    Some(script)
}

fn workflow(value: &Value) -> Option<String> {
    let mut script = String::new();
    for job in value.get("jobs")?.as_mapping()?.values() {
        let of_job = pairs(job.get("env"))?;
        for step in job.get("steps")?.as_sequence()? {
            let variables = [of_job.clone(), pairs(step.get("env"))?].concat();
            script.push_str(&process(&variables, &text(step.get("run")?)?));
        }
    }
    Some(script)
}
