"""What a compiler leaves behind, handed back to the machine."""

from __future__ import annotations

import contextlib
import ctypes
import re
from pathlib import Path

_DONTNEED = 4  # MADV_DONTNEED of <sys/mman.h>
# `start-end r-xp offset device inode path`: a library's code, which nobody writes to
_CODE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r-xp .*/libtensorflow[^/]*$", re.MULTILINE)


def release_memory() -> None:
    """Give back the heap and the pages of code that only compiling took; where that is not Linux, nothing happens.

    The heap is a tenth of a gigabyte, which glibc keeps unless it is asked. The code is twice that: importing TensorFlow
    and compiling run through much more of its libraries than training does. Its pages stay in the machine's file cache,
    and the next compile finds them there within milliseconds; but they no longer count as this process's memory, to
    which Dask's limit of a worker applies (see `estimate.memory_limit`).
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.malloc_trim(0)
        libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for start, end in _CODE.findall(Path("/proc/self/maps").read_text()):
            libc.madvise(int(start, 16), int(end, 16) - int(start, 16), _DONTNEED)
