//! The output of `systemctl cat`: the files of units, each after a line with its path.

use crate::source::{Span, base_name};

/// Returns the files that the output shows, each with its path and the offset of the line with it; none if the text is
/// no such output. A comment with a path at the top of a file of a unit is none.
pub(super) fn shown_files(text: &str) -> Vec<(usize, &str)> {
    let mut files = Vec::new();
    let mut is_after_blank = true;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(path) = path_of(line).filter(|_| is_after_blank) {
            files.push((at, path));
        }
        is_after_blank = line.trim().is_empty();
        at += line.len();
    }
    let begins = files
        .first()
        .is_some_and(|&(start, _)| text[..start].trim().is_empty());
    if files.len() < 2 || !begins {
        files.clear();
    }
    files
}

/// Returns the path in `# /etc/systemd/system/etcd.service`.
fn path_of(line: &str) -> Option<&str> {
    let path = line.trim_end().strip_prefix("# ")?;
    let name = base_name(path);
    let is_file = name.ends_with(".service") || is_drop_in(path);
    (path.starts_with('/') && !path.contains(char::is_whitespace) && is_file).then_some(path)
}

/// Whether the file is a drop-in: `/etc/systemd/system/etcd.service.d/10.conf`.
fn is_drop_in(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    path.ends_with(".conf") && folder.ends_with(".d")
}

/// Returns the span of each unit with its drop-ins, if the output shows several.
pub(super) fn several_units(text: &str, files: &[(usize, &str)]) -> Option<Vec<Span>> {
    let units = files.iter().filter(|(_, path)| !is_drop_in(path));
    let mut starts: Vec<usize> = units.map(|(start, _)| *start).collect();
    if let Some(first) = starts.first_mut() {
        *first = 0;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let spans: Vec<Span> = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| Span::new(start, end))
        .collect();
    (spans.len() > 1).then_some(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_the_lines_with_their_paths() {
        let paths = |text: &str| -> Vec<String> {
            let files = shown_files(text).into_iter();
            files.map(|(_, path)| path.to_owned()).collect()
        };
        let unit = "# /etc/systemd/system/etcd.service\n[Service]\nExecStart=/bin/etcd\n";
        let drop_in = "\n# /etc/systemd/system/etcd.service.d/10-a.conf\n[Service]\n";
        assert_eq!(paths(unit), [] as [&str; 0]);
        let both = format!("{unit}{drop_in}");
        assert_eq!(paths(&both).len(), 2);
        assert_eq!(several_units(&both, &shown_files(&both)), None);
        assert_eq!(paths(&format!("[Unit]\n\n{both}")), [] as [&str; 0]);
        let two = format!("{both}\n{unit}");
        let units = several_units(&two, &shown_files(&two)).unwrap();
        assert_eq!(units.len(), 2);
        assert_eq!(units[1].of(&two), unit);
    }
}
