"""From bytes to checked values: bodies and queries, with every mistake at its place."""

from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.api.bodies import Known
from monitor.api.problems import Mistake, Problem
from monitor.settings.wording import remarks

Model = TypeVar("Model", bound=BaseModel)


def body(model: type[Model], raw: bytes, known: Known) -> Model:
    """The body as the model has it; none at all is an empty object. Raises Problem with all mistakes."""
    try:
        return model.model_validate_json(raw or b"{}", context=known)
    except ValidationError as error:
        found = error.errors(include_url=False)
        if found[0]["type"] == "json_invalid":
            raise Problem(400, f"the body is not JSON: {found[0]['ctx']['error']}") from None
        raise mistaken(_mistakes(found, model, "#")) from None


def query(model: type[Model], raw: bytes) -> Model:
    """The query as the model has it. Raises Problem with all mistakes, repeated and unknown names among them."""
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise Problem(400, "the query has more names than anything here takes") from None
    names = [name for name, _ in pairs]
    twice = [Mistake(pointer=f"?{name}", detail="this is given twice") for name in set(names) if names.count(name) > 1]
    if twice:
        raise mistaken(twice)
    try:
        return model.model_validate(dict(pairs))
    except ValidationError as error:
        raise mistaken(_mistakes(error.errors(include_url=False), model, "?")) from None


def mistaken(found: Sequence[Mistake]) -> Problem:
    """The refusal that lists mistakes."""
    told = "one thing is" if len(found) == 1 else f"{len(found)} things are"
    return Problem(422, f"{told} wrong; `errors` says what and where", errors=found)


def mistakes(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """What a body's model found, each at its place."""
    return _mistakes(error.errors(include_url=False), model, "#")


def _mistakes(errors: list[ErrorDetails], model: Any, root: str) -> list[Mistake]:
    steps = ((tuple(str(step) for step in place), message) for place, message in remarks(errors, model))
    return [Mistake(pointer=_pointer(root, place), detail=message) for place, message in steps]


def _pointer(root: str, place: Sequence[str]) -> str:
    if root == "?":
        return f"?{'.'.join(place)}"
    return root + "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in place)
