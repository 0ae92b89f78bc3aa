"""Changes to one line, and to the whole, of a configuration file."""

import re

from compare_servers.options import VALUES


def split(line):
    key, _, value = line.partition(":")
    return key, value.strip()


# Changes to one line of a configuration file: each returns what is written instead.
CHANGES = {
    "tab": lambda line, dice: line.replace(": ", ":\t", 1),
    "indented": lambda line, dice: dice.choice([" ", "\t"]) + line,
    "case": lambda line, dice: dice.choice([str.upper, str.title])(split(line)[0]) + ": " + split(line)[1],
    "twice": lambda line, dice: line + "\n" + line,
    "another-value": lambda line, dice: line + "\n" + split(line)[0] + ": " + dice.choice(VALUES["yaml"]["odd"]),
    "another-case": lambda line, dice: line + "\n" + split(line)[0].upper() + ": " + dice.choice(VALUES["yaml"]["odd"]),
    "no-space": lambda line, dice: line.replace(": ", ":", 1),
    "comment": lambda line, dice: line + dice.choice([" # note", "# note", " #", "\t# x"]),
    "variable": lambda line, dice: "ETCD_" + split(line)[0].upper().replace("-", "_") + ": " + split(line)[1],
    "flag": lambda line, dice: "--" + line,
    "equals-sign": lambda line, dice: line.replace(": ", "=", 1),
    "quoted-key": lambda line, dice: f'"{split(line)[0]}": {split(line)[1]}',
    "space-before-colon": lambda line, dice: split(line)[0] + " : " + split(line)[1],
    "null": lambda line, dice: split(line)[0] + ":" + dice.choice(["", " ~", " null"]),
    "empty": lambda line, dice: split(line)[0] + ": " + dice.choice(['""', "''"]),
    "block": lambda line, dice: split(line)[0] + ": " + dice.choice(["|", ">", "|-", ">-"]) + "\n  " + split(line)[1],
    "item": lambda line, dice: split(line)[0] + ":\n  - " + split(line)[1],
    "open-quote": lambda line, dice: line + ' "',
    "other-line": lambda line, dice: line + "\n" + dice.choice([
        "bogus", "- a", "...", "{}", "%YAML 1.1", "@x", "a: b: c", "x: *a", "? a", '"', "foo: [", "foo: {a: b", "bar: @x",
        "baz: %x", "<<: {}", "1: 2", "true: x", "[a]: b", "---", "---\nname: other"]),
    "tag": lambda line, dice: split(line)[0] + dice.choice([": !!str ", ": !!int ", ": !!float ", ": !!bool ", ": !x ", ": ! ",
                                                             ": !!binary ", ": !!null "]) + split(line)[1],
    "anchor": lambda line, dice: split(line)[0] + ": &a " + split(line)[1],
    "alias": lambda line, dice: f"other: &a {split(line)[1]}\n{split(line)[0]}: *a",
    "alias-first": lambda line, dice: f"{split(line)[0]}: *a\nother: &a {split(line)[1]}",
    "merge": lambda line, dice: f"other: &a {{{line}}}\n<<: *a",
    "section": lambda line, dice: f"{dice.choice(SECTIONS)}:\n  {line}",
    "section-twice": lambda line, dice: "\n".join([line] + [f"{SECTIONS[0]}:\n  cert-file: ''"] * 2),
    "folded": lambda line, dice: line.replace(": ", ":\n  ", 1),
    "question": lambda line, dice: f"? {split(line)[0]}\n: {split(line)[1]}",
}
SECTIONS = ["client-transport-security", "peer-transport-security", "discovery-config", "other"]

# Changes to the whole text.
WHOLE = {
    "returns": lambda text: text.replace("\n", "\r\n"),
    "mark": lambda text: "\ufeff" + text,
    "start": lambda text: "---\n" + text,
    "end": lambda text: text + "...\n",
    "text-after-end": lambda text: text + "...\nname\n",
    "two-documents": lambda text: text + "---\n" + text,
    "directive": lambda text: "%YAML 1.2\n---\n" + text,
    "no-last-return": lambda text: text.rstrip("\n"),
    "indented": lambda text: re.sub("(?m)^(?=.)", "  ", text),
    "flow": lambda text: "{" + ", ".join(text.splitlines()[1:]) + "}\n",
}


def changed(change, text, dice):
    if change in WHOLE:
        return WHOLE[change](text)
    lines = text.splitlines()
    own = [index for index, line in enumerate(lines) if re.match("[a-z-]+: ", line)]
    if change is None or not own:
        return text
    index = dice.choice(own)
    lines[index] = CHANGES[change](lines[index], dice)
    return "\n".join(lines) + "\n"
