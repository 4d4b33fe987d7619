"""One AWS account: what is in it and who may do what.

- `state`: the tables, the clock, the ids; what handles hold
- `names`, `documents`: checks of names, paths, tags, counts and policy documents
- `policies`, `entities`: managed policies; what users, groups and roles can do alike
- `users`, `groups`, `roles`, `resources`, `organization`: handles
- `principals`, `context`, `authorize`: who asks, what AWS adds, the decision
- `account`: the front; `store`: its file; `example`: the furnished account of the course
"""

from iamlab.account.account import Account

__all__ = ["Account"]
