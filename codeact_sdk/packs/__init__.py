"""Packs: how tools are published, found, checked, configured and chosen."""
