"""Random configurations, made of the options of all releases."""

import json
import random
import re

from compare_servers.options import BASE, OPTIONS, VALUES, at, choices, exists, key_of, key_type
from compare_servers.yaml_changes import CHANGES, WHOLE

# Options that servers check together.
GROUPS = [group.split() for group in """
cert-file key-file trusted-ca-file client-cert-auth auto-tls client-cert-allowed-hostname listen-client-urls client-key-file
peer-cert-file peer-key-file peer-trusted-ca-file peer-client-cert-auth peer-auto-tls peer-cert-allowed-cn listen-peer-urls
tls-min-version tls-max-version cipher-suites auto-tls listen-client-urls self-signed-cert-validity
logger log-outputs log-output log-level debug log-package-levels enable-log-rotation log-rotation-config-json log-format
auto-compaction-mode auto-compaction-retention
heartbeat-interval election-timeout
initial-cluster name initial-advertise-peer-urls listen-peer-urls initial-cluster-state force-new-cluster
listen-client-urls advertise-client-urls listen-metrics-urls listen-client-http-urls
experimental-enable-lease-checkpoint experimental-enable-lease-checkpoint-persist feature-gates logger
feature-gates experimental-initial-corrupt-check experimental-compact-hash-check-enabled
proxy proxy-failure-wait discovery-fallback initial-cluster cert-file
enable-v2 experimental-enable-v2v3 v2-deprecation proxy
experimental-enable-distributed-tracing experimental-distributed-tracing-sampling-rate enable-distributed-tracing
discovery discovery-token discovery-endpoints initial-cluster discovery-fallback discovery-proxy
wal-dir data-dir max-snapshots
experimental-corrupt-check-time corrupt-check-time compact-hash-check-time experimental-compact-hash-check-time
auth-token auth-token-ttl bcrypt-cost cors host-whitelist
""".strip().splitlines()]

# How configurations are written: how often, and the spelling of the settings.
FORMS = {"script": (26, "flag"), "file": (28, "key"), "variables": (16, "variable"), "unit": (9, "flag"), "pod": (9, "flag"),
         "mixed": (6, "flag"), "beside-a-file": (6, "key")}

JUNK = {
    "flag": [["stray"], ["--"], ["-"], ["--=x"], ["---name=x"], ["--bogus=1"], ["--bogus"], ["true"], ["-x"],
             ["--enable-pprof", "true"], ["--pre-vote", "false"]],
    "variable": ["ETCD_BOGUS", "ETCD_", "ETCD_HELP", "ETCD_VERSION", "etcd_name", "ETCD_name", "ETCD_CONFIG", "ETCD_V"],
    "key": ["bogus", "ETCD_NAME", "--name", "version", "client-transport-security.bogus", "peer-transport-security",
            "client-transport-security", "discovery-config", "socket-options", "initial_cluster"],
}


class Setting:
    """A flag or a variable with its text, or a key with its YAML. `words` is of what is no setting."""

    def __init__(self, spelling, name, value, words=None):
        self.spelling, self.name, self.value, self.words = spelling, name, value, words


class Configuration:
    """A random configuration of a release."""

    def __init__(self, seed, release):
        dice = self.dice = random.Random(f"{seed} {release}")
        self.seed, self.release, self.change, self.style = seed, release, None, dice.random()
        self.form = dice.choices(list(FORMS), [weight for weight, _ in FORMS.values()])[0]
        self.member = dice.choice(["m1", "etcd-0", "default"])
        self.spelling = FORMS[self.form][1]
        odd = dice.random() < 2 / 3
        self.settings = self.some(self.spelling, odd)
        if self.form == "mixed" or self.form in ("unit", "pod") and dice.random() < 0.3:
            self.settings += self.some("variable", odd and dice.random() < 0.5)
        if self.form == "beside-a-file":
            self.settings += self.some(dice.choice(["flag", "variable"]), odd and dice.random() < 0.5)
        if self.spelling == "key" and odd and dice.random() < 0.25:
            self.change = dice.choice(list(CHANGES) + list(WHOLE))
            self.settings = [] if dice.random() < 0.7 else self.settings
        self.add_base()

    def add_base(self):
        dice, given = self.dice, {setting.name for setting in self.settings}
        without = dice.sample(list(BASE), dice.randint(1, 3)) if dice.random() < 0.12 else []
        tls_peers = any(setting.name == "listen-peer-urls" and "https" in setting.value for setting in self.settings)
        self.base = []
        for name, value in BASE.items():
            if name in given or name in without:
                continue
            if tls_peers and "peer" in value + name + "initial" and dice.random() < 0.7 and "{P}" in value:
                value = value.replace("http:", "https:")
            self.base.append(Setting(self.spelling, name, self.yaml_text(value) if self.spelling == "key" else value))
        # Elects itself sooner.
        if dice.random() < 0.93 and not given & {"heartbeat-interval", "election-timeout"}:
            for name, value in (("heartbeat-interval", "10"), ("election-timeout", "100")):
                self.base.append(Setting(self.spelling, name, value))

    def some(self, spelling, odd):
        """Some settings; most have no odd cause."""
        dice, made = self.dice, []

        def any_option(known=True):
            def is_known(option):
                return exists(option, self.release) and (spelling != "key" or bool(at(option["key"], self.release)))

            named = [option for option in OPTIONS.values() if option["name"] not in ("config-file", "config")
                     and (option.get("key") if spelling == "key" else option.get("flag", True))]
            return dice.choice([option for option in named if is_known(option) == known])

        def add(option, odd=False, value=None):
            if spelling == "key" and option.get("key"):
                made.append(Setting("key", key_of(option, self.release), self.yaml(option, odd, value)))
            elif spelling != "key" and option.get("flag", True):
                value = self.chosen(option, odd) if value is None else value
                made.append(Setting(spelling, option["name"], value))

        for _ in range(dice.choice([0, 0, 1, 1, 2, 3]) + (0 if odd else dice.randint(1, 4))):
            option = any_option()
            if option["name"] not in BASE:
                add(option)
        if not odd:
            return made
        kind = dice.choices(["odd", "group", "unknown", "misspelt", "pair", "urls", "junk"], [40, 28, 8, 6, 8, 14, 3])[0]
        if kind == "odd":
            for _ in range(dice.choice([1, 1, 1, 2])):
                add(any_option(), True)
        elif kind == "group":
            group = [OPTIONS[name] for name in dice.choice(GROUPS)]
            group = [option for option in group if exists(option, self.release)] or group
            has_odd = dice.random() < 0.4
            for index, option in enumerate(dice.sample(group, min(len(group), dice.randint(2, 5)))):
                port = {"listen-client-urls": "{C}", "listen-peer-urls": "{P}"}.get(option["name"])
                tls = [f"https://127.0.0.1:{port}", f"https://localhost:{port}",
                       f"http://127.0.0.1:{port},https://127.0.0.1:{{O}}"]
                add(option, has_odd and index == 0, dice.choice(tls) if port and dice.random() < 0.7 else None)
        elif kind == "unknown":
            add(any_option(known=False), dice.random() < 0.2)
        elif kind == "misspelt":
            add(any_option())
            if made:
                made[-1].name = self.misspelt(made[-1].name)
        elif kind == "pair":
            old = [option for option in OPTIONS.values() if option.get("replaced-by", {}).get("option") in OPTIONS]
            option = dice.choice([option for option in old if exists(option, self.release) or dice.random() < 0.15] or old)
            add(option, dice.random() < 0.2)
            add(OPTIONS[option["replaced-by"]["option"]], dice.random() < 0.2)
        elif kind == "urls":
            add(OPTIONS[dice.choice(["listen-client-urls", "listen-peer-urls", "listen-metrics-urls",
                                     "advertise-client-urls", "initial-advertise-peer-urls", "initial-cluster"])], True)
        elif spelling == "flag":
            made.append(Setting("flag", "", "", dice.choice(JUNK["flag"])))
        elif spelling == "variable":
            made.append(Setting("variable", dice.choice(JUNK["variable"]), dice.choice(["1", "x", "", "true"])))
        else:
            made.append(Setting("key", dice.choice(JUNK["key"]), dice.choice(VALUES["yaml"]["odd"])))
        return made

    def chosen(self, option, odd):
        """A value of the option; one that is usual if it has no odd ones."""
        usual, strange = choices(option, self.release)
        return self.dice.choice(strange if odd and strange else usual)

    def misspelt(self, name):
        cut = self.dice.randrange(len(name))
        other = name.removeprefix("experimental-") if name.startswith("experimental-") else "experimental-" + name
        return self.dice.choice([name.replace("-", "_", 1), name.upper(), name.title(), name[:cut] + name[cut + 1:],
                                 other, name + "s", "etcd-" + name])

    def yaml(self, option, odd, value):
        """A value of a key as YAML."""
        dice, kind = self.dice, key_type(option, self.release)
        if odd and dice.random() < 0.5:
            return dice.choice(VALUES["yaml"]["odd"])
        text = self.chosen(option, odd) if value is None else value
        if kind == "list":
            items = text.split(",") if text else []
            if dice.random() < 0.5 or not items:
                return json.dumps(items, ensure_ascii=False)
            return "\n" + "\n".join("  - " + self.yaml_text(item) for item in items)
        if kind == "bool":
            return text or '""' if odd else dice.choice(["true", "false", "True", "FALSE", "yes", "off"])
        if kind == "duration":
            return dice.choice([text or '""', "0", "-1", "1.5", "1e9", '"1s"', "5s"] if odd
                               else ["1000000000", "100000000", "60000000000"])
        if kind == "int":
            return (text or '""') if odd else text if re.fullmatch(r"[1-9]\d*|0", text) else "100"
        return self.yaml_text(text)

    def yaml_text(self, text):
        plain = re.fullmatch(r"[A-Za-z/][A-Za-z0-9_./=-]*(:[/0-9][A-Za-z0-9_./=:-]*)*", text)
        words = ("true", "false", "yes", "no", "on", "off", "null", "y", "n", "none", "t", "f")
        if plain and text.lower() not in words and self.dice.random() < 0.6:
            return text
        if self.dice.random() < 0.5:
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=False)
