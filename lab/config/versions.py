"""Configs of earlier versions, read as those of this one. Runs are kept for years, and their files are never rewritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tree = dict[str, Any]

# Each takes the JSON of a config from the version of its place in this row to the next one.
UPGRADES: tuple[Callable[[Tree], Tree], ...] = (
    lambda tree: tree,  # before there were versions: the same keys
)
VERSION = len(UPGRADES)


def upgrade(tree: Tree) -> Tree:
    """The JSON of a config of any version up to `VERSION` as one of `VERSION`, without its `version`.

    Raises:
        ValueError: `version` is none of these.
    """
    version = tree.get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= VERSION:
        raise ValueError(
            f"`version` must be a whole number from 0 to {VERSION}, the newest that this RNN Lab reads; received {version!r}."
        )
    tree = {key: value for key, value in tree.items() if key != "version"}
    for step in UPGRADES[version:]:
        tree = step(tree)
    return tree
