"""The owner's marks on the approval page: yes, or the reason for a return; nothing counts before the signature."""

from __future__ import annotations

from collections.abc import Mapping

from services.gifts import Mark


class Marks:
    """What is decided and not yet signed, with the version of each line as it stood on the screen."""

    def __init__(self) -> None:
        self.every: dict[int, Mark] = {}

    @property
    def yes(self) -> set[int]:
        return {number for number, mark in self.every.items() if not mark.reason}

    @property
    def no(self) -> dict[int, str]:
        return {number: mark.reason for number, mark in self.every.items() if mark.reason}

    @property
    def seen(self) -> dict[int, int]:
        """The version of every marked line."""
        return {number: mark.version for number, mark in self.every.items()}

    def of(self, number: int) -> Mark | None:
        return self.every.get(number)

    def put(self, number: int, version: int, reason: str) -> None:
        """Without a reason it is a yes."""
        self.every[number] = Mark(version, reason)

    def drop(self, number: int) -> None:
        self.every.pop(number, None)

    def keep(self, versions: Mapping[int, int]) -> int:
        """Only those that still wait as they were looked at. Returns how many were changed since."""
        changed = sum(1 for n, mark in self.every.items() if versions.get(n, mark.version) != mark.version)
        self.every = {n: mark for n, mark in self.every.items() if versions.get(n) == mark.version}
        return changed

    def forget(self) -> None:
        self.every.clear()

    def counts(self) -> tuple[int, int]:
        """(yes, no)"""
        no = sum(1 for mark in self.every.values() if mark.reason)
        return len(self.every) - no, no
