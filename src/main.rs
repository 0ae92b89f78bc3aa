//! The `etcd-uplift` command.

use std::io::{Write, stderr, stdin, stdout};
use std::panic;
use std::process::ExitCode;

use etcd_uplift::cli;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        if let Some(message) = cli::crash::report(place.as_deref().unwrap_or("an unknown place")) {
            let _ = writeln!(stderr(), "{message}");
        }
    }));
    ExitCode::from(cli::run(
        std::env::args_os(),
        &mut stdin().lock(),
        &mut stdout().lock(),
        // Not locked: the progress of a run is drawn by the threads that make it.
        &mut stderr(),
    ))
}
