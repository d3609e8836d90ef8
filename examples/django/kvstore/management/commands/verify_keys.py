"""Is every key there that `write` printed?"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kvstore.models import Entry

BATCH = 1000


class Command(BaseCommand):
    help = "Reads keys, one per line, and fails with the names of those that are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="file of keys; without it, standard input")

    def handle(self, *, file: Path | None, **_: object) -> None:
        keys = (file.read_text() if file else sys.stdin.read()).split()
        if not keys:
            raise CommandError(
                "there are no keys to verify\nHINT: python manage.py write --count 100 > keys.txt"
            )
        missing = [
            key for start in range(0, len(keys), BATCH) for key in missing_of(keys[start : start + BATCH])
        ]
        if missing:
            raise CommandError(f"{len(missing)} of {len(keys)} keys are missing: {', '.join(missing)}")
        self.stdout.write(f"all {len(keys)} keys are there")


def missing_of(keys: list[str]) -> list[str]:
    found = set(Entry.objects.filter(key__in=keys).values_list("key", flat=True))
    return [key for key in keys if key not in found]
