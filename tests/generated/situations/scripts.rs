//! Scripts: branches, variables and arrays with several uses, quotes of every kind.

use etcd_uplift::facts::catalogue::Spelling;

use super::{Draw, Situation, Use, variable};
use crate::generator::branches::Language;

const HEAD: &str = "#!/bin/bash\n";

/// Writes the settings to rewrite without a branch or a second use.
pub(super) fn plain(draw: &mut Draw<'_>) -> Option<Situation> {
    let flags = draw.flags()?;
    let command = match draw.dice.below(6) {
        0 => format!("etcd {flags}\n"),
        1 => format!("OPTS=\"{flags}\"\nexec etcd --name=m1 $OPTS\n"),
        2 => format!("ARGS=({flags})\netcd \"${{ARGS[@]}}\"\n"),
        3 => {
            let given = draw.given(Spelling::Variable)?;
            format!("export {}\netcd --name m1\n", variable(&given))
        }
        4 => {
            let given = draw.given(Spelling::Variable)?;
            format!("{} etcd {flags}\n", variable(&given))
        }
        _ => format!("ARGS=(--name=m1)\nARGS+=({flags})\netcd ${{ARGS[*]}}\n"),
    };
    Situation::script(format!("{HEAD}{command}"))
}

/// Writes statements that a condition selects: with `if`, `case`, `&&`, `||` or a function.
fn chosen(draw: &mut Draw<'_>, then: &str, other: Option<&str>) -> String {
    let test = draw.pick(&[
        "[ \"$COND\" = true ]",
        "[ -n \"$COND\" ]",
        "[[ $COND == true ]]",
        "test -n \"$COND\"",
        "[ -z \"$COND\" ]",
    ]);
    let alternative = other.unwrap_or(":");
    match draw.dice.below(8) {
        0 | 1 if other.is_none() => format!("if {test}; then\n  {then}\nfi\n"),
        0 | 1 => format!("if {test}; then\n  {then}\nelse\n  {alternative}\nfi\n"),
        2 => {
            format!("case \"$COND\" in\n  true)\n    {then}\n    ;;\n  *) {alternative} ;;\nesac\n")
        }
        3 => format!("{test} && {then}\n"),
        4 => format!("{test} || {then}\n"),
        5 => format!("{test} && {{ {then}; }} || {{ {alternative}; }}\n"),
        6 => format!("configure() {{\n  {then}\n}}\nif {test}; then configure; fi\n"),
        _ => format!(
            "one() {{\n  {then}\n}}\nother() {{\n  {alternative}\n}}\nif {test}\nthen\n  one\nelse\n  other\nfi\n"
        ),
    }
}

pub(super) fn branches(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let (set, append) = match draw.dice.below(3) {
        0 => ("OPTS", "OPTS=\"$OPTS "),
        1 => ("ETCD_OPTS", "ETCD_OPTS=\"$ETCD_OPTS "),
        _ => ("OPTS", "OPTS+=\" "),
    };
    let body = match draw.dice.below(5) {
        0 | 1 => {
            let (one, other) = (format!("{set}=\"{one}\""), format!("{set}=\"{other}\""));
            chosen(draw, &one, Some(&other))
        }
        2 => format!(
            "{set}=\"{one}\"\n{}",
            chosen(draw, &format!("{append}{other}\""), None)
        ),
        3 => format!(
            "{set}=\"{one}\"\n{}",
            chosen(draw, &format!("{set}=\"{other}\""), None)
        ),
        _ => {
            let (one, other) = (format!("{append}{one}\""), format!("{append}{other}\""));
            format!("{set}=--name=m1\n{}", chosen(draw, &one, Some(&other)))
        }
    };
    let start = draw.pick(&["etcd", "exec etcd", "etcd --name m2"]);
    let more = draw.more();
    Situation::script(format!("{HEAD}{body}{start} ${set}{more}\n"))
}

pub(super) fn branches_of_array(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let body = match draw.dice.below(4) {
        0 => {
            let (one, other) = (format!("ARGS=({one})"), format!("ARGS=({other})"));
            chosen(draw, &one, Some(&other))
        }
        1 => format!(
            "ARGS=({one})\n{}",
            chosen(draw, &format!("ARGS+=({other})"), None)
        ),
        2 => format!(
            "ARGS=({one})\n{}",
            chosen(draw, &format!("ARGS=({other})"), None)
        ),
        _ => {
            let (one, other) = (format!("ARGS+=({one})"), format!("ARGS+=({other})"));
            format!("ARGS=(--name m1)\n{}", chosen(draw, &one, Some(&other)))
        }
    };
    let start = draw.pick(&["etcd", "exec etcd"]);
    let more = draw.more();
    Situation::script(format!("{HEAD}{body}{start} \"${{ARGS[@]}}\"{more}\n"))
}

pub(super) fn branches_of_export(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rivals(Spelling::Variable)?;
    let (one, other) = (
        format!("export {}", variable(&one)),
        format!("export {}", variable(&other)),
    );
    let body = match draw.dice.below(3) {
        0 => chosen(draw, &one, Some(&other)),
        1 => format!("{one}\n{}", chosen(draw, &other, None)),
        _ => chosen(draw, &one, None) + &chosen(draw, &other, None),
    };
    let flags = if draw.once_in(3) {
        draw.flag()?
    } else {
        String::new()
    };
    let more = draw.more();
    Situation::script(format!("{HEAD}{body}etcd --name=m1 {flags}{more}\n"))
}

pub(super) fn branches_of_command(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let before = match draw
        .given(Spelling::Variable)
        .filter(|_| draw.dice.once_in(2))
    {
        Some(given) => format!("export {}\n", variable(&given)),
        None => String::new(),
    };
    let (one, other) = (
        format!("etcd --name a {one}"),
        format!("etcd --name b {other}"),
    );
    let other = Some(other).filter(|_| !draw.once_in(3));
    let body = chosen(draw, &one, other.as_deref());
    Situation::script(format!("{HEAD}{before}{body}"))
}

pub(super) fn branches_of_parameters(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let first = format!("set -- {one}\n");
    let then = draw.pick(&["set -- \"$@\" ", "set -- ", "shift; set -- "]);
    let body = chosen(draw, &format!("{then}{other}"), None);
    let more = draw.more();
    Situation::script(format!(
        "{HEAD}{first}{body}exec etcd --name=m1 \"$@\"{more}\n"
    ))
}

/// Writes another use of a variable of flags.
pub(super) fn shared(draw: &mut Draw<'_>) -> Option<Situation> {
    let (flags, direct) = (draw.flags()?, draw.flag()?);
    let own = draw.pick(&["", "", "export "]);
    let first = flags.split(' ').next().unwrap_or_default().to_owned();
    let uses: [String; 22] = [
        "etcdctl $OPTS cluster-health".to_owned(),
        "unset OPTS".to_owned(),
        format!("OPTS=${{OPTS/{first}/}}"),
        format!("OPTS=\"${{OPTS#{first}}}\""),
        format!("OPTS=${{OPTS%% *}} {direct}"),
        "etcd --name b $OPTS".to_owned(),
        "printer \"$OPTS\"".to_owned(),
        "for opt in $OPTS; do printer \"$opt\"; done".to_owned(),
        format!("[ \"$OPTS\" = \"{flags}\" ] && printer same"),
        format!("[[ $OPTS == *{first}* ]] && OPTS+=\" --name=found\""),
        "printer ${#OPTS}".to_owned(),
        "set -- $OPTS\nprinter \"$1\"".to_owned(),
        "ALL=\"$OPTS --quiet\"\nprinter $ALL".to_owned(),
        "ALL=($OPTS)\netcdctl \"${ALL[0]}\"".to_owned(),
        format!("OPTS=\"{direct}\""),
        "printer <<EOF\n$OPTS\nEOF".to_owned(),
        "printer \"$(echo $OPTS)\"".to_owned(),
        "/bin/sh -c \"etcdctl $OPTS\"".to_owned(),
        "eval \"etcdctl $OPTS\"".to_owned(),
        "case $OPTS in *--debug*) printer debugs;; esac".to_owned(),
        "NAME=OPTS\nprinter ${!NAME}".to_owned(),
        "etcdctl ${OPTS:+--given}".to_owned(),
    ];
    let extra = draw.pick(&uses);
    let after = draw.once_in(2);
    let start = draw.pick(&["etcd --name a $OPTS", "etcd $OPTS", "etcd --name a ${OPTS}"]);
    let (before, after) = if after {
        ("", extra.as_str())
    } else {
        (extra.as_str(), "")
    };
    let more = draw.more();
    Situation::script(format!(
        "{HEAD}{own}OPTS=\"{flags}\"\n{before}\n{start}{more}\n{after}\n"
    ))
}

pub(super) fn shared_array(draw: &mut Draw<'_>) -> Option<Situation> {
    let (flags, direct) = (draw.flags()?, draw.flag()?);
    let first = flags.split(' ').next().unwrap_or_default().to_owned();
    let uses: [String; 14] = [
        "etcdctl \"${ARGS[@]}\"".to_owned(),
        "etcdctl \"${ARGS[0]}\"".to_owned(),
        format!("ARGS[1]={direct}"),
        format!("ARGS[0]={direct}"),
        "unset 'ARGS[0]'".to_owned(),
        "unset ARGS".to_owned(),
        "printer \"${#ARGS[@]}\"".to_owned(),
        "ARGS=(\"${ARGS[@]:1}\")".to_owned(),
        format!("ARGS=(\"${{ARGS[@]/{first}/--quiet}}\")"),
        "for arg in \"${ARGS[@]}\"; do printer \"$arg\"; done".to_owned(),
        "etcd --name b \"${ARGS[@]}\"".to_owned(),
        "OTHER=(\"${ARGS[@]}\" --more)\nprinter \"${OTHER[@]}\"".to_owned(),
        "printer \"$ARGS\"".to_owned(),
        "printer \"${ARGS[*]}\"".to_owned(),
    ];
    let extra = draw.pick(&uses);
    let (before, after) = if draw.once_in(2) {
        ("", extra.as_str())
    } else {
        (extra.as_str(), "")
    };
    let more = draw.more();
    Situation::script(format!(
        "{HEAD}ARGS=({flags})\n{before}\netcd --name a \"${{ARGS[@]}}\"{more}\n{after}\n"
    ))
}

/// Writes a variable of etcd's that the script uses by its name.
pub(super) fn shared_export(draw: &mut Draw<'_>) -> Option<Situation> {
    let given = draw.given(Spelling::Variable)?;
    let name = &given.name;
    let uses = [
        format!("etcd --name=${name}"),
        format!("printer ${{{name}}}"),
        format!("[ -n \"${name}\" ] && printer set"),
        format!("etcdctl --file \"${{{name}:-none}}\""),
        format!("unset {name}"),
        format!("export -n {name}"),
        format!("{name}=changed"),
        format!("OTHER=${name}/x\nprinter $OTHER"),
        format!("printenv {name}"),
        format!("if [ -z \"${name}\" ]; then exit 1; fi"),
        format!("/bin/sh -c 'etcdctl ${name}'"),
        format!("printer <<EOF\nvalue: ${name}\nEOF"),
        "etcd --name c".to_owned(),
        format!("for name in {name}; do printer ${{!name}}; done"),
    ];
    let extra = draw.pick(&uses);
    let own = match draw.dice.below(3) {
        0 => format!("export {}\n", variable(&given)),
        1 => format!("{}\nexport {name}\n", variable(&given)),
        _ => format!("set -a\n{}\nset +a\n", variable(&given)),
    };
    let (before, after) = if draw.once_in(2) {
        ("", extra.as_str())
    } else {
        (extra.as_str(), "")
    };
    let more = draw.more();
    Situation::script(format!(
        "{HEAD}{own}{before}\netcd --name=m1{more}\n{after}\n"
    ))
}

pub(super) fn second_member(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rivals(Spelling::Variable)?;
    let (flag_a, flag_b) = draw.rival_flags()?;
    let (one, other) = (variable(&one), variable(&other));
    let body = match draw.dice.below(8) {
        0 => format!("export {one}\n{other} etcd --name a &\nwait\netcd --name b\n"),
        1 => format!("export {one}\netcd --name a {flag_a}\nexport {other}\netcd --name b\n"),
        2 => format!("export {one}\n( export {other}; etcd --name a )\netcd --name b\n"),
        3 => format!("for n in a b; do\n  {one} etcd --name $n {flag_a}\ndone\netcd {flag_b}\n"),
        4 => format!("export {one}\nenv {other} etcd --name a\netcd --name b {flag_b}\n"),
        5 => format!("etcd --name a {flag_a}\netcd --name b {flag_b}\n"),
        6 => format!("export {one} {other}\netcd --name a {flag_a}; etcd --name b {flag_b}\n"),
        _ => format!(
            "start() {{\n  {one} etcd --name \"$1\" {flag_a} $2\n}}\nstart a\nstart b {flag_b}\n"
        ),
    };
    Situation::script(format!("{HEAD}{body}"))
}

pub(super) fn other_programs(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let (prefix, program) = draw.pick(&[
        ("ETCDCTL", "etcdctl"),
        ("FLANNEL", "flannel"),
        ("HELM", "helm"),
        ("KUBE_ETCD", "kube"),
        ("KUBE", "kube"),
    ]);
    let suffix = draw.pick(&["OPTS", "ARGS", "FLAGS", "EXTRA_ARGS"]);
    let own = draw.pick(&["ETCD_OPTS", "OPTS", "DAEMON_ARGS"]);
    let export = draw.pick(&["", "export "]);
    let mut lines = [
        format!("{export}{own}=\"{one}\"\n"),
        format!("{export}{prefix}_{suffix}=\"{other}\"\n"),
    ];
    if draw.once_in(2) {
        lines.reverse();
    }
    let [first, second] = lines;
    let mut commands = [
        format!("etcd --name a ${own}\n"),
        format!("{program} ${prefix}_{suffix}\n"),
    ];
    if draw.once_in(2) {
        commands.reverse();
    }
    let [start, other_start] = commands;
    let more = draw.more();
    Situation::script(format!(
        "{HEAD}{first}{second}{start}{other_start}etcd{more}\n"
    ))
}

pub(super) fn dollar_quotes(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let body = match draw.dice.below(7) {
        0 => format!("etcd $'{one}' {other}\n"),
        1 => format!("OPTS=$'{one} {other}'\netcd $OPTS\n"),
        2 => format!("OPTS=$'{one}\\t{other}'\netcd --name=a $OPTS\n"),
        3 => format!("etcd --name=$'it\\'s' {one} {other}\n"),
        4 => format!("ARGS=($'{one}' --name=$'a\\'b' {other})\netcd \"${{ARGS[@]}}\"\n"),
        5 => format!("IFS=$'\\n'\nOPTS=$'{one}\\n{other}'\netcd $OPTS\n"),
        _ => {
            let given = draw.given(Spelling::Variable)?;
            let (name, value) = (given.name.clone(), super::text(&given.value));
            format!("export {name}=$'{value}'\nprinter $'don\\'t'\netcd {one}\n")
        }
    };
    Situation::script(format!("{HEAD}{body}"))
}

pub(super) fn unbalanced(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rival_flags()?;
    let body = match draw.dice.below(5) {
        0 => format!("printer it's here\netcd {one}\nprinter 'a'\netcd {other}\n"),
        1 => format!("etcd {one}\nprinter \"open\netcd --name b {other}\n"),
        2 => format!("etcd {one} --name='a\netcd {other}\n"),
        3 => format!("OPTS=\"{one}\netcd {other} $OPTS\n"),
        _ => format!("printer don't\nOPTS='{one}'\netcd $OPTS {other}\nprinter won't\n"),
    };
    Situation::script(format!("{HEAD}{body}"))
}

/// Writes a script that writes `etcd.env`, with here-documents or line by line.
pub(super) fn written_file(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rivals(Spelling::Variable)?;
    let more = variable(&draw.given(Spelling::Variable)?);
    let (one, other) = (variable(&one), variable(&other));
    let file = |text: &str, how: &str| format!("cat {how} etcd.env <<EOF\n{text}\nEOF\n");
    let if_else = |then: String, other: String| {
        format!("if [ \"$COND\" = true ]; then\n{then}else\n{other}fi\n")
    };
    let body = match draw.dice.below(6) {
        0 => if_else(file(&one, ">"), file(&other, ">")),
        1 => {
            file(&format!("ETCD_NAME=m1\n{one}"), ">")
                + &chosen(draw, &format!("echo \"{other}\" >> etcd.env"), None)
        }
        2 => file(&more, ">") + &if_else(file(&one, ">>"), file(&other, ">>")),
        3 => {
            let line = |text: &str| format!("echo '{text}' >> etcd.env");
            chosen(draw, &line(&one), Some(&line(&other)))
        }
        4 => file(&format!("{one}\n{more}"), ">"),
        _ => format!(
            "{}\n{}",
            one,
            file("ETCD_CERT_FILE=$ETCD_CA_FILE$ETCD_PROXY", ">")
        ),
    };
    let text = format!("{HEAD}{body}");
    Situation::of(Use::Writer, Language::Plain, "install.sh", text)
}
