"""Run one of the site's commands; the environment is prepared by the caller."""

import os
import signal
import sys

from django.core.management import execute_from_command_line


def main(arguments: list[str]) -> None:
    """Run ``arguments`` as Django would after ``manage.py``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbcommons.config.settings.production")
    execute_from_command_line(["nbcommons", *arguments])


if __name__ == "__main__":
    # "nbcommons … | head" ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(sys.argv[1:])
