"""Compares the tool with a server on one configuration."""

import collections
import json
import shutil
import subprocess

from compare_servers import texts
from compare_servers.configuration import Configuration
from compare_servers.explained import explanation
from compare_servers.options import numbers
from compare_servers.servers import LONG_PATIENCE, PATIENCE, in_force, run_script, start
from compare_servers.values import differences


class Result:
    """What one configuration showed: counts by name, and the disagreements, each with its kind and whether it is explained."""

    def __init__(self, seed, release):
        self.seed, self.release = seed, release
        self.counts, self.disagreements = collections.Counter(configurations=1), []

    def disagree(self, kind, text, why=None):
        self.counts["explained" if why else kind] += 1
        known = f", explained: {why}" if why else ""
        self.disagreements.append((kind, bool(why), f"seed {self.seed}, etcd {self.release}: {kind}{known}\n{text}"))


class Verdict:
    """Whether the server and the tool refuse a configuration, and what they print."""

    def __init__(self, refused, messages, started, files):
        self.refused, self.reported = refused, bool(messages)
        self.printed = started.reason() if refused else "; ".join(messages)
        self.served_log = started.log
        self.files = "".join(f"-- {name}\n{text}" for name, text in files.items())

    def kind(self):
        if self.refused == self.reported:
            return None
        return "missed" if self.refused else "false"


class Comparison:
    """Compares in a folder, with the servers by release and the folder of certificates."""

    def __init__(self, tool, servers, folder, certificates):
        self.tool, self.servers, self.folder, self.certificates = tool, servers, folder, certificates

    def compare(self, seed, release):
        """Compares one seed."""
        result, configuration = Result(seed, release), Configuration(seed, release)
        verdict = self.verdict(configuration)
        # A machine that is slow may have made the difference.
        if verdict.kind():
            verdict = self.verdict(configuration)
        result.counts.update(refused=verdict.refused, reported=verdict.reported)
        if verdict.kind():
            kind = verdict.kind()
            smallest = self.smallest(configuration, kind)
            why = explanation(kind, f"{smallest.printed}\n{smallest.files}")
            result.disagree(kind, f"{smallest.printed}\n{smallest.files}", why)
        elif not verdict.refused:
            self.compare_values(configuration, result)
            self.compare_fixes(configuration, result)
        shutil.rmtree(self.folder, ignore_errors=True)
        return result

    def verdict(self, configuration):
        files, release = self.put(configuration), configuration.release
        refusals, _ = self.lint(files, release, release)
        started = self.start(files, release, bool(refusals))
        return Verdict(started.refused, refusals, started, files)

    def smallest(self, configuration, kind):
        """Removes settings as long as the two still differ in the same way."""
        for settings in (configuration.settings, configuration.base):
            for setting in list(settings):
                index = settings.index(setting)
                del settings[index]
                # Without it the server would use the ports of all others.
                if "listen" in setting.name or self.verdict(configuration).kind() != kind:
                    settings.insert(index, setting)
        return self.verdict(configuration)

    def compare_values(self, configuration, result):
        """Compares the values in force with those of etcd's own parser, where the release has it."""
        release, form = configuration.release, configuration.form
        if not (self.servers[release] / "facts").exists():
            return
        files = self.put(configuration)
        words, variables = texts.started(files, self.folder)
        if words is None:
            words, variables = run_script(self.folder)
        shown = self.run("show", "--no-config", "--to", release, "--format", "json", *self.paths(files))
        members = json.loads(shown.stdout)["members"] if shown.stdout else []
        shown_files = "".join(f"-- {name}\n{text}" for name, text in files.items())
        # An environment file is a part of a member, and a variable may contain any words.
        may_be_part = form == "variables" or '"$VALUE"' in files.get(texts.SCRIPT, "")
        is_whole = len(members) == 1 and (members[0]["complete"] or may_be_part)
        if not is_whole:
            if form != "beside-a-file":
                result.disagree("wrong value", f"{len(members)} members: {shown.stderr}\n{shown_files}")
            return
        held = in_force(self.servers[release] / "etcd", words, variables, self.folder)
        if held is None:
            return
        count, lines = differences(members[0]["options"], held, release)
        result.counts["values"] += count
        for line in lines:
            result.disagree("wrong value", f"{line}\n{shown_files}")

    def compare_fixes(self, configuration, result):
        """Starts what `fix` writes on a later server, and holds what `lint` reports of it against the server."""
        release = configuration.release
        new, tried = self.later(release, configuration.seed), None
        for unsafe in (False, True) if new else ():
            files = self.put(configuration)
            paths = self.paths(files)
            fix = self.run("fix", "--no-config", "--from", release, "--to", new, "--write", *["--unsafe"][:unsafe], *paths)
            fixed = {path.name: path.read_text() for path in paths}
            if fixed == tried:
                continue
            tried = fixed
            refusals, errors = self.lint(fixed, release, new)
            # In a release between the two it may be refused, and the server is not asked about other errors.
            if (refusals or errors) and (errors or not self.is_next(release, new)) or fix.returncode > 1:
                if fix.returncode > 1:
                    result.disagree("wrong fix", f"fix exits with {fix.returncode}: {fix.stderr}")
                continue
            started = self.start(fixed, new, bool(refusals))
            result.counts["fixes"] += not refusals
            if started.refused != bool(refusals):
                kind = "wrong fix" if started.refused else "false"
                printed = started.reason() if started.refused else "; ".join(refusals)
                shown = "".join(f"-- {name}\n{files[name]}-- {name}, fixed\n{text}" for name, text in fixed.items())
                mode = "fix --unsafe" if unsafe else "fix"
                result.disagree(kind, f"{mode} --to {new}: {printed}\n{shown}",
                                explanation("missed" if started.refused else "false", printed))

    # What it is done with

    def put(self, configuration):
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "given").mkdir(parents=True)
        files = texts.written(configuration, self.folder, self.certificates)
        for name, text in files.items():
            (self.folder / "given" / name).write_text(text)
        return files

    def paths(self, files):
        return [self.folder / "given" / name for name in files]

    def start(self, files, release, reported):
        words, variables = texts.started(files, self.folder)
        patience = LONG_PATIENCE if reported else PATIENCE
        return start(self.folder, self.servers[release] / "etcd", words, variables, patience)

    def run(self, *arguments):
        return subprocess.run([self.tool, *map(str, arguments)], capture_output=True, text=True)

    def lint(self, files, running, new):
        """Returns the messages of refusals, and of other errors."""
        run = self.run("lint", "--no-config", "--from", running, "--to", new, "--format", "json", *self.paths(files))
        if run.returncode > 1:
            return ["cannot be read"], []
        findings = json.loads(run.stdout)["findings"]
        refused = [finding["message"] for finding in findings if finding["consequence"] == "refused"]
        errors = [finding["message"] for finding in findings
                  if finding["severity"] == "error" and finding["consequence"] != "refused"]
        return refused, errors

    def later(self, release, seed):
        """Returns a server of one of the next two minors, if there is one."""
        newer = self.newer(release)
        return newer[:2][seed % min(2, len(newer))] if newer else None

    def is_next(self, release, new):
        return self.newer(release)[0] == new

    def newer(self, release):
        """Returns the newest server of each later minor."""
        return list({numbers(other)[:2]: other for other in self.servers
                     if numbers(other)[:2] > numbers(release)[:2]}.values())
