"""What a model does: the action in a reply."""
