"""Works on the jobs until it is stopped."""

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from nbcommons.core import jobs


class Command(BaseCommand):
    help = "Work on the jobs until stopped (SIGTERM lets those under way end)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time")

    def handle(self, *_args: Any, **options: Any) -> None:
        asyncio.run(_work(options["concurrency"]))


async def _work(concurrency: int) -> None:
    worker = asyncio.ensure_future(jobs.run_worker(concurrency=concurrency))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.cancel)
    try:
        await worker
    except asyncio.CancelledError:
        print("worker stopped", flush=True)
