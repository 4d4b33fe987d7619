"""Why was I denied? What was pasted is read, decided again in an account, and explained.

- `answer`: diagnose: the whole of it, and how it shows itself
- `pasted`: a terminal's frames and colours, XML and JSON around a denial
- `denials`: an AccessDenied message; `trail`: JSON, of which `cloudtrail` is an event; `unread`: what neither is
- `callers`, `parameters`, `formats`: of an event: who asked, about which resource, and the ARN of that
- `asked`: which request it was, as far as the account can tell
- `doubts`: what the account does not know, and why it may decide otherwise than AWS did
- `lessons`: which lesson teaches it
"""
