//! Skips files that do not concern etcd, before anything is parsed.

use foldhash::HashMap;
use memchr::memchr_iter;
use memchr::memmem::Finder;

use crate::facts::catalogue::Catalogue;

/// Words that concern etcd besides the names of its options. Each entry has bytes of the words that are rare in other
/// texts, in one of their cases, the offset of those bytes in the words, and the words.
const WORDS: [(&str, usize, &[&str]); 6] = [
    ("tc", 1, &["etcd"]),
    ("tC", 1, &["etcd"]),
    ("Tc", 1, &["etcd"]),
    ("TC", 1, &["etcd"]),
    ("/v3", 0, &["/v3alpha", "/v3beta"]),
    ("/V3", 0, &["/v3alpha", "/v3beta"]),
];

/// The end of the names of two sections of the configuration file.
const SECTION_END: &str = "-transport-security";

/// Finds files that may concern etcd by literals, ignoring case.
#[derive(Debug)]
pub struct Prefilter<'c> {
    words: Vec<(Finder<'static>, usize, &'static [&'static str])>,
    /// Names with a dash, by the bytes around that dash in lower case; each with the offset of the dash.
    names: HashMap<[u8; 2], Vec<(usize, &'c str)>>,
}

impl<'c> Prefilter<'c> {
    /// Creates a filter for the names of all options that have a dash; other names are common words.
    #[must_use]
    pub fn new(catalogue: &'c Catalogue) -> Self {
        let options = catalogue.options().iter();
        let written = options.map(|option| option.name.as_str());
        let mut names: HashMap<[u8; 2], Vec<(usize, &str)>> = HashMap::default();
        for name in written.chain([SECTION_END]) {
            let mut inner = memchr_iter(b'-', name.as_bytes()).filter(|&dash| dash > 0);
            if let Some(dash) = inner.next()
                && let Some(around) = around(name.as_bytes(), dash)
            {
                names.entry(around).or_default().push((dash, name));
            }
        }
        let words = WORDS.map(|(rare, start, words)| (Finder::new(rare), start, words));
        Self {
            words: words.into(),
            names,
        }
    }

    /// Whether the bytes may concern etcd.
    #[must_use]
    pub fn admits(&self, bytes: &[u8]) -> bool {
        self.words.iter().any(|(rare, start, words)| {
            rare.find_iter(bytes)
                .any(|at| words.iter().any(|word| is_at(bytes, at, *start, word)))
        }) || memchr_iter(b'-', bytes).any(|dash| {
            around(bytes, dash)
                .and_then(|around| self.names.get(&around))
                .is_some_and(|names| names.iter().any(|(at, name)| is_at(bytes, dash, *at, name)))
        })
    }
}

/// Returns the bytes before and after an offset, in lower case; `None` at an end of the text.
fn around(bytes: &[u8], at: usize) -> Option<[u8; 2]> {
    let before = bytes.get(at.checked_sub(1)?)?;
    let after = bytes.get(at + 1)?;
    Some([before.to_ascii_lowercase(), after.to_ascii_lowercase()])
}

/// Whether the word is there, ignoring case, with its byte `offset` at `at`.
fn is_at(bytes: &[u8], at: usize, offset: usize, word: &str) -> bool {
    at.checked_sub(offset)
        .and_then(|start| bytes.get(start..start + word.len()))
        .is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_admitted_exactly_if_it_contains_a_name_or_a_word() {
        let catalogue = Catalogue::built_in().unwrap();
        let prefilter = Prefilter::new(&catalogue);
        let names = catalogue
            .options()
            .iter()
            .map(|option| option.name.as_str());
        let names = names.filter(|name| name.contains('-'));
        let literals: Vec<String> = names
            .chain(["etcd", "-transport-security", "/v3alpha", "/v3beta"])
            .map(str::to_ascii_lowercase)
            .collect();
        let mut admitted = 0;
        let mut check = |text: &str| {
            let lower = text.to_ascii_lowercase();
            let expected = literals.iter().any(|literal| lower.contains(literal));
            assert_eq!(prefilter.admits(text.as_bytes()), expected, "{text}");
            admitted += usize::from(expected);
        };
        for name in &literals {
            let mixed = |third: usize| -> String {
                let letters = name.chars().enumerate();
                let letters = letters.map(|(at, letter)| match at % 3 == third {
                    true => letter.to_ascii_uppercase(),
                    false => letter,
                });
                letters.collect()
            };
            for written in [name, &name.to_ascii_uppercase(), &mixed(0), &mixed(1)] {
                check(written);
                check(&format!("-e-tc/v3-t{written}"));
                check(&format!("{written}-x /V"));
                check(&written[1..]);
                check(&written[..written.len() - 1]);
                check(&written.replacen('-', "_", 1));
            }
        }
        for text in [
            "",
            "-",
            "tc",
            "etc",
            "name: a\n",
            "/v3/kv",
            "a-b - --c",
            "etc d",
        ] {
            check(text);
        }
        assert!(admitted > 12 * literals.len());
    }
}
