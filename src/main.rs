//! The `etcd-uplift` command.

use std::io::{Write, stderr, stdin, stdout};
use std::panic;
use std::process::ExitCode;

use etcd_uplift::{cli, crash};

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        if let Some(message) = crash::report(place.as_deref().unwrap_or("an unknown place")) {
            let _ = writeln!(stderr(), "{message}");
        }
    }));
    ExitCode::from(cli::run(
        std::env::args_os(),
        // Not locked: several threads read, write and draw on them.
        &mut stdin(),
        &mut stdout(),
        &mut stderr(),
    ))
}
