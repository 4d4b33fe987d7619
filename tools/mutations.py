"""What a mutant is: every small change that could make a module wrong, one at a time.

Comparisons, `and` and `or`, conditions, numbers, truth values, one-word texts, arithmetic, what is returned, yielded or
raised, and calls. Left alone is what cannot change a result or should not be held by a test: annotations, decorators,
`__slots__`, docstrings, sentences for people, `zip(strict=)` and what only type checkers see.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("policy", "evaluation")
LONG = 120  # characters of a change that are shown whole


@dataclass(slots=True)
class Mutant:
    """One change: its module, the function it is in, the source before and after, and what makes it."""

    module: str
    where: str
    line: int
    before: str
    after: str
    node: int
    mutation: Callable[[ast.AST], None]

    def __str__(self) -> str:
        place = f"{self.module}.{self.where}" if self.where else self.module
        return f"{place}: {self.before} → {self.after}"


COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}
Mutation = Callable[[Any], None]


def _becomes(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another one, in place."""
    node.__class__ = other.__class__
    node.__dict__ = ast.copy_location(other, node).__dict__


def _set(field: str, value: Any) -> Mutation:
    return lambda node: setattr(node, field, value)


def _negated(field: str) -> Mutation:
    return lambda node: setattr(node, field, ast.UnaryOp(ast.Not(), getattr(node, field)))


def _compares(node: ast.Compare) -> Iterator[Mutation]:
    for i, sign in enumerate(node.ops):
        other = COMPARISONS[type(sign)]()
        yield lambda node, i=i, other=other: node.ops.__setitem__(i, other)


def _joins(node: ast.BoolOp) -> Iterator[Mutation]:
    yield _set("op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    for i in range(len(node.values)):
        yield lambda node, i=i: node.values.__delitem__(i)


def _constants(node: ast.Constant) -> Iterator[Mutation]:
    value = node.value
    if isinstance(value, bool):
        yield _set("value", not value)
    elif isinstance(value, int):
        yield _set("value", value + 1)
    elif isinstance(value, str) and value and not re.search(r"\s", value.strip()):
        yield _set("value", "mutant" if value != "mutant" else "other")


def _calls(node: ast.Call) -> Iterator[Mutation]:
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        yield lambda node: setattr(node.func, "id", SWAPPED[node.func.id])
    if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        yield lambda node: _becomes(node, node.func.value)


def _expressions(node: ast.Expr) -> Iterator[Mutation]:
    if isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        nothing = ast.YieldFrom(ast.Tuple([], ast.Load()))
        yield lambda node: setattr(node, "value", nothing)
    elif not isinstance(node.value, ast.Constant):
        yield lambda node: _becomes(node, ast.Pass())


def _has_an_opposite(test: ast.expr) -> bool:
    """Does another mutation turn the condition round already?"""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn() | ast.Is() | ast.IsNot()]):
            return True
        case _:
            return False


def _mutations(node: ast.AST) -> Iterator[Mutation]:
    """Every way to change a node."""
    match node:
        case ast.Compare():
            yield from _compares(node)
        case ast.BoolOp():
            yield from _joins(node)
        case ast.UnaryOp(op=ast.Not()):
            yield lambda node: _becomes(node, node.operand)
        case ast.UnaryOp(op=ast.USub()):
            yield _set("op", ast.UAdd())
        case ast.If() | ast.IfExp() | ast.While() if not _has_an_opposite(node.test):
            yield _negated("test")
        case ast.comprehension():
            for i in range(len(node.ifs)):
                yield lambda node, i=i: node.ifs.__delitem__(i)
        case ast.match_case(guard=ast.expr()):
            yield _negated("guard")
        case ast.Constant():
            yield from _constants(node)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield _set("value", ast.Constant(None))
        case ast.BinOp() | ast.AugAssign() if type(node.op) in ARITHMETIC:
            yield _set("op", ARITHMETIC[type(node.op)]())
        case ast.Call():
            yield from _calls(node)
        case ast.Expr():
            yield from _expressions(node)
        case ast.Continue() | ast.Break() | ast.Raise():
            yield lambda node: _becomes(node, ast.Pass())


def _left_alone(tree: ast.Module) -> set[ast.AST]:
    """The nodes whose change no test could or should notice."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr():  # a sentence for people: only what is put into it counts
                roots += [part for part in node.values if isinstance(part, ast.Constant)]
            case ast.FormattedValue():
                roots.append(node.format_spec)
            case ast.arg() | ast.AnnAssign():
                roots.append(node.annotation)
            case ast.FunctionDef():
                roots += [node.returns, *node.decorator_list]
            case ast.ClassDef():
                roots += [*node.decorator_list, *node.bases]
            case ast.Assign(targets=[ast.Name(id="__slots__" | "__all__")]):
                roots.append(node.value)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                roots.append(node)
            case ast.Call(func=ast.Name(id="zip")):
                roots += node.keywords
            case ast.Call(func=ast.Name(id="TypeVar")) | ast.Expr(value=ast.Constant()):
                roots.append(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name[0].isupper() and not name.isupper():
                roots.append(value)  # a name for a type
    return {child for root in roots if root is not None for child in ast.walk(root)}


def source(module: str) -> Path:
    """The file of a module: `policy.values`."""
    return ROOT / "iamlab" / f"{module.replace('.', '/')}.py"


def tree_of(module: str) -> ast.Module:
    """Its syntax tree; nodes keep their numbers in `ast.walk`."""
    return ast.parse(source(module).read_text("utf-8"))


def _short(node: ast.AST) -> str:
    """A node on one line; of a compound statement only its head."""
    text = ast.unparse(node)
    head, _, rest = text.partition("\n")
    return head if rest else text


def _shown(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """What to show of a change in this node: the smallest thing around it that says something by itself."""
    while isinstance(node, (ast.Constant, ast.Name, ast.comprehension, ast.keyword)) and node in parents:
        node = parents[node]
    return node


def _alike(one: str, other: str) -> int:
    """So many characters two texts begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _clipped(text: str, other: str) -> str:
    """A long text only from a little before the place where it differs from another one until a little after it."""
    if len(text) <= LONG:
        return text
    first = text.rfind(" ", 0, max(0, _alike(text, other) - LONG // 4)) + 1
    last = text.find(" ", len(text) - _alike(text[::-1], other[::-1]) + LONG // 4)
    return f"{'… ' if first else ''}{text[first : len(text) if last < 0 else last]}{'' if last < 0 else ' …'}"


def mutants(module: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines."""
    tree = tree_of(module)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    alone, found = _left_alone(tree), []
    for number, node in enumerate(ast.walk(tree)):
        if node in alone:
            continue
        names: list[str] = []
        above = node
        while above in parents:
            above = parents[above]
            if isinstance(above, (ast.FunctionDef, ast.ClassDef)):
                names.insert(0, above.name)
        for mutation in _mutations(node):
            copy = tree_of(module)
            nodes = list(ast.walk(copy))
            copied = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
            shown = _shown(nodes[number], copied)
            before = _short(shown)
            mutation(nodes[number])
            after = _short(shown)
            line = getattr(node, "lineno", getattr(_shown(node, parents), "lineno", 0))
            shown_as = _clipped(before, after), _clipped(after, before)
            found.append(Mutant(module, ".".join(names), line, *shown_as, number, mutation))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.node))


def modules() -> list[str]:
    """Every module of both rooms: `policy.checks.action`."""
    paths = [path for room in ROOMS for path in sorted((ROOT / "iamlab" / room).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT / "iamlab").with_suffix("").parts) for path in paths]
    return [name for name in names if not name.endswith("__init__")]
