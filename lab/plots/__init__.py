"""Figures: data in, a plotly Figure out. No Streamlit, no TensorFlow."""
