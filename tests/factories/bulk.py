"""Notebooks as files, and sources of many of them."""

import io
import json
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path


def notebook_file(text="Rank late payers", code="print(1)", *, output="", **metadata) -> bytes:
    """A notebook with a heading, a code cell, and one result below it."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            | metadata,
            "cells": [
                {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": f"# {text}"},
                {
                    "cell_type": "code",
                    "id": "b2",
                    "metadata": {},
                    "execution_count": 3 if output else None,
                    "source": code,
                    "outputs": outputs,
                },
            ],
        }
    ).encode()


def tar_of(path: Path, files: dict[str, bytes]) -> Path:
    """A .tar.gz with these files, in this order."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            add(tar, name, content)
    return path


def add(tar: tarfile.TarFile, name: str, content: bytes = b"", **changes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for attribute, value in changes.items():
        setattr(member, attribute, value)
    tar.addfile(member, io.BytesIO(content))


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


class GitRepository:
    """A real repository with real commits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "main")

    def __call__(self, *arguments: str, at: str = "2024-01-01T12:00:00+00:00", by="Ann") -> str:
        environment = os.environ | {
            "GIT_AUTHOR_NAME": by,
            "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": by,
            "GIT_COMMITTER_EMAIL": "ann@example.org",
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_DATE": at,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def commit(self, message: str, files: dict[str, bytes] | None = None, **details) -> str:
        """Write ``files``, commit everything, and give the commit's id."""
        for path, content in (files or {}).items():
            self.write(path, content)
        self("add", "-A")
        self("commit", "-q", "--allow-empty", "-m", message, **details)
        return self("rev-parse", "HEAD")
