//! The surfaces, and a member written for each of them.

use etcd_uplift::facts::catalogue::{Catalogue, Spelling};
use etcd_uplift::member::Value;

use super::containers::{compose, dockerfile, nomad, pod};
use super::dice::Dice;
use super::member::Member;
use super::process::{batch_file, command_line, env_file, powershell, script, unit_file};
use super::processes;
use super::quoting::{percent_encoded, shell_word};
use super::yaml::Node;

/// A file of one surface.
pub(crate) struct Form {
    /// The name in a test failure.
    pub(crate) what: &'static str,
    /// The surface that must recognise it.
    pub(crate) surface: &'static str,
    pub(crate) file_name: &'static str,
    pub(crate) spellings: &'static [Spelling],
    /// `None` if a value cannot be written there.
    pub(crate) written: fn(&Member, &Catalogue, &mut Dice) -> Option<String>,
}

const KEYS: &[Spelling] = &[Spelling::Key];
const FLAGS: &[Spelling] = &[Spelling::Flag];
const VARIABLES: &[Spelling] = &[Spelling::Variable];
const PROCESS: &[Spelling] = &[Spelling::Flag, Spelling::Flag, Spelling::Variable];

macro_rules! form {
    ($what:literal, $surface:literal, $file:literal, $spellings:expr, $written:expr) => {
        Form {
            what: $what,
            surface: $surface,
            file_name: $file,
            spellings: $spellings,
            written: $written,
        }
    };
}

/// Every surface, some in several shapes.
pub(crate) const FORMS: &[Form] = &[
    form!(
        "configuration file",
        "config-file",
        "etcd.conf.yml",
        KEYS,
        |member, _, dice| Some(config_file(member, dice))
    ),
    form!(
        "configuration file in JSON",
        "config-file",
        "etcd.json",
        KEYS,
        |member, _, dice| { Some(Node::of_keys(member).json(0, dice) + "\n") }
    ),
    form!(
        "script",
        "command-line",
        "start.sh",
        PROCESS,
        |member, _, dice| Some(script(member, dice))
    ),
    form!(
        "Procfile",
        "command-line",
        "Procfile",
        FLAGS,
        |member, _, _| {
            let words: Vec<String> = member
                .words()
                .iter()
                .map(|word| shell_word(word, &mut Dice::new(Vec::new())))
                .collect();
            Some(format!("etcd1: etcd {}\n", words.join(" ")))
        }
    ),
    form!(
        "batch file",
        "command-line",
        "start.bat",
        PROCESS,
        |member, _, dice| batch_file(member, dice)
    ),
    form!(
        "PowerShell",
        "command-line",
        "start.ps1",
        PROCESS,
        |member, _, dice| powershell(member, dice)
    ),
    form!(
        "unit",
        "systemd-unit",
        "etcd.service",
        PROCESS,
        |member, _, dice| Some(unit_file(member, dice))
    ),
    form!(
        "environment file",
        "env-file",
        "etcd.env",
        VARIABLES,
        |member, _, dice| Some(env_file(member, dice))
    ),
    form!(
        "pod",
        "manifest",
        "etcd.yaml",
        PROCESS,
        |member, _, dice| Some(pod(member, dice))
    ),
    form!(
        "config map",
        "manifest",
        "etcd-config.yaml",
        KEYS,
        |member, _, dice| {
            let file = Node::Lines(config_file(member, dice));
            Some(
                object(
                    "v1",
                    "ConfigMap",
                    [("data", Node::map([("etcd.conf.yml", file)]))],
                )
                .document(dice),
            )
        }
    ),
    form!(
        "compose file",
        "compose",
        "compose.yaml",
        PROCESS,
        |member, _, dice| Some(compose(member, dice))
    ),
    form!(
        "Dockerfile",
        "dockerfile",
        "Dockerfile",
        PROCESS,
        |member, _, dice| Some(dockerfile(member, dice))
    ),
    form!(
        "Nomad job",
        "hcl",
        "etcd.nomad",
        PROCESS,
        |member, _, dice| Some(nomad(member, dice))
    ),
    form!(
        "cloud-config with a unit",
        "cloud-config",
        "user-data.yml",
        PROCESS,
        |member, _, dice| {
            let unit = Node::Lines(unit_file(member, dice));
            let unit = Node::map([("name", Node::text("etcd.service")), ("content", unit)]);
            let units = Node::map([("units", Node::List(vec![unit]))]);
            Some(format!(
                "#cloud-config\n{}",
                Node::map([("coreos", units)]).document(dice)
            ))
        }
    ),
    form!(
        "cloud-config with a configuration file",
        "cloud-config",
        "user-data",
        KEYS,
        |member, _, dice| {
            let file = config_file(member, dice);
            Some(write_files("/etc/etcd/etcd.conf.yml", file, dice))
        }
    ),
    form!(
        "cloud-config with an environment file",
        "cloud-config",
        "user-data",
        VARIABLES,
        |member, _, dice| {
            let file = env_file(member, dice);
            Some(write_files("/etc/default/etcd", file, dice))
        }
    ),
    form!(
        "Ignition with a unit",
        "ignition",
        "etcd.ign",
        PROCESS,
        |member, _, dice| {
            let unit = [
                ("name", Node::text("etcd.service")),
                ("contents", Node::text(unit_file(member, dice))),
            ];
            let units = Node::map([("units", Node::List(vec![Node::map(unit)]))]);
            Some(ignition(("systemd", units), dice))
        }
    ),
    form!(
        "Ignition with a configuration file",
        "ignition",
        "etcd.ign",
        KEYS,
        |member, _, dice| {
            let source = format!("data:,{}", percent_encoded(&config_file(member, dice)));
            let contents = Node::map([("source", Node::text(source))]);
            let file = Node::map([
                ("path", Node::text("/etc/etcd/etcd.conf.yml")),
                ("contents", contents),
            ]);
            Some(ignition(
                ("storage", Node::map([("files", Node::List(vec![file]))])),
                dice,
            ))
        }
    ),
    form!(
        "Butane with an environment file",
        "ignition",
        "etcd.bu",
        VARIABLES,
        |member, _, dice| {
            let contents = Node::map([("inline", Node::Lines(env_file(member, dice)))]);
            let file = Node::map([
                ("path", Node::text("/etc/etcd/etcd.env")),
                ("contents", contents),
            ]);
            let storage = Node::map([("files", Node::List(vec![file]))]);
            let version = Node::text("1.4.0");
            Some(
                Node::map([
                    ("variant", Node::text("fcos")),
                    ("version", version),
                    ("storage", storage),
                ])
                .document(dice),
            )
        }
    ),
    form!(
        "playbook",
        "task-file",
        "main.yml",
        PROCESS,
        |member, _, dice| {
            let task = Node::map([
                ("name", Node::text("start etcd")),
                (
                    "shell",
                    Node::text(command_line(member, dice).replace(" \\\n ", "")),
                ),
                ("environment", variables(member)),
            ]);
            Some(Node::List(vec![task]).document(dice))
        }
    ),
    form!(
        "workflow",
        "task-file",
        "ci.yml",
        PROCESS,
        |member, _, dice| {
            let step = Node::map([
                ("run", Node::Lines(command_line(member, dice) + "\n")),
                ("env", variables(member)),
            ]);
            let job = Node::map([
                ("runs-on", Node::text("linux")),
                ("steps", Node::List(vec![step])),
            ]);
            Some(Node::map([("jobs", Node::map([("test", job)]))]).document(dice))
        }
    ),
    form!(
        "arguments of a process",
        "process",
        "cmdline",
        FLAGS,
        |member, _, _| processes::arguments(member)
    ),
    form!(
        "variables of a process",
        "process",
        "environ",
        VARIABLES,
        |member, _, _| processes::variables(member)
    ),
    form!(
        "list of processes",
        "process-list",
        "ps.txt",
        FLAGS,
        |member, _, dice| processes::list(member, dice)
    ),
    form!(
        "container",
        "container-state",
        "inspect.json",
        PROCESS,
        |member, _, dice| Some(processes::container(member, dice))
    ),
    form!(
        "properties of a unit",
        "systemctl-show",
        "unit.txt",
        PROCESS,
        |member, _, dice| processes::unit(member, dice)
    ),
    form!(
        "kubeadm",
        "manifest",
        "kubeadm.yaml",
        FLAGS,
        |member, _, dice| {
            let local = Node::map([("local", Node::map([("extraArgs", flag_map(member)?)]))]);
            Some(
                object(
                    "kubeadm.k8s.io/v1beta3",
                    "ClusterConfiguration",
                    [("etcd", local)],
                )
                .document(dice),
            )
        }
    ),
    form!(
        "RKE",
        "cluster-tool",
        "cluster.yml",
        FLAGS,
        |member, _, dice| {
            let etcd = Node::map([("extra_args", flag_map(member)?)]);
            Some(Node::map([("services", Node::map([("etcd", etcd)]))]).document(dice))
        }
    ),
    form!(
        "Talos",
        "cluster-tool",
        "controlplane.yaml",
        FLAGS,
        |member, _, dice| {
            let etcd = Node::map([("extraArgs", flag_map(member)?)]);
            Some(Node::map([("cluster", Node::map([("etcd", etcd)]))]).document(dice))
        }
    ),
];

/// Writes the configuration file itself, as a server is given it.
pub(crate) fn config_file(member: &Member, dice: &mut Dice) -> String {
    Node::of_keys(member).document(dice)
}

pub(crate) fn object<const N: usize>(api: &str, kind: &str, more: [(&str, Node); N]) -> Node {
    let mut entries = vec![
        ("apiVersion".to_owned(), Node::text(api)),
        ("kind".to_owned(), Node::text(kind)),
    ];
    entries.extend(more.into_iter().map(|(key, node)| (key.to_owned(), node)));
    Node::Map(entries)
}

fn variables(member: &Member) -> Node {
    Node::Map(
        member
            .variables()
            .into_iter()
            .map(|(name, value)| (name, Node::text(value)))
            .collect(),
    )
}

/// Returns names and values of flags, or `None` if a flag is given no value.
fn flag_map(member: &Member) -> Option<Node> {
    let entries = member.of(Spelling::Flag).map(|given| match &given.value {
        Value::Text(text) => Some((given.name.clone(), Node::text(text.as_str()))),
        _ => None,
    });
    entries.collect::<Option<Vec<_>>>().map(Node::Map)
}

fn write_files(path: &str, content: String, dice: &mut Dice) -> String {
    let content = if dice.once_in(3) {
        Node::text(content)
    } else {
        Node::Lines(content)
    };
    let file = Node::map([("path", Node::text(path)), ("content", content)]);
    format!(
        "#cloud-config\n{}",
        Node::map([("write_files", Node::List(vec![file]))]).document(dice)
    )
}

fn ignition(part: (&str, Node), dice: &mut Dice) -> String {
    let version = Node::map([("version", Node::text("3.3.0"))]);
    Node::map([("ignition", version), part]).json(0, dice) + "\n"
}
