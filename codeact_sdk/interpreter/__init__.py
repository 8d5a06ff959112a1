"""Runs actions in a persistent, restricted namespace.

Read in this order: `language` (the tables of what is in and out), `policy` (the tables applied to a syntax tree),
`compiler` (text to code object), `guards` (what only the running program can tell), `builtin_names` and `modules`
(what the namespace holds), `boundary` and `sealed` (values and tools), `limits`, `journal`, `session` (the only exec).
"""
