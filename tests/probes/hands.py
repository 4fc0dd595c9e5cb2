"""A clock that tests move."""


class Hands:
    """A monotonic clock with hands to turn."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now
