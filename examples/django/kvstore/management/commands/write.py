"""Writes numbered rows, and prints each key once its commit was acknowledged: no printed key may get lost."""

import itertools
import time
import uuid
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection, transaction

from kvstore.models import Entry

PAUSE = 1.0


class Command(BaseCommand):
    help = "Writes numbered rows, each in a transaction of its own, until --count, --seconds or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, help="rows to write")
        parser.add_argument("--seconds", type=float, help="time to write for")
        parser.add_argument("--attempts", type=int, default=120, help="tries per row, a second apart (120)")

    def handle(self, *, count: int | None, seconds: float | None, attempts: int, **_: object) -> None:
        run = uuid.uuid4().hex[:8]
        end = None if seconds is None else time.monotonic() + seconds
        try:
            for number in itertools.count(1) if count is None else range(1, count + 1):
                if end is not None and time.monotonic() >= end:
                    break
                key = f"{run}-{number:06d}"
                self.write_durably(Entry(key=key, value=number), attempts)
                self.stdout.write(key)
                self.stdout.flush()
        except KeyboardInterrupt:
            self.stderr.write("interrupted")

    def write_durably(self, entry: Entry, attempts: int) -> None:
        for attempt in range(1, attempts + 1):
            try:
                with transaction.atomic(durable=True):
                    # A commit whose answer got lost may have happened: the next attempt then finds the row.
                    Entry.objects.bulk_create([entry], ignore_conflicts=True)
                return
            except (InterfaceError, OperationalError) as error:
                connection.close()
                reason, *_ = str(error).partition("\n")
                self.stderr.write(f"{entry.key}: no commit, attempt {attempt} of {attempts}: {reason}")
                if attempt < attempts:
                    time.sleep(PAUSE)
        raise CommandError(f"{entry.key} could not be written in {attempts} attempts\nHINT: npm start")
