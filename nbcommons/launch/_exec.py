"""Prepare this process, then become a command: run as a script, imports nothing of ours.

A child must die with its parent, and the kernel forgets that wish when the user id changes.
So the wish is made here, after the change of user and before the program is started.
"""

import argparse
import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int, parent: int) -> None:
    """Ask the kernel for signal ``number`` when ``parent`` ends; end now if it already has."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if parent and os.getppid() != parent:
        os.kill(os.getpid(), number)


def limit(options: argparse.Namespace) -> None:
    """Limit this process and its children; 0 leaves a limit as it is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file holds what memory held
    # RLIMIT_DATA, not RLIMIT_AS: libraries reserve far more addresses than they ever fill.
    for name, most in (
        (resource.RLIMIT_DATA, options.memory_mb << 20),
        (resource.RLIMIT_NPROC, options.processes),
        (resource.RLIMIT_NOFILE, options.files),
    ):
        if most:
            highest = resource.getrlimit(name)[1]
            allowed = most if highest == resource.RLIM_INFINITY else min(most, highest)
            resource.setrlimit(name, (allowed, allowed))


def main(argv: list[str]) -> None:
    """Read the options in front of ``--`` and replace this process by what follows."""
    cut = argv.index("--")
    parser = argparse.ArgumentParser(prog="_exec.py")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--death-signal", type=int, default=signal.SIGTERM)
    parser.add_argument("--parent", type=int, default=0)
    parser.add_argument("--umask", type=lambda text: int(text, 8), default=0o077)
    parser.add_argument("--memory-mb", type=int, default=0)
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--deaf", action="store_true", help="to SIGTERM")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--group", action="append", default=[])
    options = parser.parse_args(argv[:cut])
    command = argv[cut + 1 :]

    os.umask(options.umask)
    # A shell that starts us with "&" leaves SIGINT ignored in every descendant; the hub and
    # PostgreSQL are stopped by that very signal.
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
        signal.SIGQUIT,
        signal.SIGPIPE,
    ):
        signal.signal(number, signal.SIG_DFL)
    if options.deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    limit(options)
    os.nice(options.nice)
    for group in options.group:
        # As whoever made the group: afterwards nobody below may leave it.
        with open(f"{group}/cgroup.procs", "w") as file:  # noqa: PTH123 - imports little
            file.write(str(os.getpid()))
    if options.uid is not None:
        os.setgroups([])
        os.setgid(options.gid if options.gid is not None else options.uid)
        os.setuid(options.uid)
    die_with_parent(options.death_signal, options.parent)
    try:
        os.execvp(command[0], command)  # noqa: S606 - becoming the program is the purpose
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
