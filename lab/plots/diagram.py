"""A cell drawn as a diagram, one unit's numbers along its wires. SVG text with roles for colours, as the figures have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lab.plots.gates import GATES
from lab.plots.style import ThemeName, resolve, role, style

WIDTH, HEIGHT = 640, 330


def cell_diagram(cell: str, values: Mapping[str, float], activation: str = "tanh") -> str:
    """The diagram of an LSTM, a GRU, a simple RNN or a Jordan network.

    Args:
        cell: a name of `lab.cells.CELLS`.
        values: the gates and states of one unit at one step, by name; `x` (the input, where it is one number), `before`
            (its hidden state a step earlier) and `cell_before`.
        activation: `tanh` or `relu`, the model's; it stands on the wires that it squashes.
    """
    draw = {
        "lstm": _lstm, "peephole": _lstm, "gru": _gru, "gru_reset_before": _gru, "rnn": _rnn, "jordan": _jordan,
    }[cell]  # fmt: skip
    said = ", ".join(f"{GATES[k][0]} {v:.2f}" for k, v in values.items() if k in GATES)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="One step of the cell: {said}" '
        f'style="width:100%;max-width:{WIDTH}px;display:block;margin:auto" font-family="inherit" font-size="13">'
        f"{_called(draw(values), activation)}</svg>"
    )


def _called(drawn: str, activation: str) -> str:
    return drawn.replace(">tanh<", ">ReLU<") if activation == "relu" else drawn


def diagram_file(svg: str, theme: ThemeName) -> str:
    """`cell_diagram` as a file of its own: the theme's colours, on its background, for any viewer and in print."""
    painted: str = re.sub(r"role:\w+", lambda found: str(resolve(found[0], theme)), svg)
    background = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{style(theme).background}"/>'
    head, _, rest = painted.partition(">")
    head = re.sub(r' style="[^"]*"', "", head).replace('font-family="inherit"', 'font-family="system-ui, sans-serif"')
    return f'{head} xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{background}{rest}'


def _lstm(v: Mapping[str, float]) -> str:
    top, gates, bus, out = 70, 190, 270, 500
    xs = {"forget": 150, "input": 250, "candidate": 330, "output": 430}
    return "".join(
        [
            _frame(),
            # the cell state runs along the top, the only wire that nothing squashes
            _wire("cell_state", (20, top), (620, top), 2 + 3 * min(1.0, abs(v["cell"]))),
            _text(24, top - 14, "c", "t−1", v["cell_before"], "cell_state"),
            _text(616, top - 14, "c", "t", v["cell"], "cell_state", anchor="end"),
            # what the gates read
            _wire("muted", (20, bus), (xs["output"], bus)),
            _text(24, bus - 10, "h", "t−1", v["before"], "hidden_state"),
            _text(24, bus + 28, "x", "t", v.get("x"), "truth"),
            _wire("muted", (112, bus + 24), (112, bus)),
            *(_wire("muted", (x, bus), (x, gates + 16)) for x in xs.values()),
            *(_gate(x, gates, k, v[k]) for k, x in xs.items()),
            # forget: c is multiplied
            _wire("forget_gate", (xs["forget"], gates - 16), (xs["forget"], top + 13), _weight(v["forget"])),
            _knot(xs["forget"], top, "×"),
            # input times candidate is added
            _wire("input_gate", (xs["input"], gates - 16), (xs["input"], 130), _weight(v["input"])),
            _wire("input_gate", (xs["input"], 130), (277, 130), _weight(v["input"])),
            _wire("candidate", (xs["candidate"], gates - 16), (xs["candidate"], 130), _weight(v["candidate"])),
            _wire("candidate", (xs["candidate"], 130), (303, 130), _weight(v["candidate"])),
            _wire("muted", (290, 117), (290, top + 13), _weight(v["input"] * v["candidate"])),
            _knot(290, 130, "×"),
            _knot(290, top, "+"),
            _label(298, 104, f"{v['input'] * v['candidate']:+.2f}"),
            # the output gate lets tanh(c) out
            _wire("cell_state", (out, top), (out, 117)),
            _knot(out, 130, "tanh", wide=True),
            _wire("cell_state", (out, 143), (out, gates - 13)),
            _wire("output_gate", (xs["output"] + 30, gates), (out - 13, gates), _weight(v["output"])),
            _knot(out, gates, "×"),
            _wire("hidden_state", (out, gates + 13), (out, bus)),
            _wire("hidden_state", (out, bus), (620, bus), 2 + 3 * min(1.0, abs(v["hidden"]))),
            _text(616, bus - 10, "h", "t", v["hidden"], "hidden_state", anchor="end"),
        ]
    )


def _gru(v: Mapping[str, float]) -> str:
    top, gates, bus, out = 70, 190, 270, 500
    xs = {"reset": 150, "candidate": 270, "update": 400}
    return "".join(
        [
            _frame(),
            _wire("hidden_state", (20, top), (620, top), 2 + 3 * min(1.0, abs(v["hidden"]))),
            _text(24, top - 14, "h", "t−1", v["before"], "hidden_state"),
            _text(616, top - 14, "h", "t", v["hidden"], "hidden_state", anchor="end"),
            _wire("muted", (20, bus), (xs["update"], bus)),
            _wire("hidden_state", (70, top), (70, bus)),
            _text(24, bus + 24, "x", "t", v.get("x"), "truth"),
            *(_wire("muted", (x, bus), (x, gates + 16)) for x in xs.values()),
            *(_gate(x, gates, k, v[k]) for k, x in xs.items()),
            # how much of the past the candidate may see
            _wire("input_gate", (xs["reset"] + 30, gates), (xs["candidate"] - 30, gates), _weight(v["reset"])),
            # the update gate mixes the old state and the candidate
            _wire("forget_gate", (xs["update"], gates - 16), (xs["update"], top + 13), _weight(v["update"])),
            _knot(xs["update"], top, "×"),
            _wire("candidate", (xs["candidate"], gates - 16), (xs["candidate"], 130), _weight(v["candidate"])),
            _wire("candidate", (xs["candidate"], 130), (out - 13, 130), _weight(v["candidate"])),
            _wire("forget_gate", (xs["update"] + 30, gates), (out, gates), _weight(1 - v["update"])),
            _wire("forget_gate", (out, gates), (out, 143), _weight(1 - v["update"])),
            _label(out + 8, gates - 8, f"1−z = {1 - v['update']:.2f}"),
            _knot(out, 130, "×"),
            _wire("candidate", (out, 117), (out, top + 13), _weight((1 - v["update"]) * v["candidate"])),
            _knot(out, top, "+"),
        ]
    )


def _rnn(v: Mapping[str, float]) -> str:
    middle, bus = 150, 270
    return "".join(
        [
            _frame(),
            _wire("hidden_state", (20, middle), (290, middle), 2 + 3 * min(1.0, abs(v["before"]))),
            _wire("muted", (320, bus), (320, middle + 22)),
            _wire("hidden_state", (350, middle), (620, middle), 2 + 3 * min(1.0, abs(v["hidden"]))),
            _knot(320, middle, "tanh", wide=True),
            _text(24, middle - 14, "h", "t−1", v["before"], "hidden_state"),
            _text(616, middle - 14, "h", "t", v["hidden"], "hidden_state", anchor="end"),
            _text(330, bus - 4, "x", "t", v.get("x"), "truth"),
        ]
    )


def _jordan(v: Mapping[str, float]) -> str:
    """The output, and not the hidden unit, goes round to the next step: the wire back leaves after the second tanh."""
    middle, top, bus, hidden, output, back, tap = 170, 70, 270, 240, 420, 130, 520
    fed, said = 2 + 3 * min(1.0, abs(v["before"])), 2 + 3 * min(1.0, abs(v["hidden"]))
    return "".join(
        [
            _frame(),
            # the output of the step before comes in, where Elman's network has its hidden state
            _wire("hidden_state", (20, middle), (hidden - 26, middle), fed),
            _text(24, middle - 14, "y", "t−1", v["before"], "hidden_state"),
            _wire("muted", (hidden, bus), (hidden, middle + 13)),
            _text(hidden + 10, bus - 4, "x", "t", v.get("x"), "truth"),
            _knot(hidden, middle, "tanh", wide=True),
            _wire("candidate", (hidden + 26, middle), (output - 26, middle), _weight(v["inner"])),
            _text((hidden + output) / 2, middle - 14, "h", "t", v["inner"], "candidate", anchor="middle"),
            _label((hidden + output) / 2, middle + 22, "hidden unit", anchor="middle"),
            _knot(output, middle, "tanh", wide=True),
            _wire("hidden_state", (output + 26, middle), (620, middle), said),
            _text(616, middle - 14, "y", "t", v["hidden"], "hidden_state", anchor="end"),
            _label(616, middle + 22, "output", anchor="end"),
            # and goes back, to be heard at the next step
            _wire("hidden_state", (tap, middle), (tap, top), said),
            _wire("hidden_state", (tap, top), (back, top), said),
            _wire("hidden_state", (back, top), (back, middle), said),
            _label((back + tap) / 2, top - 10, "the output goes back: the next step hears it", anchor="middle"),
        ]
    )


def _frame() -> str:
    return (
        f'<rect x="40" y="24" width="{WIDTH - 80}" height="{HEIGHT - 44}" rx="14" fill="none" stroke="{role("grid")}" '
        f'stroke-width="1.5"/>'
    )


def _weight(value: float) -> float:
    """A wire is as thick as what it carries is large."""
    return 1.2 + 3.8 * min(1.0, abs(value))


def _wire(colour: str, start: tuple[float, float], end: tuple[float, float], width: float = 1.6) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{role(colour)}" stroke-width="{width:.1f}" stroke-linecap="round"/>'


def _gate(x: float, y: float, gate: str, value: float) -> str:
    """A gate as a box that fills up with its value."""
    name, colour = GATES[gate]
    filled = 32 * min(1.0, abs(value))
    return (
        f'<rect x="{x - 30}" y="{y - 16}" width="60" height="32" rx="5" fill="{role("background")}"/>'
        f'<rect x="{x - 30}" y="{y + 16 - filled:.1f}" width="60" height="{filled:.1f}" rx="4" fill="{role(colour)}" fill-opacity="0.25"/>'
        f'<rect x="{x - 30}" y="{y - 16}" width="60" height="32" rx="5" fill="none" stroke="{role(colour)}" stroke-width="1.8"/>'
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-weight="600" fill="{role("text")}">{value:.2f}</text>'
        f'<text x="{x}" y="{y + 34}" text-anchor="middle" font-size="11" fill="{role(colour)}" stroke="{role("background")}" '
        f'stroke-width="4" paint-order="stroke">{name.rsplit(" ", 1)[0]}</text>'
    )


def _knot(x: float, y: float, sign: str, *, wide: bool = False) -> str:
    half = 26 if wide else 13
    return (
        f'<rect x="{x - half}" y="{y - 13}" width="{2 * half}" height="26" rx="13" fill="{role("background")}" '
        f'stroke="{role("muted")}" stroke-width="1.5"/>'
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" fill="{role("text")}">{sign}</text>'
    )


def _text(x: float, y: float, symbol: str, when: str, value: float | None, colour: str, anchor: str = "start") -> str:
    number = "" if value is None else f" = {value:.2f}"
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{role(colour)}" stroke="{role("background")}" stroke-width="4" '
        f'paint-order="stroke" font-weight="600"><tspan font-style="italic">{symbol}</tspan>'
        f'<tspan dy="4" font-size="9">{when}</tspan><tspan dy="-4">{number}</tspan></text>'
    )


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="11" fill="{role("muted")}">{text}</text>'
