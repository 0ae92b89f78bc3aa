"""Disagreements that are known, each with its reason: they are listed, and are no failure."""

import re

# The kind of disagreement, a pattern of what the one that refuses prints or of the files, and the reason.
EXPLAINED = [
    ("missed", r"open [^\"]+: no such file or directory",
     "a file does not exist: no text shows which files a host has"),
    ("missed", r"(?m)^VALUE=[^-]",
     "a variable of the script contains the value of a flag: the tool takes such a value as unknown"),
]


def explanation(kind, printed):
    """Returns the reason of a disagreement if it is known."""
    return next((why for known, pattern, why in EXPLAINED if known == kind and re.search(pattern, printed)), None)
