"""What developers and CI run in a checkout: all checks, all tests, in one order."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from nbcommons.launch.errors import CannotStart

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MOST_CORES = 4  # each process has a database and often a Jupyter of its own
PYTHON_FOLDERS = ("nbcommons", "packages", "hub", "scripts", "bench", "tests", "hatch_build.py")


@dataclass(frozen=True, slots=True)
class Step:
    """One command whose exit code counts."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None


def root() -> Path:
    """The checkout that this program was started from. Raises ``CannotStart`` elsewhere."""
    named = os.environ.get("NBCOMMONS_CHECKOUT")
    found = Path(named) if named else Path(__file__).resolve().parents[2]
    if not (found / "pyproject.toml").is_file() or not (found / "tests").is_dir():
        raise CannotStart(
            "Tests and checks need a checkout of the source, and this is an installed nbcommons.",
            "Clone the repository and run ./commons test there.",
        )
    return found


def static_steps(folder: Path) -> list[Step]:
    """Format, lint, types, structure, templates, migrations."""
    here = [name for name in PYTHON_FOLDERS if (folder / name).exists()]
    # It asks a database for its history, which it can do without, and warns when there is none.
    quiet = ("-W", "ignore::RuntimeWarning")
    manage = (sys.executable, *quiet, "-m", "nbcommons.launch.manage")
    settings = {"DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test"}
    return [
        Step("format", (tool("ruff"), "format", "--check", "--quiet", *here)),
        Step("lint", (tool("ruff"), "check", "--quiet", *here)),
        Step("types", (sys.executable, "-m", "mypy")),
        Step("rooms", (tool("lint-imports"), "--no-cache")),
        Step("templates", (tool("djlint"), "--lint", "--quiet", "nbcommons")),
        Step("migrations", (*manage, "makemigrations", "--check", "--dry-run"), settings),
    ]


def test_steps(arguments: list[str], *, has_browser: bool) -> list[Step]:
    """The tests; those in a browser in a run of their own, because its event loop disturbs."""
    pytest = (sys.executable, "-m", "pytest")
    # By file: some files share one running commons, which each process would start anew. In our
    # own order (tests/conftest.py), and one more than there are cores, because many tests wait.
    workers = str(min(os.cpu_count() or 1, MOST_CORES) + 1)
    by_file = ("--dist", "loadfile", "--no-loadscope-reorder")
    side_by_side = ("-n", workers, *by_file, "--durations=20")
    steps = [Step("tests", (*pytest, *(arguments or side_by_side)))]
    if has_browser and not arguments:
        environment = {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
        steps.append(
            Step(
                "browser tests",
                (
                    *pytest,
                    "--override-ini=addopts=--import-mode=importlib",
                    *side_by_side,
                    "tests/browser",
                ),
                environment,
            )
        )
    return steps


def test(arguments: list[str]) -> int:
    """Everything CI runs; with arguments, pytest alone with these. Returns the exit code."""
    folder = root()
    if arguments:
        return run(folder, test_steps(arguments, has_browser=False))
    return check()


def check(*, only_static: bool = False) -> int:
    """Everything CI runs; returns 0 when all of it is well."""
    folder = root()
    steps = static_steps(folder)
    if only_static:
        return run(folder, steps)
    has_browser = find_chromium() is not None and any((folder / "tests/browser").glob("test_*"))
    code = run(folder, [*steps, *test_steps([], has_browser=has_browser)])
    if find_chromium() is None:
        console = Console(stderr=True, highlight=False)
        console.print(
            "Left out: the tests in tests/browser. There is no Chromium on this machine; "
            "install one (Debian: apt install chromium) and run this again.",
            style="yellow",
            soft_wrap=True,
        )
        return code or int(bool(os.environ.get("CI")))
    return code


def run(folder: Path, steps: list[Step]) -> int:
    """Run all steps, also after a failure, so that one run tells everything."""
    console = Console(highlight=False)
    failed: list[str] = []
    for step in steps:
        began = time.monotonic()
        console.rule(step.name, align="left", style="dim")
        done = subprocess.run(  # noqa: S603 - our own list
            step.command,
            cwd=folder,
            check=False,
            env={**os.environ, **(step.environment or {})},
        )
        took = time.monotonic() - began
        words = "ok" if done.returncode == 0 else f"failed ({done.returncode})"
        style = "green" if done.returncode == 0 else "bold red"
        console.print(f"{step.name}: {words}, {took:.0f} s", style=style)
        if done.returncode:
            failed.append(step.name)
    console.rule(style="dim")
    if failed:
        console.print(f"Failed: {', '.join(failed)}", style="bold red")
        return 1
    console.print("All is well.", style="bold green")
    return 0


def find_chromium() -> Path | None:
    """The browser for the browser tests: the system's, else Playwright's own."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    cache = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright")
    )
    found_own = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return found_own[-1] if found_own else None


def tool(name: str) -> str:
    """A program of this environment."""
    return str(Path(sys.executable).parent / name)
