//! Runs the transcripts in `tests/cmd`: what is typed, what is printed, the exit status.
//!
//! `.ci/bless transcripts` writes what is printed.

#[test]
fn the_commands_print_what_the_transcripts_say() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}
