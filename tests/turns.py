"""How often a law in Python goes round: tests/trial.h is the same for C."""

import os

SANITIZED = bool(os.environ.get("WEIR_SANITIZE"))
LIMIT = 600  # seconds for a program: it ends what hangs, and nothing else
WHOLE = "WEIR_LAW_WHOLE" in os.environ  # nothing is sampled


def turns(usual, few):
    """`few` under a sanitizer; of a law as a whole ten times the usual ones,
    and under a sanitizer the usual."""
    if SANITIZED:
        return usual if WHOLE else few
    return 10 * usual if WHOLE else usual


def stride(usual, few):
    """Of all that there is, one of so many; as a whole every one."""
    return 1 if WHOLE else few if SANITIZED else usual
