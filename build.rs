//! Embeds every file of advice: a `rules/<minor>.toml` is built in as soon as it is in the folder.

#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on standard output"
)]

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let package = env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&package).join("rules");
    let table = advice_table(&advice_files(&folder)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("advice.rs"), table)?;
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// Returns the names of the files of advice in a folder, by minor release, oldest first.
///
/// The other files in the folder are facts, which their modules embed by name.
///
/// # Errors
/// Returns an error if the folder cannot be read.
pub(crate) fn advice_files(folder: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(minor) = name.strip_suffix(".toml").and_then(minor) {
            files.push((minor, name));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, name)| name).collect())
}

/// Parses `3.4`.
fn minor(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Returns a Rust slice of the path and the text of each file.
fn advice_table(files: &[String]) -> String {
    let mut table = "&[\n".to_owned();
    for file in files {
        let path = format!("rules/{file}");
        // `write!` to a `String` cannot fail.
        let _ = writeln!(
            table,
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{path}\"))),"
        );
    }
    table + "]\n"
}
