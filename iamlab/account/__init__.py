"""One AWS account: what is in it and who may do what.

- `records`, `state`: the tables, the clock, the ids; `handles`: what people hold of them, and tags
- `names`, `documents`: checks of names, paths, tags, counts and policy documents
- `managed`, `policies`, `entities`: managed policies; what users, groups and roles can do alike
- `users` (with groups), `roles`, `root`, `instance_profiles`, `providers`, `resources`, `organization`, `levels`: what
  people hold of each
- `passwords`, `credentials`, `authenticator`, `mfa`, `holders`: what one signs in with; `onboarding`: a user at once
- `principals`, `context`, `public_access`, `authorize`: who asks, what AWS adds, which policies apply, the decision
- `simulate`: the API's simulation of a principal, and what it has to be told
- `events`, `sessions`, `signin`, `session_limits`, `assume`, `sts`, `service_roles`: acting with credentials
- `settings`, `reports`, `credential_report`: alias, password policy, summary, recommendations, credential report
- `collection`, `contents`, `account`: the front
- `codec`, `export`, `export_reader`, `section`, `private`, `store`: the account's file
- `example`: the furnished account of the course
"""

from iamlab.account.account import Account

__all__ = ["Account"]
