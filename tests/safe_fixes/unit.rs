//! systemd units as systemd reads them: systemd.service(5), systemd.exec(5), systemd.syntax(7).

use super::usage::{command, process};

/// Returns what the unit runs, as a script, or `None` if systemd would not load it.
pub(crate) fn script(unit: &str, files: &[(String, String)]) -> Option<String> {
    let mut set: Vec<(String, String)> = Vec::new();
    let mut from_files: Vec<(String, String)> = Vec::new();
    let mut commands = Vec::new();
    for line in logical_lines(unit) {
        let line = line.trim();
        if line.starts_with('[') && line.ends_with(']') {
            continue;
        }
        let (name, value) = line.split_once('=')?;
        match name.trim() {
            "Environment" => {
                for word in words(value)? {
                    let (name, value) = word.split_once('=')?;
                    set.push((name.to_owned(), value.replace("%%", "%")));
                }
            }
            "EnvironmentFile" => {
                let base = value.trim().rsplit('/').next()?;
                let (_, text) = files.iter().find(|(name, _)| name == base)?;
                from_files.extend(variables(text)?);
            }
            "ExecStart" | "ExecStartPre" | "ExecStartPost" | "ExecStop" => {
                if value.trim().is_empty() {
                    return None;
                }
                commands.push(words(value.trim_start_matches(['-', '@', ':', '+', '!']))?);
            }
            _ => {}
        }
    }
    // A file overrides an assignment.
    let variables = [set, from_files].concat();
    let mut script = String::new();
    for words in commands {
        let words: Vec<String> = words
            .iter()
            .flat_map(|word| expanded(word, &variables))
            .collect();
        script.push_str(&process(&variables, &command(&words)?));
    }
    Some(script)
}

/// Joins lines that continue after `\`; comments between them are removed.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut continues = false;
    for line in text.lines() {
        let is_comment = line.trim_start().starts_with(['#', ';']);
        if is_comment || !continues && line.trim().is_empty() {
            continue;
        }
        let (part, more) = match line.strip_suffix('\\') {
            Some(part) => (part, true),
            None => (line, false),
        };
        match lines.last_mut().filter(|_| continues) {
            Some(last) => {
                last.push(' ');
                last.push_str(part);
            }
            None => lines.push(part.to_owned()),
        }
        continues = more;
    }
    lines
}

/// Splits words and removes their quotes; returns `None` if a quote is not closed.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (_, '\\') => {
                let c = match characters.next()? {
                    'n' => '\n',
                    't' => '\t',
                    's' => ' ',
                    other => other,
                };
                word.get_or_insert_default().push(c);
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Expands variables: `$NAME` as a word of its own is split at blanks; `${NAME}` stays in its word.
fn expanded(word: &str, variables: &[(String, String)]) -> Vec<String> {
    let value = |name: &str| {
        let found = variables.iter().rev().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if let Some(name) = word.strip_prefix('$').filter(|name| is_name(name)) {
        return value(name).split_whitespace().map(str::to_owned).collect();
    }
    let mut out = String::new();
    let mut rest = word;
    while let Some(start) = rest.find('$') {
        out.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        let end = rest.find('}').filter(|_| rest.starts_with('{'));
        if let Some(end) = end {
            out.push_str(&value(&rest[1..end]));
            rest = &rest[end + 1..];
        } else {
            out.push('$');
            rest = rest.strip_prefix('$').unwrap_or(rest);
        }
    }
    vec![(out + rest).replace("%%", "%")]
}

/// Returns the lines of an environment file.
fn variables(text: &str) -> Option<Vec<(String, String)>> {
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with(['#', ';']));
    lines
        .map(|line| {
            let (name, value) = line.split_once('=')?;
            let value = value.trim();
            let inner = ['"', '\'']
                .into_iter()
                .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
            Some((name.trim().to_owned(), inner.unwrap_or(value).to_owned()))
        })
        .collect()
}
