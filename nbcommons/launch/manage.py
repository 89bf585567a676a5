"""Run one of the site's commands; the environment is prepared by the caller."""

import os
import signal
import sys

from django.core.management import CommandError, execute_from_command_line

# Django raises what went wrong instead of printing it with the name of a class before it.
RAISE = "--traceback"


def main(arguments: list[str]) -> None:
    """Run ``arguments`` as Django would after ``manage.py``; errors are told as sentences.

    The name of a command may be written with hyphens.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbcommons.config.settings.production")
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    is_command = not name.startswith("-") and name != "help"
    raises = [RAISE] if is_command and RAISE not in rest else []
    name = name.replace("-", "_") if is_command else name
    try:
        execute_from_command_line(["nbcommons", name, *raises, *rest])
    except CommandError as error:
        if not raises:
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(error.returncode)


if __name__ == "__main__":
    # "nbcommons … | head" ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(sys.argv[1:])
