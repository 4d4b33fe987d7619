"""The policy language.

- `places`: JSON with line, column and path; duplicate keys
- `patterns`: `*` and `?`: matching, and comparing two patterns
- `variables`: `${key, 'default'}` templates whose values are literal
- `document`, `grammar`: PolicyDocument and Statement: read, keep, give back; AWS's grammar
- `operators`, `values`: condition operators with every modifier; the types they compare
- `doubts`: where AWS's documentation leaves a condition open
- `matching`: a statement compiled on first use
- `actions`, `reach`: expanding patterns into actions; which resources a pattern can name
- `validate`, `checks`, `findings`, `repairs`: Access Analyzer's findings, and what mends them
- `legality`: what AWS's API refuses to store
- `block`, `blocks`, `summary`: the visual editor's blocks; the Console's table of what a policy gives
- `oddities`: what is odd about a question: names AWS does not know, an action and a resource that never meet
- `spelling`: the word that was probably meant
"""

from iamlab.policy.document import PolicyDocument, Statement

__all__ = ["PolicyDocument", "Statement"]
