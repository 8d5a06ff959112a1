"""A linter for packs: `codeact packs check`."""
