"""Who calls whom in the program, as far as its text says it: names of modules, functions and methods of `self`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Key = tuple[str, str]
"""Module and function, `Class.method` for a method."""


@dataclass
class Graph:
    """Every function of some packages, and what each refers to."""

    functions: dict[Key, ast.FunctionDef] = field(default_factory=dict)
    refers: dict[Key, set[Key]] = field(default_factory=dict)
    _names: dict[str, dict[str, Key]] = field(default_factory=dict)

    def reach(self, start: Key) -> set[Key]:
        """Everything that may run when `start` is called."""
        found, left = {start}, [start]
        while left:
            for key in self.refers.get(left.pop(), ()):
                if key not in found:
                    found.add(key)
                    left.append(key)
        return found


def read(*packages: str) -> Graph:
    graph = Graph()
    trees: dict[str, ast.Module] = {}
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            trees[name] = ast.parse(path.read_text("utf-8"))
    for module, tree in trees.items():
        graph._names[module] = _imported(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                graph.functions[module, node.name] = node
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        graph.functions[module, f"{node.name}.{inner.name}"] = inner
    for (module, name), node in graph.functions.items():
        graph.refers[module, name] = _referred(graph, module, name, node)
    return graph


def _imported(tree: ast.Module) -> dict[str, Key]:
    found: dict[str, Key] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                found[each.asname or each.name] = (node.module, each.name)
    return found


def _referred(graph: Graph, module: str, function: str, node: ast.AST) -> set[Key]:
    names, found = graph._names[module], set()
    owner = function.split(".")[0] if "." in function else ""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found |= _of_name(graph, module, names, part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            if part.value.id == "self" and owner:
                found.add((module, f"{owner}.{part.attr}"))
            elif part.value.id in names:
                found.add(_followed(graph, ".".join(names[part.value.id]), part.attr))
    return {key for key in found if key in graph.functions or key[0].startswith("models.")}


def _of_name(graph: Graph, module: str, names: dict[str, Key], name: str) -> set[Key]:
    if (module, name) in graph.functions:
        return {(module, name)}
    source, own = names.get(name, (module, name))
    found = {_followed(graph, source, own)}
    # A class: what it does when one is made.
    found |= {(source, f"{own}.{made}") for made in ("__init__", "__enter__", "__exit__")}
    return found


def _followed(graph: Graph, module: str, name: str) -> Key:
    """Through packages that pass a function on."""
    for _ in range(5):
        if (module, name) in graph.functions or name not in graph._names.get(module, {}):
            break
        module, name = graph._names[module][name]
    return module, name
