"""What a model reads: the tools, the rules, and what came back."""
