"""RNN Lab: `streamlit run app.py`. Navigation and nothing else: one line a page."""

import streamlit as st

st.navigation(
    [
        # A url_path that equals the file's name would let a cold deep link run the page without this file.
        st.Page("pages/welcome.py", title="Home", icon=":material/home:", default=True),
        st.Page("pages/training.py", title="Train", icon=":material/show_chart:", url_path="train"),
        st.Page("pages/forecasting.py", title="Forecast", icon=":material/timeline:", url_path="forecast"),
        st.Page("pages/all_runs.py", title="Runs", icon=":material/list:", url_path="runs"),
    ]
).run()
