"""The beginning of a new pack: `codeact packs new`."""
