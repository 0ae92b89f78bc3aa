//! The names that the files of a tree use, found by a plain search.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use super::parts;
use crate::limits::SEARCHED_FILES;
use crate::project::walk;
use crate::surface::reads_variable_files;
/// For each name the files that contain it; two are enough to know that there is another one. Variables that a file
/// expands are stored under their name, those of etcd that it names with `=` before it, flags of commands that read
/// files of variables with `-`, and flags in the value of a variable with `+`.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) files: HashMap<String, Vec<PathBuf>>,
    /// Files that are parts of a whole, by that whole: [`parts::whole`].
    pub(super) parts: HashMap<PathBuf, Vec<PathBuf>>,
    pub(super) is_cut_off: bool,
}

impl Uses {
    /// Searches the files, unless there are too many.
    pub(super) fn in_files(files: &[PathBuf]) -> Self {
        if files.len() > SEARCHED_FILES {
            return Self {
                is_cut_off: true,
                ..Self::default()
            };
        }
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let mut uses = Self::default();
        for path in files {
            if let Some(whole) = parts::whole(path) {
                uses.parts.entry(whole).or_default().push(path.clone());
            }
        }
        thread::scope(|scope| {
            let parts = files.chunks(files.len().div_ceil(threads).max(1));
            let parts: Vec<_> = parts.map(|files| scope.spawn(|| Self::of(files))).collect();
            // In the order of the files, whichever thread ends first.
            for part in parts {
                // A file that was not searched may contain a use.
                let part = part.join().unwrap_or_else(|panic| resume_unwind(panic));
                for (name, files) in part.files {
                    uses.add(&name, files.into_iter());
                }
            }
        });
        uses
    }

    fn of(files: &[PathBuf]) -> Self {
        let mut uses = Self::default();
        for path in files {
            let Ok(bytes) = walk::read(path) else {
                continue;
            };
            // A document that names a variable does not use it.
            let is_document = path
                .extension()
                .is_some_and(|end| end == "md" || end == "rst");
            if is_document || bytes.contains(&0) {
                continue;
            }
            let mut found: HashSet<String> = expanded(&bytes).map(str::to_owned).collect();
            found.extend(variables(&bytes).map(|name| format!("={name}")));
            if reads_variable_files(&bytes) {
                found.extend(flags(&bytes).map(|name| format!("-{name}")));
            }
            for line in bytes
                .split(|&byte| byte == b'\n')
                .filter(|line| assigns_flags(line))
            {
                found.extend(flags(line).map(|name| format!("+{name}")));
            }
            for name in found {
                uses.add(&name, std::iter::once(path.clone()));
            }
        }
        uses
    }

    fn add(&mut self, name: &str, files: impl Iterator<Item = PathBuf>) {
        let known = match self.files.get_mut(name) {
            Some(known) => known,
            None => self.files.entry(name.to_owned()).or_default(),
        };
        for file in files {
            if known.len() < 2 && known.last() != Some(&file) {
                known.push(file);
            }
        }
    }
}

/// Returns the variables of etcd that a text names.
fn variables(text: &[u8]) -> impl Iterator<Item = &str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    memchr::memmem::find_iter(text, "ETCD_").filter_map(move |at| {
        let rest = &text[at..];
        let length = rest.iter().position(|byte| !is_part(byte));
        std::str::from_utf8(&rest[..length.unwrap_or(rest.len())]).ok()
    })
}

/// Returns whether a line sets a variable to a value that begins with a flag.
fn assigns_flags(line: &[u8]) -> bool {
    let Some(equals) = memchr::memchr(b'=', line) else {
        return false;
    };
    let name = line[..equals].trim_ascii();
    let name = name.strip_prefix(b"export ").unwrap_or(name).trim_ascii();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let value = line[equals + 1..].trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or_else(|| value.strip_prefix(b"'"))
        .unwrap_or(value);
    !name.is_empty() && name.iter().all(is_name) && value.starts_with(b"-")
}

/// Returns the flags that a text names: `--name`.
fn flags(text: &[u8]) -> impl Iterator<Item = &str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    memchr::memmem::find_iter(text, "--").filter_map(move |at| {
        let rest = &text[at + 2..];
        let length = rest.iter().position(|byte| !is_part(byte));
        let name = std::str::from_utf8(&rest[..length.unwrap_or(rest.len())]).ok();
        name.filter(|name| !name.is_empty())
    })
}

/// Returns the names of variables that a text expands: `$NAME`, `${NAME…}`, `$(NAME)`, `$env:NAME`, `%NAME%`, `!NAME!`.
fn expanded(text: &[u8]) -> impl Iterator<Item = &str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let name_at = move |start: usize| {
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_part(byte));
        let name = &rest[..length.unwrap_or(rest.len())];
        std::str::from_utf8(name)
            .ok()
            .filter(|name| !name.is_empty())
    };
    memchr::memchr3_iter(b'$', b'%', b'!', text).filter_map(move |at| {
        let mark = text[at];
        let rest = &text[at + 1..];
        if mark != b'$' {
            let name = name_at(at + 1)?;
            return (rest.get(name.len()) == Some(&mark)).then_some(name);
        }
        let bracket = usize::from(matches!(rest.first(), Some(b'{' | b'(')));
        // `${!NAME}`, `${#NAME}`
        let sign = usize::from(bracket == 1 && matches!(rest.get(1), Some(b'!' | b'#')));
        let start = at + 1 + bracket + sign;
        let is_environment = text[start..]
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"env:"));
        let start = start + if is_environment { 4 } else { 0 };
        let name = name_at(start)?;
        // `$env:NAME = "value"`
        let after = text[start + name.len()..].trim_ascii_start();
        (!is_environment || !after.starts_with(b"=")).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_text_expands() {
        let text = b"$A ${B:-x} $(C) $(D) %E% !F! $env:G ${env:H} ${!I} ${#J} $$ % ! K=L 5% $";
        let names: Vec<&str> = expanded(text).collect();
        assert_eq!(names, ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]);
    }
}
