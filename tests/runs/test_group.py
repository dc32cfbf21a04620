"""Groups of runs as folders: members, damage, listing, deleting."""

from __future__ import annotations

import json

import pytest

import lab
from lab.runs.damage import DamagedRun
from lab.runs.events import EpochEnded, Finished, Started
from lab.runs.group import Group, GroupStore, Member, Record, group_of, join
from lab.runs.group_report import _baselines
from lab.runs.group_rows import best_first, rows
from lab.runs.run import Run
from lab.runs.store import RunStore

CONFIG = lab.preset("sine")


def made(*values: float | None, patience: bool = False) -> tuple[Group, list[Run]]:
    """A sweep whose runs end with these MASE; None for a run that has not begun."""
    store = RunStore()
    runs = [store.create(CONFIG, lab.load_series(CONFIG.data)) for _ in values]
    members = tuple(Member(run.id, f"run {k}", {"seed": str(k)}) for k, run in enumerate(runs))
    group = GroupStore(store).create(Record("sweep", "made", CONFIG.to_json(), members, made=1.0))
    for run, value in zip(runs, values, strict=True):
        join(run, group)
        if value is not None:
            run.append(Started(0, 2, 5, 100, 0.0))
            for epoch, mase in ((1, value / 2), (2, value)):
                run.append(EpochEnded(epoch, 1.0, 1.0, 1e-3, 0.1, 0.2, metrics={"val_mase": mase}))
            run.append(Finished(2, 1 if patience else 2, 0.3, "", run.id))
    return group, runs


def test_a_group_knows_its_runs_and_they_it() -> None:
    group, runs = made(0.5, None)
    assert [run.id for run in group.runs.values()] == [run.id for run in runs]
    assert [group_of(run) for run in runs] == [group.id, group.id]
    assert group_of(RunStore().create(CONFIG, None)) == ""
    assert dict(group.counts()) == {"finished": 1, "interrupted": 1}
    assert group.done == pytest.approx(0.5)
    assert GroupStore(RunStore()).open(group.id).record == group.record
    assert [g.id for g in GroupStore(RunStore()).list("sweep")] == [group.id]
    assert GroupStore(RunStore()).list("seeds") == []


def test_rows_are_of_the_weights_that_are_kept() -> None:
    group, _ = made(0.8, 0.4, None)
    assert [row.value for row in rows(group)] == [0.8, 0.4, None]
    assert [row.member.label for row in best_first(rows(group))] == ["run 1", "run 0", "run 2"]
    group, _ = made(0.8, patience=True)
    assert [row.value for row in rows(group)] == [0.4], "of the best epoch, which were kept"


def test_a_deleted_member_is_gone_and_the_rest_stays() -> None:
    group, runs = made(0.5, 0.6)
    RunStore().delete(runs[0])
    assert dict(group.counts()) == {"gone": 1, "finished": 1}
    assert [row.status for row in rows(group)] == ["gone", "finished"]
    assert group.done == 1.0


def test_a_group_goes_with_its_runs() -> None:
    group, runs = made(0.5, 0.6)
    groups = GroupStore(RunStore())
    groups.delete(group)
    assert not group.path.exists()
    assert not any(run.path.exists() for run in runs)
    with pytest.raises(ValueError, match=f"There is no group '{group.id}'"):
        groups.open(group.id)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": 3}', "\x00", "[" * 5000])
def test_a_damaged_group_is_one_sentence(text: str) -> None:
    group, _ = made(0.5)
    (group.path / "group.json").write_text(text)
    with pytest.raises(DamagedRun, match=f"Group {group.id} is damaged: its group.json is not to be read."):
        Group(group.path).record  # noqa: B018
    assert GroupStore(RunStore()).list() == []


def test_an_unknown_kind_is_damage() -> None:
    group, _ = made(0.5)
    tree = json.loads((group.path / "group.json").read_text())
    (group.path / "group.json").write_text(json.dumps(tree | {"kind": "lottery"}))
    with pytest.raises(DamagedRun):
        group.record  # noqa: B018


@pytest.mark.parametrize("name", ["../runs", "", "a/b", "none"])
def test_no_other_folder_is_a_group(name: str) -> None:
    with pytest.raises(ValueError, match="There is no group"):
        GroupStore(RunStore()).open(name)


def test_baselines_of_a_run_on_other_data_stand_beside_no_seed() -> None:
    sample = RunStore().open("sample-sunspots")
    for base, config, theirs in ((sample.id, CONFIG, False), (sample.id, sample.config, True)):
        store = RunStore()
        run = store.create(config, lab.load_series(config.data))
        record = Record("seeds", "made", config.to_json(), (Member(run.id, "seed 0"),), base)
        group = GroupStore(store).create(record)
        names = {row["name"] for row in _baselines(group, [{"name": "LSTM"}])}
        assert ("AR(p)" in names) == theirs
