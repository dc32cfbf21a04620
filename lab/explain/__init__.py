"""What a trace means: equations with numbers, saturation, belief."""
