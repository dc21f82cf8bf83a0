"""Programs that are started here: each in a process group of its own, which ends with it, in time or with this script."""

import ctypes
import os
import signal
import subprocess
import time

TAIL = 600
GRACE_SECONDS = 5
_running = set()


class Failed(Exception):
    """A part cannot go on; the message says why, in one line."""


class Clock:
    """Seconds that are left of a part, and of the whole."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self):
        return max(0.0, self.end - time.monotonic())


def _die_with_parent():
    """The kernel ends a child whose parent was killed without a chance to end it."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start(command, log, environment=None):
    """Starts a program whose output and errors go to a file."""
    with open(log, "ab") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment,
                                 start_new_session=True, preexec_fn=_die_with_parent)
    _running.add(child)
    return child


def kill(child):
    """SIGKILL to a program and all that it started; no trace of it is left when this returns."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
    _running.discard(child)


def end_all():
    for child in list(_running):
        kill(child)


def finish(child, log, clock):
    """Waits for a program that must succeed. @return what it printed"""
    try:
        child.wait(timeout=max(0.01, clock.left()))
    except subprocess.TimeoutExpired:
        raise Failed(f"not done in its time: {tail(log)}") from None
    finally:
        kill(child)
    if child.returncode != 0:
        raise Failed(f"ended with {child.returncode}: {tail(log)}")
    return text(log)


def call(command, log, clock, environment=None):
    """Runs a program that must succeed. @return what it printed"""
    if os.path.exists(log):
        os.remove(log)
    return finish(start(command, log, environment), log, clock)


def text(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        return file.read()


def tail(log):
    return " | ".join(line for line in text(log).strip().splitlines()[-3:])[-TAIL:] if os.path.exists(log) else ""


def ended_by_signals():
    """From now on SIGTERM ends this script as Ctrl-C does."""

    def interrupt(number, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
