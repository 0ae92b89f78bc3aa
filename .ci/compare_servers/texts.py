"""Writes configurations as files, and reads from the files how etcd is started."""

import json
import random
import re
import shlex

from compare_servers.options import OPTIONS, type_of
from compare_servers.yaml_changes import changed

PORTS = {"C": "2379", "P": "2380", "O": "2381", "O2": "2382", "M": "2383"}
UNIT, POD, SCRIPT, VARIABLES, FILE = "etcd.service", "etcd.yaml", "start.sh", "etcd.env", "etcd.conf.yml"


def written(configuration, folder, certificates):
    """Returns the files by name."""
    dice = random.Random(configuration.style)
    words, variables, keys = spelled(configuration, folder, certificates, dice)
    files = {}
    if keys:
        files[FILE] = changed(configuration.change, config_file(keys, dice), dice)
        if configuration.form == "beside-a-file":
            path = str(folder / "given" / FILE)
            if dice.random() < 0.3:
                variables["ETCD_CONFIG_FILE"] = path
            else:
                words.insert(0, f"--config-file={path}")
    form = configuration.form
    if form == "variables":
        files[VARIABLES] = env_file(variables)
    elif form == "unit":
        files[UNIT] = unit(words, variables, dice)
    elif form == "pod":
        files[POD] = pod(words, variables, dice)
    elif form != "file":
        files[SCRIPT] = script(words, variables, dice)
    return files


def spelled(configuration, folder, certificates, dice):
    """Returns words, variables and keys, with ports and folders."""
    places = PORTS | {"N": configuration.member, "n": configuration.member.upper(), "D": str(folder), "T": str(certificates)}
    words, variables, keys = [], {}, {}
    for setting in configuration.base + configuration.settings:
        value = re.sub(r"\{([A-Z]\d?|n)\}", lambda place: places.get(place[1], place[0]), setting.value)
        if setting.words:
            words += setting.words
        elif setting.spelling == "variable":
            is_name = setting.name[:4].lower() == "etcd" and "_" in setting.name
            name = setting.name if is_name else "ETCD_" + re.sub("[-.]", "_", setting.name.upper())
            variables.setdefault(name, value)
        elif setting.spelling == "key":
            keys.setdefault(setting.name, value)
        else:
            words += flag(setting.name, value, configuration.release, dice)
    return words, variables, keys


def flag(name, value, release, dice):
    dash = "-" if dice.random() < 0.15 else "--"
    is_switch = name in OPTIONS and type_of(OPTIONS[name], release) in ("bool", "ignored")
    if is_switch and value == "true" and dice.random() < 0.5:
        return [dash + name]
    return [f"{dash}{name}={value}"] if is_switch or dice.random() < 0.75 else [dash + name, value]


def double_quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted(text):
    return text if re.fullmatch("[A-Za-z0-9_./:,=@+*-]+", text) else double_quoted(text)


def env_file(variables):
    return "# etcd\n" + "".join(f"{name}={quoted(value) if value else ''}\n" for name, value in variables.items())


def script(words, variables, dice):
    pairs = [f"{name}={shlex.quote(value)}" for name, value in variables.items()]
    is_variable = bool(words) and dice.random() < 0.2
    index = dice.randrange(len(words)) if is_variable else 0
    is_variable = is_variable and belongs_to_flag(words, index)
    words = [shlex.quote(word) for word in words]
    text = "#!/bin/sh\n"
    if is_variable:
        text += f"VALUE={words[index]}\n"
        words[index] = '"$VALUE"'
    command = (" \\\n  " if dice.random() < 0.5 else " ").join(["etcd"] + words)
    if dice.random() < 0.6:
        return text + "".join(f"export {pair}\n" for pair in pairs) + f"exec {command}\n"
    return text + " ".join(pairs + [command]) + "\n"


def belongs_to_flag(words, index):
    """Returns whether a word is a flag, or the value of one: the tool does not read other words from variables."""
    if re.match("--?[A-Za-z]", words[index]):
        return True
    return index > 0 and re.fullmatch("--?[A-Za-z][^=]*", words[index - 1]) and words[index] not in ("true", "false")


def unit(words, variables, dice):
    lines = ["[Service]", "Type=notify"]
    lines += ["Environment=" + quoted(f"{name}={value}".replace("%", "%%")) for name, value in variables.items()]
    words = ["/usr/bin/etcd"] + [quoted(word.replace("%", "%%").replace("$", "$$")) for word in words]
    lines.append("ExecStart=" + (" \\\n  " if dice.random() < 0.5 else " ").join(words))
    return "\n".join(lines) + "\n"


def pod(words, variables, dice):
    def item(text):
        is_plain = re.fullmatch(r"-{0,2}[a-z][a-z-]+[a-z](=[A-Za-z0-9./]+)?", text) and text not in ("true", "false")
        return text if is_plain and dice.random() < 0.5 else json.dumps(text, ensure_ascii=False)

    lines = ["apiVersion: v1", "kind: Pod", "metadata:", "  name: etcd", "spec:", "  containers:", "  - name: etcd",
             "    image: quay.io/coreos/etcd", "    command:", "    - etcd"]
    lines += ["    args:"] if words and dice.random() < 0.4 else []
    lines += [f"    - {item(word)}" for word in words]
    lines += ["    env:"] if variables else []
    for name, value in variables.items():
        lines += [f"    - name: {name}", f"      value: {json.dumps(value, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


def config_file(keys, dice):
    """Returns a configuration file; nearly all dots in keys are sections."""
    tree = {}
    for path, value in keys.items():
        *sections, last = path.split(".") if dice.random() < 0.97 else [path]
        at_section = tree
        for section in sections:
            found = at_section.setdefault(section, {})
            at_section = found if isinstance(found, dict) else {}
        if not isinstance(at_section.get(last), dict):
            at_section[last] = value

    def lines(tree, indent):
        for key, value in tree.items():
            if isinstance(value, dict):
                yield f"{indent}{key}:"
                yield from lines(value, indent + "  ")
            else:
                space = "" if value == "" or value.startswith("\n") else " "
                yield f"{indent}{key}:{space}{value}".replace("\n", "\n" + indent)

    return "# etcd\n" + "\n".join(lines(tree, "")) + "\n"


# What a program that starts etcd reads in the files: only what is written above, and what fixes make of it.


def started(files, folder):
    """Returns the words and the variables with which etcd starts; those of a script are found by the shell."""
    if SCRIPT in files:
        return None, {}
    if UNIT in files:
        return of_unit(files[UNIT])
    if POD in files:
        return of_pod(files[POD])
    if VARIABLES in files:
        return [], of_env_file(files[VARIABLES])
    return [f"--config-file={folder / 'given' / FILE}"], {}


def of_env_file(text):
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name: unquoted(value) for name, value in pairs}


def unquoted(text):
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] == '"' else text


def of_unit(text):
    words, variables = [], {}
    for line in text.replace("\\\n", " ").splitlines():
        key, _, value = line.partition("=")
        parts = [unquoted(part).replace("%%", "%") for part in re.findall(r'"(?:\\.|[^"\\])*"|[^\s"]+', value)]
        if key == "Environment":
            variables |= dict(part.split("=", 1) for part in parts)
        elif key == "ExecStart":
            words = [part.replace("$$", "$") for part in parts[1:]]
    return words, variables


def of_pod(text):
    words, variables, name = [], {}, None
    for line in text.splitlines():
        key, _, value = line.strip().removeprefix("- ").partition(": ")
        if line.startswith("    - name: "):
            name = value
        elif key == "value":
            variables[name] = scalar(value)
        elif line.startswith("    - "):
            words.append(scalar(line[6:]))
    return words[1:], variables


def scalar(text):
    return json.loads(text) if text[:1] == '"' else text[1:-1].replace("''", "'") if text[:1] == "'" else text
