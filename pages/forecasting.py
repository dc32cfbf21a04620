"""Forecast: what a finished run says of the test part and of the time beyond the data. NumPy alone."""

import pandas as pd
import streamlit as st

from lab.evaluation import Score, scaler_of, verdict
from lab.forecasting import future, one_step, recursive
from lab.plots.forecasts import future_figure, paths_figure
from lab.series import Split
from pages.ui.data_view import stamps
from pages.ui.follower import scores_table
from pages.ui.layout import page
from pages.ui.live import live_chart
from pages.ui.runs import pick_run
from pages.ui.state import selected_run, store

page("Forecast", "How far does a trained network carry when it has only its own predictions to go on?")
