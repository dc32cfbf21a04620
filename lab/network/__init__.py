"""The network in NumPy: cells, layers, traces, interventions."""
