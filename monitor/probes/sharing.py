"""Equal parts of checks kept once: of ten thousand checks most differ in little more than their target."""

from typing import Any, TypeVar

from monitor.probes.base import Check

C = TypeVar("C", bound=Check)


class Sharing:
    """For as long as one set of checks is read; what was shared lives on in them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[type, str], Any] = {}

    def check(self, check: C) -> C:
        """The same check. Each of its values that is no text stands in for an equal one that came before, and so does
        the set of what it was given: half of what a check weighs."""
        values = check.__dict__
        for name, value in values.items():
            if value is not None and not isinstance(value, str):
                values[name] = self._once(value)
        object.__setattr__(check, "__pydantic_fields_set__", self._once(check.model_fields_set))
        return check

    def _once(self, value: Any) -> Any:
        # By what is written of it: many of the values hold mappings, and 1 is not True here.
        written = repr(sorted(value)) if isinstance(value, set) else repr(value)
        return self._kept.setdefault((type(value), written), value)
