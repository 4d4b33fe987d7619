"""The policy language.

- `places`: JSON with line, column and path; duplicate keys
- `patterns`: `*` and `?`: matching, and comparing two patterns
- `variables`: `${key, 'default'}` templates whose values are literal
- `document`: PolicyDocument and Statement: read, keep, give back
- `operators`: condition operators with every modifier
- `matching`: a statement compiled on first use
- `actions`, `reach`: expanding patterns into actions; which resources a pattern can name
- `validate`, `checks`: Access Analyzer's findings
"""

from iamlab.policy.document import PolicyDocument, Statement

__all__ = ["PolicyDocument", "Statement"]
