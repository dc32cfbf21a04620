"""Where everything is written, and how: whole files or none; and who works on it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_RECORDS = threading.Lock()
_FOLDERS = re.compile(r"(?<![\w.:/\\])(?:[A-Za-z]:)?(?:[/\\][\w.@+ -]+)*[/\\](?=[\w.@+-])")
_UPLOAD = re.compile(r"upload:([0-9a-f]{16}\.csv)")


def lab_home() -> Path:
    """Where everything is written: `LAB_HOME`, else `.runs` beside app.py, else the user's cache folder."""
    if os.environ.get("LAB_HOME"):
        home = Path(os.environ["LAB_HOME"]).expanduser().resolve()
        with contextlib.suppress(OSError):  # what is then written there fails, and `unwritable` says why
            home.mkdir(parents=True, exist_ok=True)
        return home
    beside = Path(__file__).parents[2] / ".runs"
    try:
        beside.mkdir(exist_ok=True)
        if os.access(beside, os.W_OK):
            return beside
    except OSError:
        pass
    import platformdirs

    return platformdirs.user_cache_path("rnn-lab", ensure_exists=True)


def sentence_of(error: Exception, *, whole_path: bool = True) -> str:
    """An error as a sentence: Python writes those of the system as `[Errno 30] Read-only file system: '...'`.

    `whole_path`: not for visitors, for whom a file's name must do.
    """
    if isinstance(error, OSError) and error.strerror:
        name = error.filename if whole_path or not error.filename else Path(str(error.filename)).name
        return f"{name or 'A file'} cannot be read or written: {error.strerror}."
    return str(error)


def without_folders(text: str) -> str:
    """The text with each absolute path in it cut down to the last name: a run may be shown and sent to anybody."""
    return _FOLDERS.sub("", text)


def unwritable() -> str:
    """Why nothing can be kept in `lab_home()`, a sentence; `""` where it can be written."""
    try:
        home = lab_home()
        probe = home / f"probe.{os.getpid()}.{threading.get_ident()}"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        return (
            f"Nothing can be written where runs and uploads are kept: {error.strerror or 'no such place'}. Make room, or set "
            "LAB_HOME to a folder that can be written."
        )
    return ""


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all: to the path that this gives, a name that no other thread, process or host has.

    Renamed to `path` where nothing went wrong, so that a reader never sees half of it; else removed.
    """
    aside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
    try:
        yield aside
        replace_file(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with whole(path) as aside:
        aside.write_text(text, encoding="utf-8")


def replace_file(aside: Path, path: Path) -> None:
    """Rename over `path`; Windows refuses while somebody reads it, so try for a moment."""
    for attempt in range(50):
        try:
            aside.replace(path)
            return
        except PermissionError:
            if attempt == 49:
                raise
            time.sleep(0.02)


def upload_path(name: str) -> Path:
    """The file behind `upload:0123456789abcdef.csv`, as the app keeps it; ValueError for other text."""
    match = _UPLOAD.fullmatch(name)
    if match is None:
        raise ValueError(f"An uploaded file must be named upload: and 16 hexadecimal digits; received {name!r}.")
    return lab_home() / "uploads" / match[1]


def upload_name(name: str) -> str:
    """What its owner calls the file behind `upload:0123456789abcdef.csv`; without a record of it, the kept file's name."""
    path = upload_path(name)
    try:
        return str(json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.name


def upload_owners(name: str) -> list[str]:
    """Who uploaded the file behind `upload:0123456789abcdef.csv`, as `save_upload` recorded it."""
    try:
        owners = json.loads(upload_path(name).with_suffix(".json").read_text(encoding="utf-8"))["owners"]
        return [str(owner) for owner in owners]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def save_upload(data: bytes, called: str = "", owner: str = "") -> str:
    """Keep uploaded bytes under `LAB_HOME`, named by their content; returns the name that `upload_path` finds.

    `called` is the file's own name, which `upload_name` gives back: its last part, without signs that do not print. `owner`:
    who uploads it, where that matters.
    """
    import hashlib

    name = f"upload:{hashlib.sha256(data).hexdigest()[:16]}.csv"
    path = upload_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.touch()  # somebody needs it anew
    else:
        with whole(path) as aside:
            aside.write_bytes(data)
    own = "".join(sign for sign in re.split(r"[/\\\\]", called)[-1] if sign.isprintable()).strip()[-100:]
    with _RECORDS:  # two visitors who bring the same bytes are both to stand in the record
        owners = upload_owners(name)
        if (own and own != upload_name(name)) or (owner and owner not in owners):
            owners += [owner] if owner and owner not in owners else []
            record = {"name": own or upload_name(name)} | ({"owners": owners} if owners else {})
            write_text(path.with_suffix(".json"), json.dumps(record))
    return name


def new_folder(within: Path, about: str) -> Path:
    """Make a folder named after what it is about and the time; nobody else has the same."""
    stem, k = f"{about}-{time.strftime('%Y%m%d-%H%M%S')}", 1
    while True:
        path = within / (stem if k == 1 else f"{stem}-{k}")
        try:
            path.mkdir()
            return path
        except FileExistsError:
            k += 1


def in_plain_letters(text: str) -> str:
    """The text in the letters of an id, at most 40; empty where it has none of them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain)[:40].strip("-")
