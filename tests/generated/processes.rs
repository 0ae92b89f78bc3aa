//! A member as what is shown of its process: copies of `/proc`, `ps`, `docker inspect`, `systemctl show`.

use super::dice::Dice;
use super::member::{Member, Word};
use super::quoting::unit as unit_word;
use super::yaml::Node;

fn words(member: &Member) -> impl Iterator<Item = String> {
    let words = member.words().into_iter();
    ["/usr/local/bin/etcd".to_owned()]
        .into_iter()
        .chain(words.map(|word: Word| word.text()).collect::<Vec<_>>())
}

/// Each argument on a line, as NUL bytes are read.
pub(crate) fn arguments(member: &Member) -> Option<String> {
    lines(words(member).collect())
}

/// Each variable on a line, among those of other programs.
pub(crate) fn variables(member: &Member) -> Option<String> {
    let own = member.variables().into_iter();
    let own = own.map(|(name, value)| format!("{name}={value}"));
    let others = ["PATH=/bin", "ETCD_ROOT_PASSWORD=a"].map(str::to_owned);
    (!member.settings.is_empty()).then(|| lines(others.into_iter().chain(own).collect()))?
}

fn lines(items: Vec<String>) -> Option<String> {
    let is_line = |item: &String| !item.contains(['\n', '\r']);
    items.iter().all(is_line).then(|| items.join("\n") + "\n")
}

/// Returns the arguments with spaces between them, if they can be told apart.
fn joined(member: &Member) -> Option<String> {
    let words: Vec<String> = words(member).collect();
    let is_plain = |word: &String| !word.is_empty() && !word.contains(char::is_whitespace);
    (words.len() > 1 && words.iter().all(is_plain)).then(|| words.join(" "))
}

pub(crate) fn list(member: &Member, dice: &mut Dice) -> Option<String> {
    let command = joined(member)?;
    Some(match dice.below(3) {
        0 => format!(
            "USER  PID %CPU %MEM  VSZ  RSS TTY STAT START TIME COMMAND\n\
             root    1  0.0  0.1  223  131 ?   Ss   Nov28 0:09 init\n\
             etcd   12  2.1  1.2  112   98 ?   Ssl  10:00 2:34 {command}\n"
        ),
        1 => format!("etcd   12     1  2 Nov28 ?   00:12:34 {command}\n"),
        _ => format!("12 {command}\n"),
    })
}

pub(crate) fn container(member: &Member, dice: &mut Dice) -> String {
    let words: Vec<String> = words(member).collect();
    let own = member.variables().into_iter();
    let own = own.map(|(name, value)| format!("{name}={value}"));
    let variables = ["TOKEN=a".to_owned()].into_iter().chain(own);
    let config = Node::map([
        ("Env", Node::texts(variables)),
        ("Cmd", Node::texts(words.clone())),
        ("Image", Node::text("registry.example/etcd")),
    ]);
    let container = Node::map([
        ("Path", Node::text(words[0].clone())),
        ("Args", Node::texts(words[1..].to_vec())),
        ("State", Node::map([("Status", Node::text("running"))])),
        ("Name", Node::text("/etcd1")),
        ("Config", config),
    ]);
    Node::List(vec![container]).json(0, dice) + "\n"
}

pub(crate) fn unit(member: &Member, dice: &mut Dice) -> Option<String> {
    // systemd replaces variables in arguments.
    let command = joined(member).filter(|command| !command.contains('$'))?;
    let mut text = format!(
        "Type=notify\nExecStart={{ path=/usr/local/bin/etcd ; argv[]={command} ; ignore_errors=no ; \
         start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }}\n"
    );
    let variables = member.variables().into_iter();
    let variables: Vec<String> = variables
        .map(|(name, value)| unit_word(&format!("{name}={value}"), dice))
        .collect();
    if !variables.is_empty() {
        text.push_str(&format!("Environment={}\n", variables.join(" ")));
    }
    Some(text + "Id=etcd.service\n")
}
