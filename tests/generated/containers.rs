//! A member as a process in a container: pods, compose files, Dockerfiles, jobs.

use super::dice::Dice;
use super::member::{Member, Word};
use super::process::command_line;
use super::quoting::{hcl, json};
use super::surfaces::object;
use super::yaml::Node;

pub(crate) fn pod(member: &Member, dice: &mut Dice) -> String {
    let list = |first: &[&str], more: Vec<String>| {
        Node::texts(first.iter().map(|&word| word.to_owned()).chain(more))
    };
    let mut container = vec![("name".to_owned(), Node::text("etcd"))];
    match dice.below(3) {
        0 => container.push((
            "command".to_owned(),
            list(&["etcd"], arguments(member).collect()),
        )),
        1 => {
            container.push((
                "command".to_owned(),
                list(&["/usr/local/bin/etcd"], Vec::new()),
            ));
            container.push(("args".to_owned(), list(&[], arguments(member).collect())));
        }
        _ => {
            let script = format!("exec {}\n", command_line(member, dice));
            let shell = ["sh", "-ec"]
                .map(Node::text)
                .into_iter()
                .chain([Node::Lines(script)]);
            container.push(("command".to_owned(), Node::List(shell.collect())));
        }
    }
    let entry = |(name, value)| {
        Node::map([
            ("name", Node::text(String::clone(&name))),
            ("value", Node::text(String::clone(&value))),
        ])
    };
    container.push((
        "env".to_owned(),
        Node::List(member.variables().into_iter().map(entry).collect()),
    ));
    let spec = Node::map([("containers", Node::List(vec![Node::Map(container)]))]);
    object("v1", "Pod", [("spec", spec)]).document(dice)
}

/// Escapes `$`, which begins a variable: <https://docs.docker.com/reference/compose-file/interpolation/>.
pub(crate) fn compose(member: &Member, dice: &mut Dice) -> String {
    let plain = |text: String| text.replace('$', "$$");
    let words = || {
        ["etcd".to_owned()]
            .into_iter()
            .chain(arguments(member).map(plain))
    };
    let command = match dice.below(3) {
        0 => Node::texts(words()),
        1 => Node::text(plain(command_line(member, dice).replace(" \\\n ", ""))),
        _ => Node::List(words().map(Node::text).collect()),
    };
    let environment = if dice.once_in(2) {
        Node::texts(
            member
                .variables()
                .into_iter()
                .map(|(name, value)| plain(format!("{name}={value}"))),
        )
    } else {
        Node::Map(
            member
                .variables()
                .into_iter()
                .map(|(name, value)| (name, Node::text(plain(value))))
                .collect(),
        )
    };
    let image = Node::text(dice.pick(&["quay.io/coreos/etcd", "etcd"]));
    let service = Node::map([
        ("image", image),
        ("command", command),
        ("environment", environment),
    ]);
    Node::map([("services", Node::map([("etcd", service)]))]).document(dice)
}

pub(crate) fn dockerfile(member: &Member, dice: &mut Dice) -> String {
    let mut text = "FROM alpine\n".to_owned();
    for (name, value) in member.variables() {
        let value = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('$', "\\$");
        text.push_str(&format!("ENV {name}=\"{value}\"\n"));
    }
    if dice.once_in(2) {
        return text + "CMD " + &command_line(member, dice) + "\n";
    }
    let several = dice.once_in(2);
    text.push_str("CMD [\"etcd\"");
    for word in arguments(member) {
        text.push_str(if several { ", \\\n  " } else { ", " });
        text.push_str(&json(&word));
    }
    text + "]\n"
}

pub(crate) fn nomad(member: &Member, dice: &mut Dice) -> String {
    let gap = dice.pick(&[", ", ",\n        ", ",\n        # why\n        "]);
    let args: Vec<String> = member
        .words()
        .iter()
        .map(Word::text)
        .map(|word| hcl(&word))
        .collect();
    let variables: String = member
        .variables()
        .iter()
        .map(|(name, value)| format!("      {name} = {}\n", hcl(value)))
        .collect();
    let task = format!(
        "    config {{\n      command = \"etcd\"\n      args = [{}]\n    }}\n    env {{\n{variables}    }}\n",
        args.join(gap)
    );
    format!("job \"etcd\" {{\n  task \"etcd\" {{\n    driver = \"exec\"\n{task}  }}\n}}\n")
}

fn arguments(member: &Member) -> impl Iterator<Item = String> {
    member.words().into_iter().map(|word| word.text())
}
