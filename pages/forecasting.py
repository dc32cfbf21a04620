"""Forecast: what a finished run says of the test part and of the time beyond the data. NumPy alone."""

from pages.ui.layout import page

page("Forecast", "How far does a trained network carry when it has only its own predictions to go on?")
