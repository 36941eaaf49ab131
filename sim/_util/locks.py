"""Locks between processes, by files: so that two do not write the same thing."""

import contextlib
import errno
from pathlib import Path

from filelock import FileLock, Timeout

NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}  # a file system that knows none


@contextlib.contextmanager
def lock(file, wait=False):
    """Hold a lock that goes with its process, also when that is killed; without locks all may write.

    Yields whether it is held: False if another has it and there was no waiting. Its file is left there, since
    whoever waits for it waits for this very file.
    """
    held = FileLock(file, timeout=-1 if wait else 0)
    try:
        held.acquire()
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError) as error:
        if getattr(error, "errno", errno.ENOSYS) not in NO_LOCKS:
            raise
    try:
        yield True
    finally:
        held.release()


def discard(file):
    """Remove the file of a lock that is needed no more, if nobody holds it."""
    with lock(file) as mine:
        if mine:  # who waits for a file that has gone notices it, and takes the new one
            Path(file).unlink(missing_ok=True)
