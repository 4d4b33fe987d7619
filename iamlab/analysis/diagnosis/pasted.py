"""What stands around a denial: a terminal's frames and colours, XML, JSON. Here it is taken off.

`plain` gives the text as AWS wrote it; `texts_in` gives the texts of a JSON value, of which one may be a message: an
API's body has it in `message` or `Message`, a Lambda function in `errorMessage`, boto3's `err.response` in
`Error.Message`.
[https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html,
https://docs.aws.amazon.com/boto3/latest/guide/error-handling.html]
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"(?:[ \t]*[│┃╷╵|>])+[ \t]*")
"""What Terraform draws before each line of an error; a quotation in Markdown or in a mail looks much like it."""


def plain(text: str) -> str:
    """A text without what a terminal, a mail or XML put around it.

    >>> print(plain('''│ Error: User: arn:aws:iam::111122223333:user/bob is not authorized to
    ... │ perform: iam:GetRole on resource: role app
    ... │
    ... │   with aws_iam_role.app'''))
    Error: User: arn:aws:iam::111122223333:user/bob is not authorized to perform: iam:GetRole on resource: role app
    <BLANKLINE>
    with aws_iam_role.app
    """
    text = _COLOUR.sub("", text)
    return _without_frames(html.unescape(text) if "</" in text else text)


def _without_frames(text: str) -> str:
    """Lines without their frames; those that were wrapped are one again, up to the empty one after them."""
    found: list[str] = []
    open_line = False
    for line in text.split("\n"):
        frame = _FRAME.match(line)
        inside = line[frame.end() :].rstrip() if frame else line
        if frame and inside and open_line:
            found[-1] += f" {inside}"
        else:
            found.append(inside)
        open_line = bool(frame and inside)
    return "\n".join(found)


def texts_in(value: object) -> Iterator[str]:
    """Every text of a JSON value, as deep as it lies.

    >>> list(texts_in({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}, "Retries": 0}))
    ['AccessDenied', 'Access Denied']
    """
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            left += reversed(list(one.values()))
        elif isinstance(one, list | tuple):
            left += reversed(one)
