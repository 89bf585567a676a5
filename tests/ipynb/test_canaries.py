"""Words planted wherever data can hide in a notebook are nowhere in what is shared."""

import base64
import itertools
import re

import pytest

from nbcommons_ipynb.images import offer
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.proposing import propose
from nbcommons_ipynb.removal import ledger
from nbcommons_ipynb.rendering import render, to_bytes
from nbcommons_ipynb.stripping import strip
from tests.ipynb.builders import notebook, raw

CANARY = re.compile(rb"canary\d+", re.IGNORECASE)


class Aviary:
    """Hands out words of which each is planted once."""

    def __init__(self):
        self._numbers = itertools.count(1)
        self.planted = []

    def word(self):
        self.planted.append(f"canary{next(self._numbers)}")
        return self.planted[-1]

    def key(self, value=None):
        """An unknown entry of metadata: its name and all it holds are canaries."""
        return {self.word(): value or {self.word(): [self.word(), {self.word(): self.word()}]}}

    def coded(self):
        return base64.b64encode(self.word().encode()).decode()

    def bundle(self):
        return {
            "text/plain": [self.word()],
            "text/html": f"<table><tr><td>{self.word()}</td></tr></table>",
            "image/png": self.word(),
            "application/json": {self.word(): self.word()},
            self.word(): self.word(),
        }

    def outputs(self):
        more = {"metadata": self.key(), **self.key()}
        return [
            {"output_type": "stream", "name": "stdout", "text": self.word(), **self.key()},
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "data": self.bundle(),
                **more,
            },
            {"output_type": "display_data", "data": self.bundle(), **more},
            {
                "output_type": "error",
                "ename": self.word(),
                "evalue": self.word(),
                "traceback": [self.word()],
            },
            {"output_type": self.word(), self.word(): self.word()},
            self.word(),
        ]

    def cell_metadata(self):
        return {
            "execution": {"iopub.status.busy": self.word(), **self.key()},
            "ExecuteTime": {"start_time": self.word()},
            "papermill": {"exception": self.word(), "parameters": self.key()},
            "tags": ["kept", {"name": self.word()}, [self.word()], 7, None],
            "name": {"text": self.word()},
            "jupyter": {"source_hidden": True, "outputs_hidden": self.word(), **self.key()},
            "slideshow": {"slide_type": self.word(), **self.key()},
            "collapsed": self.word(),
            "scrolled": self.word(),
            "trusted": self.word(),
            "format": self.word(),
            "ordo_solution": {
                "text/plain": "7",
                "image/png": self.word(),
                "text/html": {"x": self.word()},
                self.word(): self.word(),
            },
            "ordo_success": [self.word()],
            "ordo_verify": self.word(),
            **self.key(),
        }

    def notebook_metadata(self):
        return {
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "language": {"x": self.word()},
                "env": {self.word(): self.word()},
                **self.key(),
            },
            "language_info": {
                "name": "python",
                "version": [self.word()],
                "codemirror_mode": {"name": "ipython", "version": self.word(), **self.key()},
                "pygments_lexer": {"x": self.word()},
                **self.key(),
            },
            "nbcommons": {
                "v": self.word(),
                "uuid": self.word(),
                "revision": self.word(),
                "site": f"javascript:{self.word()}",
                **self.key(),
            },
            "title": [self.word()],
            "authors": [
                {"name": "Amara", "e-mail": self.word()},
                {"id": self.word()},
                [self.word()],
            ],
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {
                    "state": {self.word(): {"state": {"value": self.word()}}}
                }
            },
            "papermill": {"parameters": self.key(), "output_path": self.word()},
            "gallery": self.key(),
            "trusted": self.word(),
            "signature": self.word(),
            **self.key(),
        }

    def text_cell(self):
        links = (
            f"![a](data:image/png;base64,{self.coded()}) ![b](attachment:a.png)",
            f'<img src="data:image/svg+xml;utf8,<svg>{self.word()}</svg>">',
            f"[c](data:text/csv,{self.word()}) <a href='data:text/html,{self.word()}'>d</a>",
            f"[e]: data:text/plain;charset=utf-8;base64,{self.coded()}",
        )
        return {
            "cell_type": "markdown",
            "metadata": self.cell_metadata(),
            "source": "\n\n".join(links),
            "attachments": {
                "a.png": {"image/png": self.coded(), "text/plain": self.word()},
                "b.svg": {"image/svg+xml": [self.word()]},
                self.word(): {self.word(): {"x": self.word()}},
            },
            "outputs": [self.word()],
            "execution_count": self.word(),
            **self.key(),
        }

    def cells(self):
        planted = {
            "metadata": self.cell_metadata(),
            "outputs": self.outputs(),
            "attachments": {self.word(): {"text/plain": self.word()}},
            "prompt_number": self.word(),
            **self.key(),
        }
        return [
            {"cell_type": "code", "source": "x = 1", "execution_count": self.word(), **planted},
            self.text_cell(),
            {**planted, "cell_type": "raw", "source": "raw"},
            {**planted, "cell_type": self.word(), "source": "unknown"},
            {**planted, "cell_type": "code", "source": "y", "outputs": {"x": self.word()}},
        ]


@pytest.fixture
def aviary():
    return Aviary()


def shared(content):
    """Every form in which a notebook leaves this package, except what the author is shown."""
    stripped = strip(parse(content).document)
    proposal = propose(stripped.document, "file.ipynb")
    return stripped, b"\n".join(
        (
            stripped.canonical,
            to_bytes(render(stripped.document)),
            repr(proposal).encode(),
            repr(stripped.removed).encode(),
            repr(ledger(stripped.removed)).encode(),
        )
    )


class TestStrip:
    def test_lets_no_canary_out(self, aviary):
        document = notebook(
            *aviary.cells(), metadata=aviary.notebook_metadata(), **aviary.key()
        )
        assert len(aviary.planted) > 200

        stripped, told = shared(raw(document))

        assert CANARY.findall(told) == []
        for word in aviary.planted:
            assert base64.b64encode(word.encode()) not in told
        assert b'"tags":["kept"]' in stripped.canonical

    def test_lets_no_canary_out_of_an_old_notebook(self, aviary):
        cell = {
            "cell_type": "code",
            "language": "python",
            "collapsed": False,
            "input": "x = 1",
            "prompt_number": 3,
            "metadata": aviary.key(),
            "outputs": [
                {"output_type": "stream", "stream": "stdout", "text": aviary.word()},
                {"output_type": "pyout", "prompt_number": 3, "text": [aviary.word()]},
                {"output_type": "pyerr", "ename": aviary.word(), "evalue": "", "traceback": []},
            ],
        }
        sheet = {"cells": [cell], "metadata": aviary.key()}
        whole = {"metadata": aviary.key(), "nbformat": 3, "nbformat_minor": 0}

        stripped, told = shared(raw({**whole, "worksheets": [sheet]}))

        assert CANARY.findall(told) == []
        assert stripped.document["cells"][0]["source"] == "x = 1"

    def test_offers_no_canary_to_be_kept(self, aviary):
        stripped, _told = shared(raw(notebook(aviary.text_cell())))

        assert offer(stripped.pictures).images == ()

    def test_would_be_seen_if_it_failed(self, aviary):
        assert CANARY.findall(raw(aviary.cells()))
