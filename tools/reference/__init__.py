"""The reference pages of the documentation, made from the code they describe.

`python -m tools.reference` writes `docs/reference/`; a test fails when the pages there are not what is made here.
"""
