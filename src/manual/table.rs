//! A table of plain text that fits the terminal's width: cells that are too wide continue on the next line.

use std::fmt::Write;

/// Columns narrower than this are not shrunk.
const NARROWEST: usize = 12;

/// A cell may be broken after these.
const BREAKS: [char; 2] = [' ', ','];

/// Between two columns.
const GAP: usize = 2;

/// Draws the rows under their heads; `emphasis` draws the line of heads.
pub(super) fn drawn<const N: usize>(
    heads: [&str; N],
    rows: &[[String; N]],
    width: usize,
    emphasis: impl Fn(&str) -> String,
) -> String {
    let mut widths = heads.map(|head| head.chars().count());
    for row in rows {
        for (column, cell) in widths.iter_mut().zip(row) {
            *column = (*column).max(cell.chars().count());
        }
    }
    // First down to the longest word of each column, so that words stay whole if possible.
    let mut floors = [NARROWEST; N];
    for cells in rows.iter().chain([&heads.map(str::to_owned)]) {
        for (floor, cell) in floors.iter_mut().zip(cells) {
            let words = cell.split_inclusive(BREAKS);
            let longest = words.map(|word| word.trim_end().chars().count()).max();
            *floor = (*floor).max(longest.unwrap_or(0));
        }
    }
    shrink(&mut widths, floors, width);
    shrink(&mut widths, [NARROWEST; N], width);
    let mut out = String::new();
    for line in lines(&heads.map(str::to_owned), &widths) {
        let _ = writeln!(out, "{}", emphasis(&line));
    }
    for row in rows {
        for line in lines(row, &widths) {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// Shrinks the widest columns until all fit, none below its floor.
fn shrink<const N: usize>(widths: &mut [usize; N], floors: [usize; N], width: usize) {
    let gaps = GAP * N.saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let columns = widths.iter_mut().zip(floors);
        let above = columns.filter(|(column, floor)| **column > *floor);
        match above.max_by_key(|(column, _)| **column) {
            Some((widest, _)) => *widest -= 1,
            None => break,
        }
    }
}

/// Returns the lines of one row.
fn lines<const N: usize>(row: &[String; N], widths: &[usize; N]) -> Vec<String> {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| broken(cell, *width))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |at: usize| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let part = cell.get(at).map_or("", String::as_str);
            let _ = write!(line, "{part:<width$}{:GAP$}", "");
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// Splits a cell into parts of that width: after spaces and commas, or anywhere if there are none.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    for word in text.split_inclusive(BREAKS) {
        let length = word.trim_end().chars().count();
        if !part.is_empty() && part.chars().count() + length > width {
            parts.push(part.trim_end().to_owned());
            part.clear();
        }
        for c in word.chars() {
            if part.chars().count() == width && c != ' ' {
                parts.push(std::mem::take(&mut part));
            }
            part.push(c);
        }
    }
    parts.push(part.trim_end().to_owned());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_cells_go_on_below() {
        let rows = [[
            "3.0".to_owned(),
            "http://localhost:2380,http://localhost:7001".to_owned(),
        ]];
        let table = drawn(["release", "default"], &rows, 34, str::to_owned);
        assert_eq!(
            table,
            "release  default\n\
             3.0      http://localhost:2380,\n         http://localhost:7001\n"
        );
    }

    #[test]
    fn nothing_is_lost_in_a_narrow_cell() {
        assert_eq!(broken("abcdefgh,ij", 4), ["abcd", "efgh", ",ij"]);
        assert_eq!(broken("a b", 1), ["a", "b"]);
        assert_eq!(broken("", 5), [""]);
    }
}
