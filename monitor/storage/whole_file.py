"""A file that is replaced at once or not at all, whenever the process or the machine ends."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """The content is on the disk when this returns; `mode` is that of a new file, before the umask.

    Raises OSError: the file is as it was before, and nothing of the try is left.
    """
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
