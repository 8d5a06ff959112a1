"""What is certainly wrong with an action, found before anything of it has run.

`mentions` notes names and calls while an action is compiled, which costs next to nothing; `checker` compares them with
the session. Only where something looks wrong the text is read again, unchanged: `certain` finds names that are surely
read and surely not there, `sites` finds the uses of tools. `report` writes all findings as one error.
"""
