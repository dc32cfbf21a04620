"""`python -m lab score`: the model of a run beside every baseline on its test part."""

from __future__ import annotations

import sys
from dataclasses import asdict

from lab.cli.tables import print_json, print_notes, scores_table, table
from lab.config.text import cell
from lab.data.series import Series
from lab.runs import baseline_file
from lab.runs.run import Run
from lab.scoring.forecast_scores import Score, lag_sentence, verdict
from lab.scoring.metrics import why_no_mape

METRICS = ("mae", "rmse", "mape", "smape", "mase", "rmsse", "r2", "direction", "scaled_mse")


def score(run: Run, *, as_json: bool) -> None:
    """Fit what is missing, with a line on stderr for each, and print all. ValueError where the run has no scores yet."""
    if not run.scores():
        raise ValueError(f"Run {run.id} has no scores: it is {run.status()}. Train it to the end, or stop it, first.")
    known = baseline_file.kept(run)
    baselines = [*known, *baseline_file.fit(run, lambda name: print(f"fitting {name}", file=sys.stderr))]
    if as_json:
        print_json({"run": run.id, "scores": run.scores(), "baselines": [asdict(b) for b in baselines]})
        return
    if run.config.task.accepts is not Series:
        scores_table(run)
        return
    scores = [Score(**row) for row in run.scores()]
    if reason := why_no_mape(run.prepared.values):
        print_notes([reason])
    rows = [(s, None) for s in scores] + [(b.score, b) for b in baselines if b.score]
    rows[1:] = sorted(rows[1:], key=lambda row: (row[0].target, row[0].mae))
    several = len(run.prepared.target_names) > 1
    heads = [*(["target"] if several else []), "forecast", *(m.replace("_", " ") for m in METRICS), "seconds", "how"]
    table(heads, [
        [*([s.target] if several else []), s.name, *(cell(getattr(s, m)) for m in METRICS), f"{b.seconds:.2f}" if b else "", b.note if b else ""]
        for s, b in rows
    ])  # fmt: skip
    for b in baselines:
        if b.refused:
            print(f"{b.name}{f', {b.target}' if b.target else ''}: {b.refused}")
    print(verdict([*scores, *(b.score for b in baselines if b.score)]))
    if sentence := lag_sentence(scores[0]):
        print(sentence)
