"""The error that a user can mend, and the hint that goes with a misspelt name."""

import difflib
from collections.abc import Iterable


class UserError(ValueError):
    """Report wrong input in one line: what is wrong, the value received, how to mend it.

    Launchers print the message without a traceback and exit with status 2.
    """


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name.

    Args:
        name: the name received.
        known: the names that would have been right.

    Returns:
        `" Did you mean 'x'?"`, or an empty string where nothing is near.
    """
    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


def check_choice(what: str, value: str, known: Iterable[str]) -> str:
    """Return `value` if it is one of `known`.

    Args:
        what: what the value names, as the message says it, such as "cell".
        value: the value received.
        known: the allowed values.

    Returns:
        The value itself.

    Raises:
        UserError: if the value is unknown; the message lists the known ones.
    """
    known = list(known)
    if value not in known:
        raise UserError(
            f"{what} must be one of {', '.join(map(repr, known))}."
            f"{did_you_mean(value, known)} Received: {value!r}"
        )
    return value
