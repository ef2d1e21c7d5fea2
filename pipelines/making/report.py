"""What was kept and what was left out, with the places to look at."""

import dataclasses
from collections import Counter
from collections.abc import Iterable

MAX_EXAMPLES = 3


@dataclasses.dataclass
class Report:
    """Count what happened to the records of some files.

    Attributes:
        kept: name of a stage -> how many passed it.
        skipped: name of a reason -> how many were left out for it.
        examples: name of a reason -> the first few places, as "file:line".
    """

    kept: Counter = dataclasses.field(default_factory=Counter)
    skipped: Counter = dataclasses.field(default_factory=Counter)
    examples: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def skip(self, reason: str, where: str = "") -> None:
        """Count one skipped record, and remember the place if it is among the first.

        Args:
            reason: short name, such as "field_count".
            where: "file:line", or empty if there is no single place.
        """
        self.skipped[reason] += 1
        if where and len(self.examples.setdefault(reason, [])) < MAX_EXAMPLES:
            self.examples[reason].append(where)

    def as_dict(self) -> dict:
        """Return plain sorted dicts, fit for JSON."""
        return {
            "kept": dict(sorted(self.kept.items())),
            "skipped": dict(sorted(self.skipped.items())),
            "examples": dict(sorted(self.examples.items())),
        }

    def summary(self) -> str:
        """Return the reasons in one line, with their counts and first places."""
        parts = []
        for reason, count in sorted(self.skipped.items()):
            places = self.examples.get(reason)
            parts.append(
                f"{reason} {count}" + (f" (such as {', '.join(places)})" if places else "")
            )
        return "; ".join(parts) or "nothing"

    @classmethod
    def from_dict(cls, values: dict) -> "Report":
        """Return the report that `as_dict` turned into plain dicts."""
        return cls(Counter(values["kept"]), Counter(values["skipped"]), values["examples"])


def merge(reports: Iterable[Report]) -> Report:
    """Add up reports; the result does not depend on their order.

    Args:
        reports: the reports of single files.

    Returns:
        Their sum, with the first places in alphabetical order of files.
    """
    total = Report()
    for report in reports:
        total.kept.update(report.kept)
        total.skipped.update(report.skipped)
        for reason, places in report.examples.items():
            known = total.examples.get(reason, [])
            total.examples[reason] = sorted(known + places)[:MAX_EXAMPLES]
    return total
