"""The operations of a service, by both of their names; what a call needs is imported at the first one."""

from __future__ import annotations

from ..components.after_fork import import_whole
from .codecs import Codecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from ..models.shapes import OperationModel, ServiceModel
    from .plan import OperationPlan
    from .registry import Components

__all__ = ["ServicePlan", "codecs_of", "plan_of"]


def _serializer(model: OperationModel) -> Callable[[Any], Any]:
    from ..models.serialize import compile_serializer

    return compile_serializer(model)


def _parser(model: OperationModel) -> Callable[[Any], Any]:
    from ..models.parse import compile_parser

    return compile_parser(model)


def _validator(model: OperationModel) -> Callable[[Any], Any]:
    from ..models.validation import compile_operation_validator

    return compile_operation_validator(model)


def _checked(
    model: OperationModel, validate: Callable[[Any], Any], serialize: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    from ..models.serialize import compile_checked_serializer

    return compile_checked_serializer(model, validate, serialize)


_DEFAULT: Final = Codecs(_serializer, _parser, _validator, _checked)
_codecs: dict[tuple[Any, Any, Any], Codecs] = {}


def codecs_of(components: Components) -> Codecs:
    """Return the one ``Codecs`` of these components, so that clients of all sessions share compiled plans."""
    makers = components["serializers"], components["parsers"], components["validators"]
    if makers[0].is_default and makers[1].is_default and makers[2].is_default:
        return _DEFAULT
    key = makers[0].get(), makers[1].get(), makers[2].get()
    found = _codecs.get(key)
    if found is None:
        found = _codecs.setdefault(key, Codecs(*key))
    return found


class ServicePlan:
    """All operations of a service model under one set of codecs."""

    def __init__(self, model: ServiceModel, codecs: Codecs) -> None:
        self.model = model
        self._codecs = codecs
        self.client_class: Any = None
        self._operations: dict[str, OperationPlan] = {}
        self._methods: dict[str, str] | None = None

    @property
    def methods(self) -> dict[str, str]:
        """Operation names by their Python names."""
        found = self._methods
        if found is None:
            from ..models.names import python_name

            found = self._methods = {python_name(name): name for name in self.model.operation_names}
        return found

    def operation(self, name: str) -> OperationPlan:
        """Return the plan of an operation."""
        plan = self._operations.get(name)
        return self._make(name) if plan is None else plan

    def _make(self, name: str) -> OperationPlan:
        import_whole(f"{__package__}.driver", f"{__package__}.plan")
        from .driver import call_operation
        from .model_adapters import ADAPTERS
        from .plan import OperationPlan

        model = self.model.operation_model(name)
        adapt = ADAPTERS.get(self.model.service_id)
        if adapt is not None:
            adapt(model)
        return self._operations.setdefault(name, OperationPlan(model, self._codecs, call_operation, self.operation))


def plan_of(model: ServiceModel, codecs: Codecs) -> ServicePlan:
    """Return the plan of a service model, kept with the model and shared by all clients that use the same codecs."""
    plan = model.derived.get(codecs)
    if plan is None:
        plan = model.derived.setdefault(codecs, ServicePlan(model, codecs))
    return plan  # type: ignore[no-any-return] # what is kept under Codecs is a ServicePlan
