"""Files that are there whole or not at all: a program that is killed half-way leaves what was there before."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import EEXIST
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # on Windows: elections are checked there, and not kept
    fcntl = None  # type: ignore[assignment]


def new(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """A file that is not there yet. Raises FileExistsError, and OSError where it can not be written."""
    together((path, content, mode))


def together(*files: tuple[Path, bytes, int]) -> None:
    """Files (name, content, mode) that are not there yet and belong together: all are on the disk before the first gets
    its name, and when one can not have its name none has. Raises FileExistsError with that name, and OSError."""
    with ExitStack() as stack:
        for path, _, _ in files:
            if os.path.lexists(path):
                raise _there(path)
        written = [stack.enter_context(_beside(path, [content], mode)) for path, content, mode in files]
        named: list[Path] = []
        try:
            for each, (path, _, mode) in zip(written, files, strict=True):
                _name(each, path, mode)
                named.append(path)
        except OSError:
            for path in named:
                path.unlink()
            raise
        for folder in {path.parent for path, _, _ in files}:
            _sync(folder)


def _name(written: Path, path: Path, mode: int) -> None:
    try:
        os.link(written, path)
    except FileExistsError:
        raise _there(path) from None
    except OSError:  # a file system without links, such as that of a memory stick
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        written.replace(path)


def _there(path: Path) -> FileExistsError:
    return FileExistsError(EEXIST, os.strerror(EEXIST), str(path))


def anew(path: Path, pieces: Iterable[bytes], *, mode: int = 0o644) -> None:
    """A file in the place of what was there, if anything was. Raises OSError, and leaves that."""
    with _beside(path, pieces, mode) as written:
        written.replace(path)
        _sync(path.parent)


@contextmanager
def _beside(path: Path, pieces: Iterable[bytes], mode: int) -> Iterator[Path]:
    """A file in the same folder with this content, on the disk; gone afterwards unless it was given a name."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            if os.name == "posix":
                os.fchmod(handle, mode & ~_umask())
            for each in pieces:
                file.write(each)
            file.flush()
            os.fsync(handle)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    os.umask(before := os.umask(0o077))
    return before


def lock(file: BinaryIO) -> None:
    """Wait until nobody else adds to this file, and keep others out until it is closed. Raises OSError where the system
    has no locks."""
    if fcntl is None:
        raise OSError(None, "this system has no locks: add to an archive on Linux or macOS", file.name)
    fcntl.flock(file, fcntl.LOCK_EX)


def settled(file: BinaryIO) -> int:
    """The bytes of this file when nobody is adding to it."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_SH)
        return file.seek(0, os.SEEK_END)
    except OSError as error:
        if file.seekable():  # a file system without locks: nobody adds there
            return file.seek(0, os.SEEK_END)
        raise OSError(None, "it can be read once alone: give a file, not a pipe", file.name) from error
    finally:
        if fcntl is not None and file.seekable():
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_UN)


def _sync(folder: Path) -> None:
    """That a name is on the disk, and not only what it names."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
