//! The `etcd-uplift` command.

use std::io::{stderr, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let status = etcd_uplift::cli::run(
        std::env::args_os(),
        &mut stdin().lock(),
        &mut stdout().lock(),
        &mut stderr().lock(),
    );
    ExitCode::from(status)
}
