//! Certificates made with `openssl`, and clients with and without one.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::installed::print_once;

/// The time that a TLS client waits for its answer.
const ANSWER: Duration = Duration::from_secs(10);

/// An authority and one certificate of it, valid for a server and for a client.
pub(crate) struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// Creates certificates; returns `None` and prints a line if `openssl` is missing.
    pub(crate) fn made() -> Option<Certificates> {
        let found = Command::new("openssl").arg("version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            print_once("skipped: tests with TLS: no `openssl` command");
            return None;
        }
        let folder = TempDir::new().expect("a temporary folder");
        let extensions = "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n";
        std::fs::write(folder.path().join("extensions"), extensions).expect("a file");
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        for command in [
            &format!("req -x509 {key} -keyout ca.key -out ca.crt -days 2 -subj /CN=ca"),
            &format!("req {key} -keyout member.key -out member.csr -subj /CN=member"),
            "x509 -req -in member.csr -CA ca.crt -CAkey ca.key -CAcreateserial \
             -out member.crt -days 2 -extfile extensions",
        ] {
            openssl(folder.path(), command);
        }
        Some(Certificates { folder })
    }

    pub(crate) fn authority(&self) -> String {
        self.path("ca.crt")
    }

    pub(crate) fn certificate(&self) -> String {
        self.path("member.crt")
    }

    pub(crate) fn key(&self) -> String {
        self.path("member.key")
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Connects to a TLS server as a client that has no certificate.
    ///
    /// Returns whether it is accepted, or the TLS alert that it is refused with.
    pub(crate) fn stranger(&self, port: u16) -> Result<(), String> {
        self.visit(port, &[])
    }

    /// Connects to a TLS server as a client with a valid certificate.
    pub(crate) fn friend(&self, port: u16) -> Result<(), String> {
        self.visit(port, &["-cert", "member.crt", "-key", "member.key"])
    }

    fn visit(&self, port: u16, credentials: &[&str]) -> Result<(), String> {
        let mut client = Command::new("openssl")
            .args(["s_client", "-quiet", "-CAfile", "ca.crt"])
            .args(["-connect", &format!("127.0.0.1:{port}")])
            .args(credentials)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("openssl runs");
        // A server that refuses a client at once reads no request.
        let mut request = client.stdin.take().expect("a pipe");
        let _ = request.write_all(b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n");

        // The first line decides. Servers keep some connections open after it.
        let stdout = client.stdout.take().expect("a pipe");
        let (sender, first_line) = mpsc::channel();
        let reader = thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = first_line.recv_timeout(ANSWER);
        let _ = client.kill();
        let _ = client.wait();
        let _ = reader.join();
        let mut errors = String::new();
        let _ = client
            .stderr
            .take()
            .expect("a pipe")
            .read_to_string(&mut errors);

        let line = line.unwrap_or_else(|_| panic!("no answer on port {port}: {errors}"));
        if line.starts_with("HTTP/1.1 200") {
            return Ok(());
        }
        match errors.lines().find(|line| line.contains("alert")) {
            Some(alert) => Err(alert.to_owned()),
            None => panic!("neither an answer nor an alert on port {port}: {line}{errors}"),
        }
    }
}

fn openssl(folder: &Path, command: &str) {
    let output = Command::new("openssl")
        .args(command.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {command}: {errors}");
}
