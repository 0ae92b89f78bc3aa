//! Verifies that an edited YAML text has the same comments.

use super::{VerifyError, masked};
use crate::edit::{Applicability, Edit};
use crate::source::{LineColumn, Source, Span};
use crate::text::yaml;

/// Checks that every comment outside the edits is unchanged, that none begins outside them, and, if only safe fixes
/// were applied, that the comments they touch are still there.
pub(in crate::rewrite) fn same_comments(
    old: &Source,
    new: &str,
    edits: &[&Edit],
    least: Applicability,
) -> Result<(), VerifyError> {
    let (before, after) = (masked(&old.text), masked(new));
    let Ok(kept) = yaml::comments(&before) else {
        return Ok(());
    };
    let found = yaml::comments(&after).map_err(|error| VerifyError::NotYaml(error.to_string()))?;
    let mut sorted = edits.to_vec();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut edits = sorted.as_slice();
    let mut inserted = Vec::new();
    let (mut added, mut removed) = (0, 0);
    let mut pass = |edit: &Edit| {
        let start = edit.span.start + added - removed;
        inserted.push(Span::new(start, start + edit.text.len()));
        added += edit.text.len();
        removed += edit.span.len();
        added.wrapping_sub(removed)
    };
    let (mut expected, mut touched) = (Vec::new(), Vec::new());
    let mut shift = 0usize;
    for comment in &kept {
        while let Some((edit, later)) = edits.split_first()
            && edit.span.end <= comment.start
        {
            shift = pass(edit);
            edits = later;
        }
        let start = comment.start.wrapping_add(shift);
        let mut text = String::new();
        let mut at = comment.start;
        let mut is_touched = false;
        while let Some((edit, later)) = edits.split_first()
            && edit.span.start < comment.end
        {
            // An edit inside a comment leaves a comment; one that reaches beyond it is compared with the next comment
            // too.
            is_touched |= edit.span.start <= comment.start || edit.span.end > comment.end;
            if edit.span.end > comment.end {
                break;
            }
            if !is_touched {
                text.push_str(&before[at..edit.span.start]);
                text.push_str(&edit.text);
            }
            at = edit.span.end;
            shift = pass(edit);
            edits = later;
        }
        if is_touched {
            touched.push(*comment);
        } else {
            text.push_str(&before[at..comment.end]);
            expected.push((*comment, start, text));
        }
    }
    for edit in edits {
        pass(edit);
    }
    let is_inserted = |comment: &Span| {
        let end = inserted.partition_point(|edit| edit.start <= comment.start);
        inserted[..end]
            .last()
            .is_some_and(|edit| comment.start < edit.end)
    };
    let (written, carried): (Vec<Span>, Vec<Span>) = found.into_iter().partition(is_inserted);
    for at in 0..expected.len().max(carried.len()) {
        let (one, other) = (expected.get(at), carried.get(at));
        let is_same = match (one, other) {
            (Some((_, start, text)), Some(other)) => {
                *start == other.start && text == other.of(&after)
            }
            _ => false,
        };
        if !is_same {
            let place = one.map_or(Span::at(0), |(comment, ..)| *comment);
            return Err(VerifyError::Comment(line_of(old, place)));
        }
    }
    if least == Applicability::Safe {
        let texts: Vec<&str> = written.iter().map(|comment| comment.of(&after)).collect();
        if let Some(lost) = touched
            .iter()
            .find(|comment| !texts.contains(&comment.of(&before)))
        {
            return Err(VerifyError::Comment(line_of(old, *lost)));
        }
    }
    Ok(())
}

fn line_of(source: &Source, comment: Span) -> usize {
    let LineColumn { line, .. } = source.line_column(comment.start);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, edits: &[Edit], least: Applicability) -> Result<(), VerifyError> {
        let edits: Vec<&Edit> = edits.iter().collect();
        let mut new = old.to_owned();
        for edit in edits.iter().rev() {
            new.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
        same_comments(&Source::new("a.yml", old), &new, &edits, least)
    }

    #[test]
    fn comments_stay_what_they_are() {
        let old = "# first\na: 1 # one\nb: 2 # two\nc: 3\n# last\n";
        let at = |text: &str| old.find(text).unwrap();
        let value = Edit::replacement(Span::new(at("2 #"), at("2 #") + 1), "[2, 3]");
        let renamed = Edit::replacement(Span::new(at("a:"), at("a:") + 1), "longer");
        let line = Edit::deletion(Span::new(at("c: 3"), at("# last")));
        let edits = [renamed, value, line];
        assert_eq!(check(old, &edits, Applicability::Safe), Ok(()));
        // The comment becomes a part of the value.
        let glued = Edit::deletion(Span::new(at(" # two"), at("# two")));
        assert_eq!(
            check(old, &[glued], Applicability::Safe),
            Err(VerifyError::Comment(3))
        );
        let path = Edit::replacement(Span::new(at("two"), at("two") + 3), "three");
        assert_eq!(check(old, &[path], Applicability::Safe), Ok(()));
        let hidden = Edit::insertion(at("1 #"), "# ");
        assert!(check(old, &[hidden], Applicability::Safe).is_err());
    }

    #[test]
    fn a_safe_fix_loses_no_comment() {
        let old = "a: 1 # one\nb: 2 # two\n";
        let line = Edit::deletion(Span::new(0, old.find('b').unwrap()));
        let lost = check(old, std::slice::from_ref(&line), Applicability::Safe);
        assert_eq!(lost, Err(VerifyError::Comment(1)));
        let dropped = check(old, std::slice::from_ref(&line), Applicability::Unsafe);
        assert_eq!(dropped, Ok(()));
        let moved = Edit::replacement(line.span, "c: 3 # one\n");
        assert_eq!(check(old, &[moved], Applicability::Safe), Ok(()));
    }
}
