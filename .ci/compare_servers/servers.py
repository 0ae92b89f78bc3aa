"""Real servers: which are installed, and what they do with a configuration."""

import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from compare_servers.options import ROOT, numbers

# Seconds after which a server that neither serves nor exits counts as started; the second where the tool reports that it
# exits: etcd looks addresses up for 30 seconds.
PATIENCE, LONG_PATIENCE = 4, 34
# Crashes this many seconds after it serves count as well.
SOON = 0.06


def installed(folder=ROOT / "target/etcd"):
    """Returns the folders of servers by release."""
    found = {}
    for program in folder.glob("*/etcd"):
        printed = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        found[re.search(r"etcd Version: (\S+)", printed)[1]] = program.parent
    return dict(sorted(found.items(), key=lambda item: numbers(item[0])))


def own_network():
    """Gives this process a network of its own, in which every port is free and no name is known."""
    library = ctypes.CDLL(None, use_errno=True)
    new_user, new_network = 0x10000000, 0x40000000
    user = os.getuid()
    if library.unshare(new_network | (new_user if user else 0)) != 0:
        raise OSError(ctypes.get_errno(), "cannot make a network of its own")
    if user:
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # Servers of shells that have ended are children of this process, so that it can wait for them.
    set_child_subreaper = 36
    library.prctl(set_child_subreaper, 1, 0, 0, 0)


def answers():
    try:
        with socket.create_connection(("127.0.0.1", 2379), 0.2) as connection:
            connection.settimeout(0.4)
            connection.sendall(b"GET /version HTTP/1.0\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


class Start:
    """What a server does: it exits, or it lives."""

    def __init__(self, arguments, variables, folder, patience):
        for path in folder.iterdir():
            if path.name != "given":
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(arguments, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=output,
                                      stderr=subprocess.STDOUT, start_new_session=True)
        begun, served = time.monotonic(), None
        while server.poll() is None and time.monotonic() - begun < patience:
            if served is None and (b"ready to serve client requests" in log.read_bytes() or answers()):
                served = time.monotonic()
            if served and time.monotonic() - served > SOON:
                break
            time.sleep(0.02)
        self.refused = server.poll() is not None
        end(server)
        # A shell exits with 128 and the signal.
        by_others = [status for number in (signal.SIGKILL, signal.SIGTERM) for status in (-number, 128 + number)]
        self.was_killed = self.refused and server.returncode in by_others
        self.log = log.read_text(errors="replace")

    def reason(self):
        lines = self.log.splitlines()
        marked = [line for line in lines if re.search("error|panic|fatal|invalid value| [CE] \\||not defined", line)]
        return " | ".join(readable(line) for line in (marked or lines)[-2:])[:500]


def readable(line):
    """Returns message and error of a line of JSON."""
    try:
        entry = json.loads(line)
        return f"{entry['msg']}: {entry.get('error', '')}"
    except (ValueError, KeyError, TypeError):
        return line


def end(server):
    """Kills a server, and the server of a shell that has ended."""
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    server.wait()
    try:
        while True:
            os.waitpid(-server.pid, 0)
    except ChildProcessError:
        pass


def start(folder, program, words, variables, patience):
    """Starts `program` with these words, or a script if `words` is None."""
    if words is None:
        arguments, variables = ["sh", "given/start.sh"], {"PATH": f"{program.parent}:/usr/bin:/bin"}
    else:
        arguments = [str(program)] + words
    for _ in range(4):
        begun = Start(arguments, variables, folder, patience)
        # Another program may end all servers of a machine.
        if not begun.was_killed:
            break
        time.sleep(0.5)
    return begun


def run_script(folder):
    """Returns the words and the variables with which a script starts etcd: another program of that name prints them."""
    printer = folder / "printer"
    printer.mkdir(exist_ok=True)
    program = "import json, os, sys\nprint(json.dumps([sys.argv[1:], dict(os.environ)]))\n"
    (printer / "etcd").write_text(f"#!{sys.executable}\n{program}")
    (printer / "etcd").chmod(0o755)
    run = subprocess.run(["sh", "given/start.sh"], cwd=folder, env={"PATH": f"{printer}:/usr/bin:/bin"}, capture_output=True,
                         text=True)
    return json.loads(run.stdout)


def in_force(program, words, variables, folder):
    """Returns the values that etcd's own parser gives its options, and None if it refuses them."""
    run = subprocess.run([program.parent / "facts", "effective", *words], env=variables, cwd=folder, capture_output=True,
                         text=True)
    lines = run.stdout.splitlines()
    return json.loads(lines[-1]).get("values") if lines and lines[-1].startswith("{") else None


def make_certificates(folder):
    def openssl(command):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)

    folder.mkdir()
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    (folder / "extensions").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n")
    openssl(f"req -x509 {curve} -keyout ca.key -out ca.crt -days 2 -subj /CN=ca")
    openssl(f"req {curve} -keyout member.key -out member.csr -subj /CN=member")
    openssl("x509 -req -in member.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out member.crt -days 2 -extfile extensions")
    openssl("genrsa -out rsa.key 2048")
    openssl("rsa -in rsa.key -pubout -out rsa.pub")
    for name, curve in (("ec", "prime256v1"), ("ec384", "secp384r1")):
        openssl(f"ecparam -name {curve} -genkey -noout -out {name}.key")
        openssl(f"ec -in {name}.key -pubout -out {name}.pub")
    (folder / "hmac.key").write_text("any bytes\n")
