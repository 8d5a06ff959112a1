"""From a typed function to a tool, once."""
