//! Runs the transcripts in `tests/cmd`: the command, its output, the exit status.
//!
//! `.ci/bless transcripts` writes the output.

#[test]
fn the_commands_print_the_transcripts() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}
