"""The experiment as frozen, validated values; its text form; presets; where everything is written."""
