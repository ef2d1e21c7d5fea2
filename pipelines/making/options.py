"""Checks of the numbers that a user gives a data set builder."""

import numbers

from sps_tf.errors import UserError

MAX_EXAMPLES = 1_000_000
MAX_SEED = 2**31 - 1
MAX_PITCH = 127


def check_split_size(name: str, value: int) -> int:
    """Return a split's number of examples if it makes sense.

    Args:
        name: the option's name, for the message.
        value: number of examples, 1 to 1,000,000.

    Returns:
        The number, as a plain int.

    Raises:
        UserError: if the value is not a whole number in this range.
    """
    return check_whole_number(name, value, 1, MAX_EXAMPLES)


def check_seed(name: str, value: int) -> int:
    """Return a seed if it makes sense.

    Args:
        name: the option's name, for the message.
        value: the seed, 0 to 2**31 - 1.

    Returns:
        The seed, as a plain int.

    Raises:
        UserError: if the value is not a whole number in this range.
    """
    return check_whole_number(name, value, 0, MAX_SEED)


def check_pitch(name: str, value: int) -> int:
    """Return a MIDI note number if it is one.

    Args:
        name: the option's name, for the message.
        value: the note, 0 to 127.

    Returns:
        The number, as a plain int.

    Raises:
        UserError: if the value is not a whole number in this range.
    """
    return check_whole_number(name, value, 0, MAX_PITCH)


def check_whole_number(name: str, value: int, low: int, high: int) -> int:
    """Return a number if it is whole and in its range.

    Args:
        name: the option's name, for the message.
        value: the number.
        low: the least that is allowed.
        high: the most that is allowed.

    Returns:
        The number, as a plain int.

    Raises:
        UserError: if the value is not a whole number in this range.
    """
    # A bool is an int to Python, and never what was meant.
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise UserError(f"{name} must be a whole number. Received: {value!r}")
    if not low <= value <= high:
        raise UserError(f"{name} must lie in {low} to {high}. Received: {value}")
    return int(value)
