"""Files: read if they are of any sensible size, and written whole or not at all."""

import contextlib
import errno
import os
import socket

LARGEST = 50_000_000  # bytes of a file that is read as a whole: a thousand times the largest shipped


def refuse_odd(file, most=LARGEST):
    """OSError for a pipe, which would be waited for, and for a file so large that reading it does harm."""
    if not file.is_file():
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    if file.stat().st_size > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", str(file))


def read_bytes(file):
    """Content of a file, or OSError; see `refuse_odd`."""
    refuse_odd(file)
    return file.read_bytes()


def aside(file):
    """A name beside a file, for this process alone: what is written there gets its name when it is whole."""
    return file.with_name(f".{file.name}.partial-{socket.gethostname()}-{os.getpid()}")


@contextlib.contextmanager
def whole(file):
    """Where to write what takes the place of a file at the end; nothing is left if that fails."""
    part = aside(file)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def write_text(file, text):
    """Write text whole or not at all; the file."""
    with whole(file) as part:
        part.write_text(text, encoding="utf-8", newline="")
    return file
