"""How a command ends when it is told to: in one line, whatever it is doing, with its children."""

import ctypes
import os
import signal
import sys
from types import FrameType

# Set by a command that starts others, which then end when it does.
PARENT_VARIABLE = "SPS_PARENT_PID"
_IMPORT_SYSTEM = "<frozen importlib"
_SET_PARENT_DEATH_SIGNAL = 1  # prctl's number for it


def end_in_one_line(message: str) -> None:
    """Let signals raise `KeyboardInterrupt`, or end the process while it loads modules.

    The signals are SIGINT, SIGTERM and SIGHUP. An exception inside an import is often taken for
    that of a missing package, and does not arrive. Nothing is half-written then that a
    killed process would not leave as well.

    Args:
        message: the line printed in that case.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if _is_importing(frame):
            os.write(sys.stderr.fileno(), f"\n{message}\n".encode())
            os._exit(128 + number)
        raise KeyboardInterrupt(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` and shells ask for
            signal.signal(number, stop)


def exit_code(error: KeyboardInterrupt) -> int:
    """Return 128 and the signal's number, as shells do; that of SIGINT where it is not known."""
    return 128 + (error.args[0] if error.args else signal.SIGINT)


def follow_parent() -> None:
    """End when the command ends that has started this one and asks for it; on Linux alone."""
    parent = os.environ.get(PARENT_VARIABLE, "")
    if not parent.isdecimal() or sys.platform != "linux":
        return
    os.environ.pop(PARENT_VARIABLE)  # what this process starts is its own affair
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != int(parent):  # it has ended before it could be followed
        os.kill(os.getpid(), signal.SIGTERM)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORT_SYSTEM):
            return True
        frame = frame.f_back
    return False
