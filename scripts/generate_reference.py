"""Makes the pages of docs/reference from the source; ``--check`` only tells which are stale."""

import argparse
import ast
import importlib
import json
import os
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
SETTINGS = ROOT / "nbcommons" / "config" / "settings"
HUB_SETTINGS = ROOT / "hub" / "nbcommons_hub" / "settings.py"
HUB_NAMES = (
    "NBCOMMONS_ENVIRONMENT_",
    "NBCOMMONS_ISOLATION",
    "NBCOMMONS_SPAWNER",
    "NBCOMMONS_CONTAINER_",
)
KINDS = {
    "env_str": "text",
    "env_int": "whole number",
    "env_bool": "yes or no",
    "env_choice": "one word of those named",
    "env_list": "words, parted by commas",
    "env_path": "path",
    "env_secret": "secret",
}
# Of each argument of a command that Django itself adds.
DJANGO_OPTIONS = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    name: str
    kind: str
    default: str
    meaning: str
    section: str


def main(arguments: list[str]) -> int:
    """Write all pages, or with ``--check`` compare them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    is_check = parser.parse_args(arguments).check
    made = files()
    stale = [name for name, text in made.items() if not _is_same(ROOT / name, text)]
    if is_check:
        for name in stale:
            print(f"{name} is stale: run python scripts/generate_reference.py")
        return 1 if stale else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (ROOT / name).write_text(made[name], encoding="utf-8")
        print(f"{name} written")
    return 0


def files() -> dict[str, str]:
    """Every file that is made here, by its path in the project."""
    folder = PAGES.relative_to(ROOT).as_posix()
    made = {f"{folder}/{name}": text for name, text in pages().items()}
    rules = importlib.import_module("scripts.stripping_rules")
    return {**made, rules.TARGET: "\n".join(rules.typescript()) + "\n"}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    _prepare()
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "permissions.md": permissions,
        "settings.md": settings_page,
        "facts.md": facts,
        "commands.md": commands,
        "openapi.json": openapi,
    }
    return {name: "\n".join(make()) + "\n" for name, make in makers.items()}


def permissions() -> Iterator[str]:
    """Who may do what: a row for each action, from ``access/rules.py``."""
    rules = importlib.import_module("nbcommons.access.rules")
    yield from _head("Who may do what", "nbcommons/access/rules.py")
    yield (
        "Each action has one rule. A rule about notebooks is a condition in SQL that filters\n"
        "lists and judges single notebooks alike. A program acts with a token and needs the\n"
        "token's scope besides. What somebody may not read does not exist for them (404); what\n"
        "they may not do to something that they can read is refused (403).\n"
    )
    yield from _table(
        ("action", "allowed when", "a token needs"),
        [
            (f"`{action.value}`", rule.sentence, f"`{rule.scope}`")
            for action, rule in {**rules.NOTEBOOK_RULES, **rules.FACT_RULES}.items()
        ],
    )
    yield ""
    yield "Whoever reads a notebook with access labels must hold all of them, its owner too."
    yield "Readers see its versions from the one that was current when they were granted the last"
    yield "of them; and who reads it as one of a team, from the one that was current when they came"
    yield "to the team. Nobody sees back beyond the last time that it was hidden from them. Whoever"
    yield "may edit it sees all."
    yield ""
    yield Path(rules.__file__).with_name("expected.md").read_text(encoding="utf-8").rstrip()


def facts() -> Iterator[str]:
    """What is announced and who hears it, from ``config/wiring.py``."""
    wiring = importlib.import_module("nbcommons.config.wiring").WIRING
    yield from _head("Facts", "nbcommons/config/wiring.py")
    yield "A fact says what became true. It is announced in the transaction that made it true;"
    yield "functions that hear it run at once, jobs are inserted in the same transaction."
    room = ""
    for fact, listeners in sorted(wiring.items(), key=lambda pair: pair[0].__module__):
        if fact.__module__.split(".")[1] != room:
            room = fact.__module__.split(".")[1]
            yield ""
            yield f"## {room}"
        heard = [f"`{_room_name(one)}`" for one in listeners.inline]
        heard += [f"job `{job.name}`" for job in listeners.jobs]
        yield ""
        yield f"**{fact.__name__}** ({', '.join(field.name for field in fields(fact))})."
        yield " ".join((fact.__doc__ or "").split())
        yield f"Heard by: {', '.join(heard) or 'nobody yet'}."


def settings_page() -> Iterator[str]:
    """Every variable that an operator may set, from the settings and the hub's own."""
    yield from _head("Settings", "nbcommons/config/settings and hub/nbcommons_hub/settings.py")
    yield "Variables of the environment, read once at the start. `nbcommons up` passes those whose"
    yield "names begin with `NBCOMMONS_` on to the site, and those that begin with"
    yield "`NBCOMMONS_ENVIRONMENT_` to the hub. It makes addresses and secrets itself."
    section = ""
    rows: list[tuple[str, ...]] = []
    for setting in [*site_settings(), *hub_settings()]:
        if setting.section != section and rows:
            yield from _section(section, rows)
            rows = []
        section = setting.section
        rows.append((f"`{setting.name}`", setting.kind, setting.default, setting.meaning))
    yield from _section(section, rows)


def site_settings() -> Iterator[Setting]:
    """The variables that the site reads, with the comment above each."""
    seen: set[str] = set()
    for path in (SETTINGS / "base.py", SETTINGS / "sign_in.py"):
        comments = _comments(path)
        # One file begins with the settings of ours that are about signing in.
        first = "Signing in" if path.stem == "sign_in" else "General"
        for node in ast.parse(path.read_text("utf-8")).body:
            for call in _environment_calls(node):
                name = ast.literal_eval(call.args[0])
                if name in seen or not name.startswith(("NBCOMMONS_", "DATABASE_")):
                    continue
                seen.add(name)
                function = ast.unparse(call.func)
                yield Setting(
                    name=name,
                    kind=KINDS[function],
                    default=_default(call, function),
                    meaning=_comment_above(comments, call.lineno)
                    or _comment_above(comments, node.lineno),
                    section=_section_above(comments, node.lineno, first),
                )


def hub_settings() -> Iterator[Setting]:
    """Limits of people's Jupyters that only the hub reads, with the comment beside each."""
    tree = ast.parse(HUB_SETTINGS.read_text("utf-8"))
    comments = _comments(HUB_SETTINGS)
    lines = {
        ast.unparse(node.target): node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
    }
    known = {setting.name for setting in site_settings()}
    for node in ast.walk(tree):
        if not isinstance(node, ast.keyword) or node.arg not in lines:
            continue
        for call in ast.walk(node.value):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "env.get":
                name = ast.literal_eval(call.args[0])
                if name.startswith(HUB_NAMES) and name not in known:
                    default = ast.literal_eval(call.args[1]) if len(call.args) > 1 else ""
                    yield Setting(
                        name=name,
                        kind="whole number" if default.isdecimal() else "text",
                        default=f"`{default}`" if default else "",
                        meaning=_sentence(comments.get(lines[node.arg], "")),
                        section="Limits of one Jupyter (read by the hub)",
                    )


def openapi() -> Iterator[str]:
    """The API as programs read it, from the calls themselves."""
    api = importlib.import_module("nbcommons.config.urls").api
    encoder = importlib.import_module("django.core.serializers.json").DjangoJSONEncoder
    yield json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, cls=encoder)


def commands() -> Iterator[str]:
    """The command line, from typer's list and from Django's."""
    typer_main = importlib.import_module("typer.main")
    command = typer_main.get_command(importlib.import_module("nbcommons.launch.cli").app)
    yield from _head("Command line", "nbcommons/launch/cli.py and the rooms' commands")
    yield "`nbcommons COMMAND`; in a checkout `./commons COMMAND`, which prepares the environment"
    yield "first. `--data DIR` before any command names the data folder."
    yield ""
    yield "## Starting and looking after a commons"
    for name, own in sorted(command.commands.items()):
        yield ""
        yield f"**`{name}`** {own.get_short_help_str(limit=200)}"
        for parameter in own.params:
            if parameter.name not in {"help", "data_folder"} and getattr(parameter, "help", ""):
                yield f"- `{parameter.opts[0]}` {parameter.help}"
    yield ""
    yield "## Of the site"
    yield ""
    yield "These start the database for as long as they run, unless a commons is running."
    for path in sorted(ROOT.glob("nbcommons/*/management/commands/[a-z]*.py"), key=_stem):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        yield ""
        yield f"**`{path.stem}`** {module.Command.help}"
        parser = module.Command().create_parser("nbcommons", path.stem)
        yield from _options(parser, "")


def _options(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, inner in action.choices.items():
                words = {choice.dest: choice.help for choice in action._choices_actions}  # noqa: SLF001
                yield f"- `{name}` {words.get(name) or ''}".rstrip()
                yield from _options(inner, "  ")
        elif action.dest not in DJANGO_OPTIONS:
            name = action.option_strings[0] if action.option_strings else action.dest.upper()
            yield f"{before}- `{name}` {action.help or ''}".rstrip()


def _stem(path: Path) -> str:
    return path.stem


def _environment_calls(node: ast.stmt) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) in KINDS:
            yield inner


def _default(call: ast.Call, function: str) -> str:
    if function == "env_secret":
        return "none: production does not start without it"
    node = call.args[1] if len(call.args) > 1 else call.keywords[0].value
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            return "yes" if node.value else "no"
        return f"`{node.value}`" if node.value != "" else "empty"
    if isinstance(node, ast.Tuple) and not node.elts:
        return "empty"
    if isinstance(node, ast.BinOp) and all(
        isinstance(part, ast.BinOp | ast.Constant | ast.operator) for part in ast.walk(node)
    ):
        value = eval(ast.unparse(node))  # numbers only, and our own source
        return f"`{value}`"
    text = ast.unparse(node).replace("Path.home()", "~").replace("NBCOMMONS_DATA", "DATA")
    return f"`{text.replace(' / ', '/').replace(chr(39), '')}`"


def _comments(path: Path) -> dict[int, str]:
    """Each comment by its line."""
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    return {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokens
        if token.type == tokenize.COMMENT and not token.string.startswith("# noqa")
    }


def _comment_above(comments: dict[int, str], line: int) -> str:
    words: list[str] = []
    while (line := line - 1) in comments and not comments[line].startswith("---"):
        words.insert(0, comments[line])
    return _sentence(" ".join(words))


def _section_above(comments: dict[int, str], line: int, first: str) -> str:
    titles = [
        text.strip("- ")
        for at, text in comments.items()
        if at < line and text.startswith("---") and text.strip("- ")
    ]
    return first if not titles or titles[-1] == "Settings of ours" else titles[-1]


def _sentence(words: str) -> str:
    words = words.strip()
    return words[:1].upper() + words[1:] + ("" if not words or words.endswith(".") else ".")


def _room_name(function: Any) -> str:
    parts = function.__module__.split(".")
    return f"{parts[1]}.{function.__name__}"


def _section(title: str, rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from _table(("variable", "kind", "default", "meaning"), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _head(title: str, source: str) -> Iterator[str]:
    yield f"# {title}"
    yield ""
    yield f"<!-- Made by scripts/generate_reference.py from {source}. Do not edit. -->"
    yield ""


def _is_same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


def _prepare() -> None:
    """Import the site as tests do: no database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbcommons.config.settings.test")
    for folder in ("", "packages/ipynb", "packages/client", "packages/jupyter", "hub"):
        if (place := str(ROOT / folder)) not in sys.path:
            sys.path.insert(0, place)
    importlib.import_module("django").setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
