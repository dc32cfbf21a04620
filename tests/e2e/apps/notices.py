"""What the pages show only at times: each state of a run, each kind of message, buttons at rest and disabled."""

from __future__ import annotations

import streamlit as st

from pages.ui.shared.layout import page
from pages.ui.shared.words import STATUS

page("Notices", "Everything that comes and goes.", charts=False)
for label, colour in STATUS.values():
    st.badge(label, color=colour)
for box in (st.info, st.warning, st.error, st.success):
    box("One sentence that says what happened, and [where to go](https://example.org).")
st.caption("A caption with **bold words** and `code` in it.")
st.button("Primary", type="primary")
st.button("Secondary")
st.button("Tertiary", type="tertiary")
st.button("Disabled", type="primary", disabled=True)
st.download_button("Download", "nothing", "nothing.txt", icon=":material/download:")
st.slider("Slider", 0, 10, 5, help="What it does.")
st.number_input("Number", 0, 10, 5)
st.toggle("Toggle", value=True)
st.checkbox("Checkbox", value=True)
st.radio("Radio", ["One", "Two"])
st.multiselect("Several", ["One", "Two", "Three"], default=["One", "Two"])
st.pills("Pills", ["One", "Two"], default="One")
st.segmented_control("Segments", ["One", "Two"], default="One")
st.tabs(["First", "Second"])
st.selectbox("Choice", ["One", "Two"])
st.date_input("Date", "2020-01-01")
with st.expander("Expander", expanded=True):
    st.text_input("Text", placeholder="What to write here")
with st.popover("Popover"):
    st.markdown("Inside")
