"""Run files: a run as JSON Lines, written as it happens, read back as events."""
