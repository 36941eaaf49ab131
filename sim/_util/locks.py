"""Locks between processes, by files: so that two do not write one result."""

import contextlib
import errno
import fcntl

NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}  # a file system that knows none


@contextlib.contextmanager
def lock(file, wait=False):
    """Hold a lock that goes with its process, also when that is killed; without locks all may write.

    Parameters
    ----------
    file : path
        Made if it is not there; what it says does not matter.
    wait : bool
        For whoever holds it.

    Yields
    ------
    bool
        Whether it is held; False if another has it and there was no waiting.
    """
    with open(file, "a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        yield True
