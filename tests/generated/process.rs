//! A process as scripts write it: its variables and its arguments on a command line.

use super::dice::Dice;
use super::member::Member;
use super::quoting::{assigned, batch_word, powershell_word, shell, shell_word, unit, unit_word};

/// How words are separated: on one line, or with lines that continue.
fn joined(words: Vec<String>, mark: &str, dice: &mut Dice) -> String {
    let several_lines = dice.once_in(2);
    let mut line = String::new();
    for word in words {
        if several_lines && dice.below(3) > 0 {
            line.push_str(&format!(" {mark}\n  "));
        } else {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

/// Writes the command line for a POSIX shell, without variables.
pub(crate) fn command_line(member: &Member, dice: &mut Dice) -> String {
    let words = member
        .words()
        .iter()
        .map(|word| shell_word(word, dice))
        .collect();
    format!(
        "{}{}",
        dice.pick(&["etcd", "/usr/bin/etcd"]),
        joined(words, "\\", dice)
    )
}

/// Writes a script: variables are exported, or are written before the command.
pub(crate) fn script(member: &Member, dice: &mut Dice) -> String {
    let mut text = dice
        .pick(&[
            "#!/bin/sh\n",
            "#!/bin/sh\nset -e\n\n",
            "#!/bin/sh\n# starts etcd\n",
        ])
        .to_owned();
    let in_front = dice.once_in(2);
    for (name, value) in member.variables() {
        let value = shell(&value, dice);
        text.push_str(&if in_front {
            format!("{name}={value} \\\n")
        } else {
            format!("export {name}={value}\n")
        });
    }
    text.push_str(if in_front {
        ""
    } else {
        dice.pick(&["", "exec "])
    });
    text.push_str(&command_line(member, dice));
    text + "\n"
}

/// Writes a systemd unit.
pub(crate) fn unit_file(member: &Member, dice: &mut Dice) -> String {
    let mut text = "[Unit]\nDescription=etcd\n\n[Service]\n".to_owned();
    if dice.once_in(4) {
        text.push_str("# what it is given\n");
    }
    for (name, value) in member.variables() {
        let assignment = match dice.below(2) {
            0 => unit(&format!("{name}={value}"), dice),
            _ => format!(
                "\"{name}={}\"",
                value
                    .replace('%', "%%")
                    .replace('\\', "\\\\")
                    .replace('"', "\\\"")
            ),
        };
        text.push_str(&format!("Environment={assignment}\n"));
    }
    let words = member
        .words()
        .iter()
        .map(|word| unit_word(word, dice))
        .collect();
    text.push_str(&format!(
        "ExecStart=/usr/bin/etcd{}\n",
        joined(words, "\\", dice)
    ));
    text + "Restart=always\n"
}

/// Writes an environment file, which contains variables only.
pub(crate) fn env_file(member: &Member, dice: &mut Dice) -> String {
    let mut text = String::new();
    for (name, value) in member.variables() {
        text.push_str(dice.pick(&["", "", "", "\n", "# a remark\n"]));
        text.push_str(&format!(
            "{}{name}={}\n",
            dice.pick(&["", "", "export "]),
            assigned(&value, dice)
        ));
    }
    text
}

/// Writes a batch file; returns `None` if it cannot contain the values.
pub(crate) fn batch_file(member: &Member, dice: &mut Dice) -> Option<String> {
    let words = member
        .words()
        .iter()
        .map(|word| batch_word(word, dice))
        .collect::<Option<Vec<_>>>()?;
    let mut text = dice.pick(&["@echo off\n", "rem starts etcd\n"]).to_owned();
    for (name, value) in member.variables() {
        if value.contains(['"', '%', '!', '&', '|', '^', '\\', ' ']) || value.is_empty() {
            return None;
        }
        text.push_str(&format!("set {name}={value}\n"));
    }
    Some(format!("{text}etcd.exe{}\n", joined(words, "^", dice)))
}

/// Writes a script for PowerShell; returns `None` if it cannot contain the values.
pub(crate) fn powershell(member: &Member, dice: &mut Dice) -> Option<String> {
    let words = member
        .words()
        .iter()
        .map(|word| powershell_word(word, dice))
        .collect::<Option<Vec<_>>>()?;
    let mut text = "# starts etcd\n".to_owned();
    for (name, value) in member.variables() {
        text.push_str(&format!("$env:{name} = '{}'\n", value.replace('\'', "''")));
    }
    Some(format!("{text}.\\etcd.exe{}\n", joined(words, "`", dice)))
}
