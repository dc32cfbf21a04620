"""A cell drawn as a diagram, one unit's numbers along its wires. SVG text with roles for colours, as the figures have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lab.network.activations import ACTIVATIONS
from lab.plots.gates import GATES
from lab.plots.style import ThemeName, resolve, role, style

WIDTH, HEIGHT = 468, 340
TEXT = 16.2  # as narrow as a phone of 390 pixels shows the diagram, letters of this size are 12 pixels high


def cell_diagram(cell: str, values: Mapping[str, float], activation: str = "tanh") -> str:
    """The diagram of an LSTM, a GRU, a simple RNN or a Jordan network.

    Args:
        cell: a name of `lab.network.cells.CELLS`.
        values: the gates and states of one unit at one step, by name; `x` (the input, where it is one number), `before`
            (its hidden state a step earlier) and `cell_before`.
        activation: the model's; it stands on the wires that it squashes.
    """
    draw = {
        "lstm": _lstm, "peephole": _lstm, "gru": _gru, "gru_reset_before": _gru, "rnn": _rnn, "jordan": _jordan,
    }[cell]  # fmt: skip
    numbers = ", ".join(f"{GATES[k][0]} {v:.2f}" for k, v in values.items() if k in GATES)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="One step of the cell: {numbers}" '
        f'style="width:100%;max-width:{1.4 * WIDTH:.0f}px;display:block;margin:auto" font-family="inherit" font-size="{TEXT}">'
        f"{_called(draw(values), activation)}</svg>"
    )


def _called(drawn: str, activation: str) -> str:
    return drawn.replace(">tanh<", f">{ACTIVATIONS[activation].symbol}<")


def diagram_file(svg: str, theme: ThemeName) -> str:
    """`cell_diagram` as a file of its own: the theme's colours, on its background, for any viewer and in print."""
    painted: str = re.sub(r"role:\w+", lambda found: str(resolve(found[0], theme)), svg)
    background = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{style(theme).background}"/>'
    head, _, rest = painted.partition(">")
    head = re.sub(r' style="[^"]*"', "", head).replace('font-family="inherit"', 'font-family="system-ui, sans-serif"')
    return f'{head} xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{background}{rest}'


def _lstm(v: Mapping[str, float]) -> str:
    top, gates, bus, out = 84, 200, 290, 418
    xs = {"forget": 78, "input": 166, "candidate": 254, "output": 342}
    product = (xs["input"] + xs["candidate"]) // 2
    written = v["input"] * v["candidate"]
    return "".join(
        [
            _frame(),
            # the cell state runs along the top, the only wire that nothing squashes
            _wire("cell_state", (0, top), (WIDTH, top), 2 + 3 * min(1.0, abs(v["cell"]))),
            _text(4, top - 16, "c", "t−1", v["cell_before"], "cell_state"),
            _text(WIDTH - 4, top - 16, "c", "t", v["cell"], "cell_state", anchor="end"),
            # what the gates read
            _wire("muted", (0, bus), (xs["output"], bus)),
            _text(4, bus + 28, "h", "t−1", v["before"], "hidden_state"),
            _text(158, bus + 28, "x", "t", v.get("x"), "truth"),
            _wire("muted", (144, bus + 28), (144, bus)),
            *(_wire("muted", (x, bus), (x, gates + 16)) for x in xs.values()),
            *(_gate(x, gates, k, v[k]) for k, x in xs.items()),
            # forget: c is multiplied
            _wire("forget_gate", (xs["forget"], gates - 16), (xs["forget"], top + 13), _weight(v["forget"])),
            _knot(xs["forget"], top, "×"),
            # input times candidate is added
            _wire("input_gate", (xs["input"], gates - 16), (xs["input"], 140), _weight(v["input"])),
            _wire("input_gate", (xs["input"], 140), (product - 13, 140), _weight(v["input"])),
            _wire("candidate", (xs["candidate"], gates - 16), (xs["candidate"], 140), _weight(v["candidate"])),
            _wire("candidate", (xs["candidate"], 140), (product + 13, 140), _weight(v["candidate"])),
            _wire("muted", (product, 127), (product, top + 13), _weight(written)),
            _knot(product, 140, "×"),
            _knot(product, top, "+"),
            _label(product + 10, 120, f"{written:+.2f}"),
            # the output gate lets tanh(c) out
            _wire("cell_state", (out, top), (out, 127)),
            _knot(out, 140, "tanh", wide=True),
            _wire("cell_state", (out, 153), (out, gates - 13)),
            _wire("output_gate", (xs["output"] + 30, gates), (out - 13, gates), _weight(v["output"])),
            _knot(out, gates, "×"),
            _wire("hidden_state", (out, gates + 13), (out, bus)),
            _wire("hidden_state", (out, bus), (WIDTH, bus), 2 + 3 * min(1.0, abs(v["hidden"]))),
            _text(WIDTH - 4, bus + 28, "h", "t", v["hidden"], "hidden_state", anchor="end"),
        ]
    )


def _gru(v: Mapping[str, float]) -> str:
    top, gates, bus, out = 84, 200, 290, 418
    xs = {"reset": 110, "candidate": 214, "update": 324}
    return "".join(
        [
            _frame(),
            _wire("hidden_state", (0, top), (WIDTH, top), 2 + 3 * min(1.0, abs(v["hidden"]))),
            _text(4, top - 16, "h", "t−1", v["before"], "hidden_state"),
            _text(WIDTH - 4, top - 16, "h", "t", v["hidden"], "hidden_state", anchor="end"),
            _wire("muted", (0, bus), (xs["update"], bus)),
            _wire("hidden_state", (48, top), (48, bus)),
            _text(4, bus + 28, "x", "t", v.get("x"), "truth"),
            *(_wire("muted", (x, bus), (x, gates + 16)) for x in xs.values()),
            *(_gate(x, gates, k, v[k]) for k, x in xs.items()),
            # how much of the past the candidate may see
            _wire("input_gate", (xs["reset"] + 30, gates), (xs["candidate"] - 30, gates), _weight(v["reset"])),
            # the update gate mixes the old state and the candidate
            _wire("forget_gate", (xs["update"], gates - 16), (xs["update"], top + 13), _weight(v["update"])),
            _knot(xs["update"], top, "×"),
            _wire("candidate", (xs["candidate"], gates - 16), (xs["candidate"], 140), _weight(v["candidate"])),
            _wire("candidate", (xs["candidate"], 140), (out - 13, 140), _weight(v["candidate"])),
            _wire("forget_gate", (xs["update"] + 30, gates), (out, gates), _weight(1 - v["update"])),
            _wire("forget_gate", (out, gates), (out, 153), _weight(1 - v["update"])),
            _label(WIDTH - 8, gates + 24, f"1−z = {1 - v['update']:.2f}", anchor="end"),
            _knot(out, 140, "×"),
            _wire("candidate", (out, 127), (out, top + 13), _weight((1 - v["update"]) * v["candidate"])),
            _knot(out, top, "+"),
        ]
    )


def _rnn(v: Mapping[str, float]) -> str:
    middle, bus, centre = 160, 280, WIDTH // 2
    return "".join(
        [
            _frame(),
            _wire("hidden_state", (0, middle), (centre - 26, middle), 2 + 3 * min(1.0, abs(v["before"]))),
            _wire("muted", (centre, bus), (centre, middle + 13)),
            _wire("hidden_state", (centre + 26, middle), (WIDTH, middle), 2 + 3 * min(1.0, abs(v["hidden"]))),
            _knot(centre, middle, "tanh", wide=True),
            _text(4, middle - 16, "h", "t−1", v["before"], "hidden_state"),
            _text(WIDTH - 4, middle - 16, "h", "t", v["hidden"], "hidden_state", anchor="end"),
            _text(centre + 12, bus - 4, "x", "t", v.get("x"), "truth"),
        ]
    )


def _jordan(v: Mapping[str, float]) -> str:
    """The output, and not the hidden unit, goes round to the next step: the wire back leaves after the second tanh."""
    middle, top, bus, hidden, output, back, tap = 180, 84, 290, 160, 310, 64, 400
    fed, given = 2 + 3 * min(1.0, abs(v["before"])), 2 + 3 * min(1.0, abs(v["hidden"]))
    return "".join(
        [
            _frame(),
            # the output of the step before comes in, where Elman's network has its hidden state
            _wire("hidden_state", (0, middle), (hidden - 26, middle), fed),
            _text(4, middle + 30, "y", "t−1", v["before"], "hidden_state"),
            _wire("muted", (hidden, bus), (hidden, middle + 13)),
            _text(hidden + 12, bus - 4, "x", "t", v.get("x"), "truth"),
            _knot(hidden, middle, "tanh", wide=True),
            _wire("candidate", (hidden + 26, middle), (output - 26, middle), _weight(v["inner"])),
            _text((hidden + output) / 2, middle - 14, "h", "t", v["inner"], "candidate", anchor="middle"),
            _label((hidden + output) / 2, middle + 26, "hidden unit", anchor="middle"),
            _knot(output, middle, "tanh", wide=True),
            _wire("hidden_state", (output + 26, middle), (WIDTH, middle), given),
            _text(WIDTH - 4, middle + 30, "y", "t", v["hidden"], "hidden_state", anchor="end"),
            # and goes back, as an input of the next step
            _wire("hidden_state", (tap, middle), (tap, top), given),
            _wire("hidden_state", (tap, top), (back, top), given),
            _wire("hidden_state", (back, top), (back, middle), given),
            _label((back + tap) / 2, top - 12, "the output goes back, into the next step", anchor="middle"),
        ]
    )


def _frame() -> str:
    return (
        f'<rect x="18" y="30" width="{WIDTH - 36}" height="{HEIGHT - 36}" rx="14" fill="none" stroke="{role("grid")}" '
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
        f'<text x="{x}" y="{y + 6}" text-anchor="middle" font-weight="600" fill="{role("text")}">{value:.2f}</text>'
        f'<text x="{x}" y="{y + 36}" text-anchor="middle" fill="{role(colour)}" stroke="{role("background")}" '
        f'stroke-width="4" paint-order="stroke">{name.partition(" ")[0]}</text>'
    )


def _knot(x: float, y: float, sign: str, *, wide: bool = False) -> str:
    half = 26 if wide else 13
    return (
        f'<rect x="{x - half}" y="{y - 13}" width="{2 * half}" height="26" rx="13" fill="{role("background")}" '
        f'stroke="{role("muted")}" stroke-width="1.5"/>'
        f'<text x="{x}" y="{y + 6}" text-anchor="middle" fill="{role("text")}">{sign}</text>'
    )


def _text(x: float, y: float, symbol: str, when: str, value: float | None, colour: str, anchor: str = "start") -> str:
    number = "" if value is None else f" = {value:.2f}"
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{role(colour)}" stroke="{role("background")}" stroke-width="4" '
        f'paint-order="stroke" font-weight="600"><tspan font-style="italic">{symbol}</tspan>'
        f'<tspan dy="4">{when}</tspan><tspan dy="-4">{number}</tspan></text>'
    )


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{role("muted")}" stroke="{role("background")}" '
        f'stroke-width="4" paint-order="stroke">{text}</text>'
    )
