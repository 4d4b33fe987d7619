"""Answers as DataFrames: the one place that knows pandas.

- `permissions`: effective permissions, of one principal or of several side by side
- `ways`: who can do something
- `reports`: events, the credential report, when services were last used
- `columns`: what these tables have in common

`iamlab.analysis` has their functions.
"""
