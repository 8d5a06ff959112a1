"""Runs programs put together at random, and looks for what must never happen: `make fuzz`.

`targets` names what is looked for: crashes and errors that are no errors of the program (`texts`), other behaviour than CPython's
(`differences`), objects that model code may not have (`escapes`), limits that do not hold (`limits`). `worker` runs one target in a
child process, so that a crash of the interpreter itself is seen; `driver` starts the children and keeps what they find
(`findings`). Programs are made of seeds: the same seed, Python and commit make the same program.
"""
