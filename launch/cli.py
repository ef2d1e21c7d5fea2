"""What every command line of the project shares: flags, help, errors, exit codes.

Exit codes: 0 done, 1 done in part (files were left out, runs have failed), 2 the user can mend it
(one line on stderr says how), 130 or 143 stopped by a signal, 141 nobody reads on. Any other
error is a fault of the program and keeps its traceback.
"""

import contextlib
import os
import re
import select
import sys
import warnings
from collections.abc import Callable, Sequence
from types import ModuleType

from absl import app, flags, logging
from ml_collections import ConfigDict, config_flags

from launch import signals
from sps_tf.errors import UserError, check_choice, did_you_mean
from sps_tf.files import DISK_ERRORS

_STDOUT, _STDERR = 1, 2
_READER_GONE = 141  # 128 and SIGPIPE, as shells have it
_HELP = re.compile(r"--?(help|helpshort|helpfull|helpxml|h|\?)")
_OVERRIDE = re.compile(r"--?(no)?config\.([^=]*)(=?)")


def run_main(
    main: Callable[[list[str]], int | None],
    make_config: Callable[[], ConfigDict | None] | None = None,
    interrupted: str = "interrupted",
    passes_others: bool = False,
    words: Sequence[str] = (),
    takes_words: bool = False,
) -> None:
    """Parse the flags, run `main`, and end the process.

    Args:
        main: called with the arguments that are not flags (the program's name alone).
        make_config: makes the config once the other flags are known; its fields can then be
            set with `--config.<path>=value`, and it is found in `flags.FLAGS.config`. None, or
            None from it: no config.
        interrupted: the line printed after Ctrl-C or SIGTERM. Default "interrupted".
        passes_others: whether flags that are not known here go to `main` behind the program's
            name, in place of being errors. Default False.
        words: of these one may stand among the flags, and goes to `main` behind the program's
            name. Default: none.
        takes_words: whether words that are not flags, such as names of files, go to `main` too, in
            place of being errors. Default False.

    Raises:
        SystemExit: always, with the exit code.
    """
    _quieten()
    signals.end_in_one_line(interrupted)
    signals.follow_parent()
    _show_help_of(sys.modules[main.__module__])

    def run_and_flush(argv: list[str]) -> int | None:
        """Run the command; what it printed fails here and not at the end of the process."""
        status = main(argv)
        sys.stdout.flush()
        return status

    try:
        app.run(
            run_and_flush,
            flags_parser=lambda argv: _parse(argv, make_config, passes_others, words, takes_words),
        )
    except (UserError, flags.Error) as error:
        _fail(str(error))
    except BrokenPipeError:
        if not _drop_what_nobody_reads():
            raise
        sys.exit(_READER_GONE)
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        _fail(f"{error.filename or 'a file'} cannot be written or read: {error.strerror}.")
    except KeyboardInterrupt as error:
        print(f"\n{interrupted}", file=sys.stderr)
        sys.exit(signals.exit_code(error))


def _drop_what_nobody_reads() -> bool:
    """Let what is left to print go nowhere where its reader, such as `head`, has enough.

    Returns:
        Whether there is such a stream; another pipe, such as that of a worker, is none.
    """
    poll = select.poll()
    for number in (_STDOUT, _STDERR):
        poll.register(number, 0)  # an error, of a pipe that it has no reader, is always told
    gone = [number for number, event in poll.poll(0) if event & select.POLLERR]
    for number in gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    return bool(gone)


def _quieten() -> None:
    """Ask the libraries, by their own switches, not to bury the lines that matter.

    What a user has set stays. Errors of TensorFlow's operations are Python's exceptions all the
    same.
    """
    # 2 hides TensorFlow's warnings; 3 also what it says as errors where it looks for a GPU.
    has_gpu = os.path.exists("/dev/nvidiactl")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2" if has_gpu else "3")
    # Google's packages tell of the end of Python 3.11 in 2027.
    warnings.filterwarnings("ignore", "You are using a Python version", FutureWarning)


def _show_help_of(command: ModuleType) -> None:
    """Let absl's help tell of `command`, also where a console command is the main module."""
    sys.modules["__main__"].__doc__ = command.__doc__
    for flag in flags.FLAGS.get_key_flags_for_module(command):
        flags.FLAGS.register_key_flag_for_module(sys.argv[0], flag)


def _fail(message: str) -> None:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(2)


def _parse(
    argv: list[str],
    make_config: Callable[[], ConfigDict | None] | None,
    passes_others: bool,
    words: Sequence[str],
    takes_words: bool,
) -> list[str]:
    """Parse in two steps: the plain flags choose the config whose fields are then flags too."""
    argv = [argv[0], *("--help" if a == "-h" else a for a in argv[1:])]
    if any(_HELP.fullmatch(argument) for argument in argv[1:]):
        _print_help(argv, make_config)
    plain = [argument for argument in argv if not _OVERRIDE.match(argument)]
    rest = flags.FLAGS(plain, known_only=passes_others)
    others = [word for word in rest[1:] if word.startswith("-")] if passes_others else []
    argv = [argument for argument in argv if argument not in others]
    rest = [argument for argument in rest if argument not in others]
    _log_what_matters()
    if words and len(rest) > 1:
        check_choice("command", rest.pop(1), words)
    if len(rest) > 1 and not takes_words:
        raise UserError(
            f"Every setting is one word, such as --seed=1. Received a word apart: {rest[1]!r}"
        )
    config = make_config() if make_config else None
    if config is None:
        return flags.FLAGS(argv) + others
    _check_overrides(argv, config)
    defaults = list_fields(config)
    config_flags.DEFINE_config_dict("config", config, lock_config=True, sys_argv=argv)
    try:
        rest = flags.FLAGS(argv)
    except flags.IllegalFlagValueError as error:
        raise UserError(_explain_value(str(error), defaults)) from error
    _check_sequences(defaults, list_fields(config))
    return rest + others


def _log_what_matters() -> None:
    """Set absl's two flags for logs, where the user has not."""
    levels = {
        "verbosity": logging.WARNING,  # absl would show information too
        # TFDS alone tells by absl's own logger: of every config with options, and of what it
        # has deprecated itself.
        "logger_levels": {"absl": "ERROR"},
    }
    for name, level in levels.items():
        if flags.FLAGS[name].using_default_value:
            flags.FLAGS[name].value = level
            flags.FLAGS[name].using_default_value = False


def _check_overrides(argv: list[str], config: ConfigDict) -> None:
    """Refuse unknown config fields, and fields without a value, before they are parsed."""
    fields = list_fields(config)
    for argument in argv[1:]:
        match = _OVERRIDE.match(argument)
        if match is None:
            continue
        name = match[2]
        if name not in fields:
            raise UserError(
                f"There is no config field {name!r}.{_suggest(name, fields)} "
                "`--help` after the other flags lists them all."
            )
        if name in flags.FLAGS:
            raise UserError(f"{name} has a flag of its own: --{name}=<value>.")
        if not match[3] and not isinstance(fields[name], bool):
            raise UserError(f"Give the field its value in one word: --config.{name}=<value>.")


def list_fields(config: ConfigDict, prefix: str = "") -> dict[str, object]:
    """Return the value of every field of a config by its path, such as `data.n_train`."""
    fields = {}
    for name, value in config.items():
        if isinstance(value, ConfigDict):
            fields |= list_fields(value, f"{prefix}{name}.")
        else:
            fields[f"{prefix}{name}"] = value
    return fields


def _suggest(name: str, fields: dict[str, object]) -> str:
    """Look for the nearest path, and for fields elsewhere that carry the same last word."""
    word = name.rsplit(".", 1)[-1]
    same_word = [field for field in fields if field.rsplit(".", 1)[-1] == word]
    if same_word:
        return f" Did you mean {' or '.join(map(repr, same_word))}?"
    inside = [field for field in fields if field.startswith(f"{name}.")]
    if inside:
        return f" It is a group; its fields are {', '.join(inside)}."
    return did_you_mean(name, fields)


def _explain_value(message: str, defaults: dict[str, object]) -> str:
    """Add to absl's message of which type the field is, and what it holds by default."""
    match = re.search(r"flag --config\.([^=]+)=", message)
    value = defaults.get(match[1]) if match else None
    if value is None:
        return message
    return f"{message}. {match[1]} is of type {type(value).__name__}, by default {value!r}."


def _check_sequences(defaults: dict[str, object], fields: dict[str, object]) -> None:
    """Refuse sequences with elements of a wrong type, which the parser lets through."""
    for name, default in defaults.items():
        types = {type(element) for element in default} if isinstance(default, tuple) else set()
        if types and not {type(element) for element in fields[name]} <= types:
            raise UserError(
                f"config.{name} takes elements as in {default!r}. Received: {fields[name]!r}"
            )


def _print_help(argv: list[str], make_config: Callable[[], ConfigDict | None] | None) -> None:
    """Print absl's help and, where the flags before it name one, the config's fields."""
    # absl leaves with status 1 after its help; asking for help is no error.
    with contextlib.suppress(SystemExit):
        flags.FLAGS([a for a in argv if _HELP.fullmatch(a) or a == argv[0]])
    if make_config is not None:
        config = None
        with contextlib.suppress(UserError, flags.Error):
            flags.FLAGS([a for a in argv if not _HELP.fullmatch(a) and not _OVERRIDE.match(a)])
            config = make_config()
        if config is None:
            print("\nWith the other flags given, --help also lists the fields of the config.")
        else:
            print("\nfields of the config, set with --config.<path>=value:")
            for name, value in list_fields(config).items():
                print(f"  {name} = {value!r}")
    sys.exit(0)
