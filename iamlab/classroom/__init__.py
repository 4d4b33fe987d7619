"""The classroom: building and handing out notebooks, opening the lab, tasks and grading.

- `version`: the check in the first cell of every lesson
- `questions`: several decisions in a table
- `quizzes`, `quiz_files`: questions, and why each wrong choice is wrong; one file a lesson
- `predictions`: what can be guessed before an answer is shown, and what is right
- `ipynb`: a notebook as the JSON file it is
- `markdown`: a lesson's Markdown source, as cells
- `notebooks`: cells -> executed, normalised notebook; do source and notebook agree?
- `notebook_lint`: the rules a lesson keeps
- `workfolder`: the learner's own copies of lessons and exercises
- `lab`: JupyterLab, opened at lesson 00
- `reopened`: a saved notebook reads without its kernel
"""

from __future__ import annotations

from iamlab.classroom.version import needs_version

__all__ = ["needs_version"]
