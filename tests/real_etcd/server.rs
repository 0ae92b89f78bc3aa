//! Real etcd servers: finds, starts, queries and stops them.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use etcd_uplift::facts::version::{Release, Version};
use serde_json::Value;

use crate::installed::{self, print_once};
use crate::place::Place;

/// The time within which a server must serve or exit.
const PATIENCE: Duration = Duration::from_secs(20);

/// The time after which a running server counts as started.
const LIFE: Duration = Duration::from_secs(3);

/// The time for one answer over the network.
const ANSWER: Duration = Duration::from_secs(3);

/// The number of servers that run at the same time.
pub(crate) const SERVERS: usize = 8;

/// An installed etcd server of one minor release.
pub(crate) struct Etcd {
    pub(crate) minor: String,
    program: PathBuf,
}

impl Etcd {
    /// Returns every server that is installed, those of packages first. The others are printed.
    pub(crate) fn installed() -> Vec<Etcd> {
        let built = Etcd::found(installed::built());
        Etcd::of_packages().into_iter().chain(built).collect()
    }

    /// Returns the installed servers that are taken from packages.
    pub(crate) fn of_packages() -> Vec<Etcd> {
        Etcd::found(["3.4", "3.5"].map(str::to_owned))
    }

    fn found(names: impl IntoIterator<Item = String>) -> Vec<Etcd> {
        let mut found = Vec::new();
        for name in names {
            let program = installed::folder().join(&name).join("etcd");
            if program.is_file() {
                let minor: Vec<&str> = name.split('.').take(2).collect();
                found.push(Etcd {
                    minor: minor.join("."),
                    program,
                });
            } else {
                print_once(&format!(
                    "skipped: no etcd {name} at {} (.ci/install-etcd puts one there)",
                    program.display()
                ));
            }
        }
        found
    }

    /// Returns the release that the server prints.
    pub(crate) fn release(&self) -> Release {
        let output = Command::new(&self.program)
            .arg("--version")
            .output()
            .expect("the server runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text
            .lines()
            .find_map(|line| line.strip_prefix("etcd Version: "));
        let version: Version = version
            .and_then(|text| text.trim().parse().ok())
            .expect("it says its version");
        Release::new(
            version.major,
            version.minor,
            version.patch.expect("a server has a patch"),
        )
    }

    /// Starts a server with any configuration, and waits until it answers, exits, or has run for a while: a server that
    /// waits for other members never answers.
    pub(crate) fn judge(
        &self,
        place: &Place,
        arguments: &[String],
        variables: &[(String, String)],
    ) -> Start {
        place.clear();
        let mut server = self.spawned(place, arguments, variables);
        let started = Instant::now();
        while started.elapsed() < LIFE && !answers(place.client) {
            if server.has_ended() {
                return Start::Refused(server.stop().first_error());
            }
            thread::sleep(Duration::from_millis(20));
        }
        // A crash shortly after that counts as well.
        thread::sleep(Duration::from_millis(50));
        if server.has_ended() {
            return Start::Refused(server.stop().first_error());
        }
        Start::Lives(server.stop())
    }

    /// Starts a server with a configuration file.
    pub(crate) fn start_with_file(&self, place: &Place, file: &Path) -> Verdict {
        self.start(place, &[format!("--config-file={}", file.display())], &[])
    }

    /// Starts a server in a fresh data folder and waits until it serves or exits.
    pub(crate) fn start(
        &self,
        place: &Place,
        arguments: &[String],
        variables: &[(String, String)],
    ) -> Verdict {
        let mut server = self.spawned(place, arguments, variables);
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if server.has_ended() {
                return Verdict::Refused(server.stop().first_error());
            }
            if is_healthy(place.plain) {
                return Verdict::Accepted(server);
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = server.stop();
        panic!(
            "etcd {} neither serves nor exits:\n{}",
            self.minor,
            log.all()
        );
    }

    fn spawned(
        &self,
        place: &Place,
        arguments: &[String],
        variables: &[(String, String)],
    ) -> Server {
        let permit = Permit::wait();
        if place.data().exists() {
            fs::remove_dir_all(place.data()).expect("the data folder can be removed");
        }
        let mut child = Command::new(&self.program)
            .args(arguments)
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .current_dir(place.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        let stdout = gather(child.stdout.take().expect("standard output is a pipe"));
        let stderr = gather(child.stderr.take().expect("standard error is a pipe"));
        Server {
            child,
            output: Some((stdout, stderr)),
            _permit: permit,
        }
    }
}

/// The result of starting a server with any configuration.
pub(crate) enum Start {
    /// It runs; this is what it wrote.
    Lives(Log),
    /// It exited. This is its first error line.
    Refused(String),
}

/// The result of starting a server with its configuration.
pub(crate) enum Verdict {
    /// It serves.
    Accepted(Server),
    /// It exited. This is its first error line, without the time.
    Refused(String),
}

impl Verdict {
    /// Returns the serving server; a refusal fails the test.
    pub(crate) fn accepted(self) -> Server {
        match self {
            Verdict::Accepted(server) => server,
            Verdict::Refused(line) => panic!("etcd does not start: {line}"),
        }
    }

    /// Returns the error line of the refusal; a serving server fails the test.
    pub(crate) fn refused(self) -> String {
        match self {
            Verdict::Accepted(server) => panic!("etcd starts:\n{}", server.stop().all()),
            Verdict::Refused(line) => line,
        }
    }
}

/// A running server. It is killed and waited for when this is dropped.
///
/// A test has one at a time: two tests that each have one and wait for another would wait for ever.
pub(crate) struct Server {
    child: Child,
    output: Option<(JoinHandle<String>, JoinHandle<String>)>,
    _permit: Permit,
}

impl Server {
    /// Returns the id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops the server and returns everything it wrote.
    pub(crate) fn stop(mut self) -> Log {
        self.kill();
        let (stdout, stderr) = self.output.take().expect("a server is stopped once");
        Log {
            stdout: stdout.join().expect("standard output was read"),
            stderr: stderr.join().expect("standard error was read"),
        }
    }

    fn has_ended(&mut self) -> bool {
        let state = self.child.try_wait().expect("a child has a state");
        state.is_some()
    }

    fn kill(&mut self) {
        // Both fail only for a process that has ended and was waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a server wrote from its start to its end.
pub(crate) struct Log {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Log {
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Returns a setting as the start-up line of the zap logger shows it.
    pub(crate) fn effective(&self, name: &str) -> Option<Value> {
        let start = self
            .all()
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find(|line| line["msg"] == "starting an etcd server")?;
        start.get(name).cloned()
    }

    /// Returns the effective snapshot count, with either logger.
    pub(crate) fn snapshot_count(&self) -> Option<u64> {
        if let Some(count) = self.effective("snapshot-count") {
            return count.as_u64();
        }
        let all = self.all();
        let (_, count) = all.split_once("embed: snapshot count = ")?;
        count.lines().next()?.parse().ok()
    }

    /// Returns the first line with an error, without its time.
    fn first_error(&self) -> String {
        let all = self.all();
        all.lines()
            .find_map(error_in)
            .unwrap_or_else(|| all.lines().next().unwrap_or_default().to_owned())
    }
}

/// Returns the error in one line of a log, if there is one.
fn error_in(line: &str) -> Option<String> {
    if let Ok(entry) = serde_json::from_str::<Value>(line) {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        return Some(format!(
            "{}: {}: {}",
            text("level")?,
            text("msg")?,
            text("error")?
        ));
    }
    if line.starts_with("flag provided but not defined")
        || line.starts_with("invalid value")
        || line.starts_with("panic:")
    {
        return Some(line.to_owned());
    }
    let marks = [" E | ", " C | "];
    let at = marks.iter().find_map(|mark| line.find(mark))?;
    Some(line[at + 1..].to_owned())
}

/// One of the few servers that may run at the same time.
struct Permit;

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

impl Permit {
    fn wait() -> Permit {
        let mut running = ENDED
            .wait_while(lock(&RUNNING), |running| *running >= SERVERS)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Permit
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *lock(&RUNNING) -= 1;
        ENDED.notify_one();
    }
}

/// Locks also after another test failed while it had the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a stream to its end on another thread.
fn gather(stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        // A pipe that breaks has ended.
        let _ = BufReader::new(stream).read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Returns whether a server on this port reports that it serves.
fn is_healthy(port: u16) -> bool {
    let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    matches!(ask(port, request), Ok((200, _)))
}

/// Returns whether a server on this port answers anything over HTTP.
fn answers(port: u16) -> bool {
    ask(
        port,
        "GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
    .is_ok()
}

/// Posts JSON over plain HTTP and returns the status and the rest of the answer.
pub(crate) fn post(port: u16, path: &str, json: &str) -> (u16, String) {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
        json.len()
    );
    ask(port, &request).unwrap_or_else(|error| panic!("POST {path}: {error}"))
}

fn ask(port: u16, request: &str) -> io::Result<(u16, String)> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWER)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = BufReader::new(stream);
    let mut first = String::new();
    answer.read_line(&mut first)?;
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("not HTTP: {first:?}")))?;
    let mut rest = String::new();
    answer.read_to_string(&mut rest)?;
    Ok((status, rest))
}
