"""Compares values that the tool shows with those of a server."""

import re

from compare_servers.options import FACTS, OPTIONS, at, numbers, type_of

UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def differences(shown, held, release):
    """Compares the options that the tool shows with what the server holds; returns how many, and a line for each that differs."""
    known = [option for option in shown if option["known"] and option["option"] in held and option["option"] in OPTIONS]
    lines = []
    for option in known:
        name, own, real = option["option"], option["value"], held[option["option"]]
        if comparable(name, own, release, held) != comparable(name, real, release, held):
            lines.append(f"{name} is {real!r} for the server and {own!r} for the tool")
    return len(known), lines


def comparable(name, text, release, held):
    """Returns a value in one form. The parser leaves some empty, which the server fills when it starts."""
    option = OPTIONS[name]
    kind = type_of(option, release)
    default = at(option.get("effective-default"), release)
    if default is not None and (text == "" or kind == "duration" and nanoseconds(text) == 0):
        text = default
    if name == "election-timeout":
        # The server counts in ticks of the heartbeat.
        tick = int(held["heartbeat-interval"])
        return int(text) // tick * tick
    if kind == "duration":
        return nanoseconds(text)
    if kind == "feature-gates":
        return gates(text, release)
    is_list = name == "initial-cluster" or kind not in ("string", "bool")
    return sorted(item.strip() for item in text.split(",")) if is_list else text


def gates(text, release):
    gates = dict(pair.split("=", 1) for pair in text.split(",") if "=" in pair)
    for every, stage in (("AllAlpha", "alpha"), ("AllBeta", "beta")):
        for gate in FACTS["feature-gate"] if every in gates else []:
            if gate.get("stage") == stage and numbers(gate["since"]) <= numbers(release):
                gates.setdefault(gate["name"], gates[every])
    return gates


def nanoseconds(text):
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    parts = re.findall(r"(\d*\.?\d*)(ns|us|µs|ms|s|m|h)", text)
    total = sum(int(round(float(number) * UNITS[unit], 3)) for number, unit in parts)
    return -total if text.startswith("-") else total
