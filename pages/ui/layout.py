"""What every page begins with."""

from __future__ import annotations

import streamlit as st

from lab import jobs

# Streamlit leaves six rem of air above a page and none between a tooltip and a phone's edge.
_CSS = """
<style>
[data-testid="stMainBlockContainer"] { padding: 2.6rem 2.5rem 3rem; }
[data-testid="stMetricValue"] { font-size: 1.5rem; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; } }
</style>
"""


def page(title: str, lead: str = "") -> None:
    """Begin a page: the wide layout, the heading, one sentence saying what it is for."""
    st.set_page_config(page_title=f"{title} · RNN Lab" if title != "RNN Lab" else title, layout="wide")
    st.html(_CSS)
    st.title(title, anchor=False)
    if lead:
        st.markdown(lead)
    jobs.warm_up()
