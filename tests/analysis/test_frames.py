"""DataFrames of answers: how they show themselves."""

from __future__ import annotations

import pandas as pd

from iamlab import Account, analysis


def test_policy_variables_are_no_formulas_in_what_is_shown() -> None:
    table = analysis.effective_permissions(Account.example(), "carol", services="s3")
    for shown in (table, table[table["outcome"] != "implicitDeny"], table[["action", "on"]].set_index("action")):
        assert "mathjax_ignore" in shown._repr_html_()
    assert "mathjax_ignore" not in pd.DataFrame({"on": ["$a$"]})._repr_html_()
    assert pd.get_option("display.html.use_mathjax")
