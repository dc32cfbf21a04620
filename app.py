"""RNN Lab: `streamlit run app.py`. Navigation and nothing else: one line a page."""

import streamlit as st

from pages.ui.shared.layout import ICON, run_page

st.set_page_config(page_icon=str(ICON))  # before the navigation, or the tab's icon is the page's, fetched from Google
run_page(
    st.navigation(
        [
            st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
            st.Page("pages/train.py", title="Train", icon=":material/show_chart:"),
            st.Page("pages/gates.py", title="Gates", icon=":material/memory:"),
            st.Page("pages/gradients.py", title="Gradients", icon=":material/trending_down:"),
            st.Page("pages/belief.py", title="Belief", icon=":material/psychology:"),
            st.Page("pages/forecast.py", title="Forecast", icon=":material/timeline:"),
            st.Page("pages/evaluate.py", title="Evaluate", icon=":material/rule:"),
            st.Page("pages/runs.py", title="Runs", icon=":material/list:"),
        ]
    ).run
)
