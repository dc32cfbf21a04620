"""What flows: series, images, windows, scaling; `sources` has them by name."""
