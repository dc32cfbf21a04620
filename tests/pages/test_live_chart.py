"""What Python hands the browser; the browser's side is tests/e2e/test_live.py."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def script() -> None:
    import numpy as np
    import plotly.graph_objects as go
    import streamlit as st

    from pages.ui.components.chart import live_chart, mount_plotly

    mount_plotly()
    figure = {"data": [{"y": [1.0, float("nan")], "line": {"color": "role:model"}}], "layout": {}}
    live_chart(figure, key="a", height=200, alt="First")

    @st.fragment
    def part() -> None:
        live_chart(go.Figure(go.Scatter(y=np.array([1.0, 2.0]))), key="b", height=300, alt="Second")

    part()


def test_charts_send_json_and_plotly_goes_before_them() -> None:
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    protos: list[Any] = [element.proto for element in app.get("bidi_component")]
    assert [p.component_name for p in protos] == ["lab_plotly", "lab_chart", "lab_chart"]
    first, second = (json.loads(p.json) for p in protos if p.component_name == "lab_chart")
    assert first["key"] == "a"
    assert first["alt"] == "First"
    assert json.loads(first["figure"])["data"][0] == {"y": [1.0, None], "line": {"color": "role:model"}}
    assert second["height"] == 300
