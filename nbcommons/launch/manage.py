"""Run one of the site's commands; the environment is prepared by the caller."""

import os
import signal
import sys

import django
from django.core.management import (
    CommandError,
    execute_from_command_line,
    get_commands,
    load_command_class,
)

# Django raises what went wrong instead of printing it with the name of a class before it.
RAISE = "--traceback"


def main(arguments: list[str]) -> None:
    """Run ``arguments`` as Django would after ``manage.py``; errors are told as sentences.

    The name of a command may be written with hyphens.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbcommons.config.settings.production")
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if name == "help" and not rest:
        tell_commands()
        return
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


def tell_commands() -> None:
    """Say which commands the site has of its own; Django's and its parts' work all the same."""
    django.setup()
    own = {name: app for name, app in get_commands().items() if app.startswith("nbcommons.")}
    width = max(map(len, own))
    lines = ["Commands of the site; “nbcommons COMMAND --help” says more of one.", ""]
    for name, app in sorted(own.items()):
        help_text = str(load_command_class(app, name).help)
        first = help_text.split(". ", maxsplit=1)[0].rstrip(".")
        lines.append(f"  {name.replace('_', '-'):<{width}}  {first}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    # "nbcommons … | head" ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(sys.argv[1:])
