"""What the options are in each release: rules/options.toml."""

import pathlib
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
FACTS = tomllib.loads((ROOT / "rules/options.toml").read_text())
OPTIONS = {option["name"]: option for option in FACTS["option"]}
VALUES = tomllib.loads((FOLDER / "values.toml").read_text())
LISTED = {name: values for names, values in VALUES["option"].items() for name in names.split()}

# Ports that are the {U} of options of URLs; for the others it is that of clients.
OWN_PORT = {"listen-peer-urls": "{P}", "initial-advertise-peer-urls": "{P}", "listen-metrics-urls": "{M}",
            "listen-client-http-urls": "{M}"}
# With these the server prints and exits, or needs memory that can be locked.
NEVER_ON = {"version", "memory-mlock", "experimental-memory-mlock"}
# What a member needs to start alone.
BASE = {
    "name": "{N}", "data-dir": "{D}/data",
    "listen-client-urls": "http://127.0.0.1:{C}", "advertise-client-urls": "http://127.0.0.1:{C}",
    "listen-peer-urls": "http://127.0.0.1:{P}", "initial-advertise-peer-urls": "http://127.0.0.1:{P}",
    "initial-cluster": "{N}=http://127.0.0.1:{P}",
}


def numbers(release):
    return tuple(int(number) for number in release.split("."))


def at(value, release):
    """Returns the value of a fact at a release."""
    if not isinstance(value, dict):
        return value
    known = [begin for begin in value if numbers(begin) <= numbers(release)]
    return value[max(known, key=numbers)] if known else None


def exists(option, release):
    release, since = numbers(release), option["since"]
    begins = [numbers(begin) for begin in ([since] if isinstance(since, str) else since)]
    same = [begin for begin in begins if begin[:2] == release[:2]]
    begun = same[0] <= release if same else min(begins) <= release and max(begins)[:2] < release[:2]
    return begun and not ("removed" in option and numbers(option["removed"]) <= release)


def type_of(option, release):
    kind = option.get("type")
    return at(kind, release) or (list(kind.values())[0] if isinstance(kind, dict) else None)


def key_of(option, release):
    """Returns the key at the release, or else the key in another release."""
    keys = option.get("key")
    others = [key for key in keys.values() if key] if isinstance(keys, dict) else [keys]
    return at(keys, release) or others[-1]


def key_type(option, release):
    kind = at(option.get("key-type"), release) or type_of(option, release) or "string"
    return {"int64": "int", "uint": "int", "uint32": "int", "uint64": "int", "strings": "list",
            "unique-strings": "list"}.get(kind, kind)


def choices(option, release):
    """Returns usual and odd values."""
    name, kind = option["name"], type_of(option, release) or key_type(option, release)
    if name in NEVER_ON:
        return ["false", "0", "F"], ["", "no", "2"]
    if name in LISTED:
        return LISTED[name]
    if kind in ("urls", "unique-urls") and name != "cors":
        usual, odd = VALUES["type"]["urls"]
        own = OWN_PORT.get(name, "{C}")
        if "advertise" in name:
            usual, odd = [BASE[name]], usual + odd
        return [[value.replace("{U}", own) for value in values] for values in (usual, odd)]
    if kind == "enum":
        return at(option["allowed"], release) or ["x"], ["", "bogus", "TRUE"]
    kind = {"int64": "int", "uint32": "uint", "uint64": "uint"}.get(kind, kind)
    return VALUES["type"].get(kind, VALUES["type"]["string"])
