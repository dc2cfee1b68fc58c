"""How much a law in Python does; tests/trial.h has the same for C."""

import os

SANITIZED = bool(os.environ.get("WEIR_SANITIZE"))
LIMIT = 600  # seconds for a program; ends only what hangs
WHOLE = "WEIR_LAW_WHOLE" in os.environ  # do everything; sample nothing


def turns(usual, few):
    """The number of turns of a law: `usual`, or `few` under a sanitizer. With
    WEIR_LAW_WHOLE it is 10 * `usual`, or `usual` under a sanitizer."""
    if SANITIZED:
        return usual if WHOLE else few
    return 10 * usual if WHOLE else usual


def stride(usual, few):
    """The step of a law that goes through a whole range; 1 with WEIR_LAW_WHOLE.
    """
    return 1 if WHOLE else few if SANITIZED else usual
