"""What import contracts can not see, as functions from a source tree to a list of violations.

Each is tried twice in `test_guards.py`: on the real tree, and on a small tree that breaks the rule.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lerarenregister.kernel.loglines import FIELDS

PACKAGE = "lerarenregister"
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
LAYERS = [
    "kernel",
    "audit",
    "sendings",
    "upkeep",
    "outbox",
    "accounts",
    "register|portfolio|groups|framework|dialogue|elections",
    "assembly",
    "insights|planning|person",
    "web|api|jobs",
    "project",
]
NO_VALUES = {"Any", "Manager", "Model", "QuerySet", "RawQuerySet", "object"}


def modules(src: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of ours with its syntax tree, migrations left out."""
    for path in sorted(src.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text())


def domain_of(path: Path) -> str:
    """The folder under the package, such as `register`."""
    parts = path.parts
    return parts[parts.index(PACKAGE) + 1] if PACKAGE in parts[:-1] else ""


def called(node: ast.AST) -> str:
    """The last name of what is called, such as `ForeignKey`."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def relations(src: Path) -> Iterator[tuple[Path, ast.Call]]:
    """Every relation field of every model."""
    for path, tree in modules(src):
        for node in ast.walk(tree):
            if called(node) in {"ForeignKey", "OneToOneField", "ManyToManyField"}:
                assert isinstance(node, ast.Call)
                yield path, node


def foreign_relations(src: Path) -> list[str]:
    """Relations by a string to a model of another domain: siblings keep opaque ids."""
    found = []
    for path, node in relations(src):
        target = node.args[0] if node.args else next(each.value for each in node.keywords if each.arg == "to")
        named = target.value if isinstance(target, ast.Constant) else ""
        if isinstance(named, str) and "." in named and named.split(".")[0] != domain_of(path):
            found.append(f"{path}:{node.lineno}: relation to {named}")
    return found


def reverse_accessors(src: Path) -> list[str]:
    """Relations without `related_name="+"`: a reverse accessor is a way in that no contract sees."""
    found = []
    for path, node in relations(src):
        names = [each.value for each in node.keywords if each.arg == "related_name"]
        if not (names and isinstance(names[0], ast.Constant) and names[0].value == "+"):
            found.append(f"{path}:{node.lineno}: a reverse accessor")
    return found


def imports_by_name(src: Path) -> list[str]:
    """`get_model`, `import_module`, `import_string`, `__import__`: imports that the contracts can not see."""
    hidden = {"get_model", "import_module", "import_string", "__import__", "get_models"}
    return [
        f"{path}:{node.lineno}: {called(node)}"
        for path, tree in modules(src)
        for node in ast.walk(tree)
        if called(node) in hidden and isinstance(node, ast.Call)
    ]


def folders_without_init(src: Path) -> list[str]:
    """Folders with Python in them but no `__init__.py`: import contracts would pass them by."""
    folders = {path.parent for path in src.rglob("*.py")} - {src}
    return [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()]


def migrations_upward(src: Path) -> list[str]:
    """Migrations that depend on a domain beside or above their own."""
    found = []
    for path in sorted(src.rglob("migrations/0*.py")):
        own = path.parent.parent.name
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "dependencies"):
                continue
            for app, _ in ast.literal_eval(node.value):
                if app != own and level(app) >= level(own):
                    found.append(f"{path}: depends on {app}")
    return found


def level(domain: str) -> int:
    """How high a domain stands; what is not ours stands below all."""
    return next((height for height, layer in enumerate(LAYERS) if domain in layer.split("|")), -1)


def leaking_queries(src: Path) -> list[str]:
    """Public functions of `queries` that say they return a model instance, a queryset, or nothing at all."""
    models = {
        node.name
        for path, tree in modules(src)
        if "models" in path.parts or path.name == "models.py"
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    } | NO_VALUES
    found = []
    for path, tree in modules(src):
        if path.stem != "queries" and "queries" not in path.parts:
            continue
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            if node.returns is None:
                found.append(f"{path}:{node.lineno}: {node.name} does not say what it returns")
            elif leaks := names_in(node.returns) & models:
                found.append(f"{path}:{node.lineno}: {node.name} returns {', '.join(sorted(leaks))}")
    return found


def names_in(annotation: ast.AST) -> set[str]:
    """Every name in an annotation, the last part of dotted ones, and those in annotations between quotes."""
    names: set[str] = set()
    for each in ast.walk(annotation):
        match each:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names.add(name)
            case ast.Constant(value=str(text)):
                names |= names_in(ast.parse(text, mode="eval"))
    return names


def thawed_values(src: Path) -> list[str]:
    """Dataclasses in domains that are not frozen: values that leave a domain never change."""
    found = []
    for path, tree in modules(src):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef) or domain_of(path) in ("web", "jobs"):
                continue
            for decorator in node.decorator_list:
                frozen = isinstance(decorator, ast.Call) and any(
                    each.arg == "frozen" and getattr(each.value, "value", False) for each in decorator.keywords
                )
                name = called(decorator) or getattr(decorator, "id", "")
                if name == "dataclass" and not frozen and not node.name.startswith("_"):
                    found.append(f"{path}:{node.lineno}: {node.name}")
    return found


def drawers(src: Path) -> list[str]:
    """Files named after nothing: a helper lives with its user until a third one asks."""
    banned = {"utils.py", "helpers.py", "services.py", "signals.py", "admin.py", "common.py", "misc.py"}
    return [str(path) for path in sorted(src.rglob("*.py")) if path.name in banned]


def long_tails(src: Path) -> list[str]:
    """Files over 400 lines and functions over 60."""
    found = []
    for path, tree in modules(src):
        lines = path.read_text().count("\n")
        if lines > MOST_LINES_OF_A_FILE:
            found.append(f"{path}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_OF_A_FUNCTION:
                    found.append(f"{path}:{node.lineno}: {node.name} has {length} lines")
    return found


def clocks_inside(src: Path) -> list[str]:
    """Readings of the clock outside the doors: time comes in from outside."""
    clocks = {"now", "today", "utcnow"}
    found = []
    for path, tree in modules(src):
        doors_of_vault = path.parent.name == "vault" and path.name in ("__main__.py", "app.py", "wsgi.py")
        if domain_of(path) in ("web", "jobs", "project") or path.name == "clock.py" or doors_of_vault:
            continue
        for node in ast.walk(tree):
            if called(node) in clocks and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found.append(f"{path}:{node.lineno}: reads the clock")
    return found


def forms_without_key(src: Path) -> list[str]:
    """Forms that post without `{% form_token %}`, which has the key by which a form is done once.

    Those of a portfolio have the version that they saw, its own keys; a zip that comes back is known by its content.
    The page that gives back what was sent has the key among the fields.
    """
    own = ("portfolio/_ticket.html", 'name="versie"', 'name="concept"', 'name="zip"')
    found = []
    for path in sorted(src.rglob("*.html")):
        for form in re.findall(
            r'<form\b[^>]*method="post".*?</form>', path.read_text(), flags=re.DOTALL | re.IGNORECASE
        ):
            if "portfolio" in path.parts and any(each in form for each in own):
                continue
            if path.name != "too_often.html" and form.count("{% form_token %}") != 1:
                found.append(f"{path}: {form.splitlines()[0]}")
    return found


def views_that_act_twice(src: Path) -> list[str]:
    """Views that take a POST and say nothing of a second one: neither `once` nor `sent_twice("why that does no harm")`.

    A view whose name begins with an underscore is behind another one, which says it.
    """
    found = []
    for path, tree in modules(src):
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            marks = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
            marks |= {called(each) for each in node.decorator_list}
            texts = {
                each.value for deco in node.decorator_list for each in ast.walk(deco) if isinstance(each, ast.Constant)
            }
            posts = "require_POST" in marks or ("require_http_methods" in marks and "POST" in texts)
            if posts and not marks & {"once", "sent_twice"}:
                found.append(f"{path}:{node.lineno}: {node.name}")
    return found


def fields_that_no_line_tells(src: Path) -> list[str]:
    """What is given to a log line under a name that is not among its FIELDS is dropped without a word."""
    found = []
    for path, tree in modules(src):
        given = [each.value for node in ast.walk(tree) if isinstance(node, ast.Call) for each in node.keywords]
        names = [each.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for each in node.keywords]
        for name, value in zip(names, given, strict=True):
            if name == "extra" and isinstance(value, ast.Dict):
                keys = [key.value for key in value.keys if isinstance(key, ast.Constant)]
                found += [f"{path}:{value.lineno}: {key}" for key in keys if key not in FIELDS]
    return found


GUARDS = {
    "siblings keep opaque ids, no relations to each other": foreign_relations,
    "no reverse accessors": reverse_accessors,
    "no imports that contracts can not see": imports_by_name,
    "every folder is a package": folders_without_init,
    "migrations never depend upwards": migrations_upward,
    "queries return frozen values": leaking_queries,
    "values are frozen": thawed_values,
    "no drawers": drawers,
    "mind the tail": long_tails,
    "time comes in from outside": clocks_inside,
    "every form has a key": forms_without_key,
    "a form that is sent twice is done once": views_that_act_twice,
    "a log line tells what it is given": fields_that_no_line_tells,
}
