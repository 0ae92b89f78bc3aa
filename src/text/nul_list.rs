//! Lists of texts that NUL bytes end: `/proc/PID/cmdline`, `/proc/PID/environ`.

use std::iter::repeat_n;

/// What replaces a line break inside an item, because each item becomes a line.
pub(crate) const LINE_BREAK: char = '\u{b}';

/// Whether the bytes are such a list, and no binary file.
#[must_use]
pub fn is_list(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, 0 | b'\n' | b'\t');
    bytes.last() == Some(&0) && !bytes.iter().any(|&byte| is_control(byte))
}

/// Returns the list as a text with an item on each line, at the same offsets. Bytes that are no UTF-8 become question
/// marks.
#[must_use]
pub fn lines(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.extend(chunk.valid().chars().map(|c| match c {
            '\0' => '\n',
            '\n' => LINE_BREAK,
            c => c,
        }));
        text.extend(repeat_n('?', chunk.invalid().len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_offsets() {
        let bytes = b"A=\xff\xc3(\0B=a\nb\0C=\xc3\xa9\0\xc3";
        let text = lines(bytes);
        assert_eq!(text, "A=??(\nB=a\u{b}b\nC=é\n?");
        assert_eq!(text.len(), bytes.len());
    }

    #[test]
    fn binary_files_are_no_lists() {
        assert!(is_list(b"etcd\0--name=a\0"));
        assert!(!is_list(b"etcd\0--name=a"));
        assert!(!is_list(b"\x7fELF\x01\0"));
    }
}
