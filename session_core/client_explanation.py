"""Why a client has the settings that it has: the code, then what its endpoint decides, then the settings."""

from typing import TYPE_CHECKING, Any

from ..components.explanation import Explanation

if TYPE_CHECKING:
    from .client_blueprint import ClientBlueprint

__all__ = ["explain", "explain_transport"]


def explain(blueprint: "ClientBlueprint", name: str) -> Explanation:
    """Explain a setting as the clients of a blueprint have it; see ``BaseClient.explain``."""
    found = blueprint.integrity.explain(name)
    if found is not None:
        return found
    given = getattr(blueprint.given, name, None)
    if given is not None and not name.startswith("_"):
        return Explanation(name, given, "argument", "Config")
    setting: Explanation = blueprint.settings.explain(name)
    region = blueprint.place.region
    return Explanation(name, region, "argument", "client") if name == "region" and setting.value != region else setting


def explain_transport(setting: Explanation, transport: Any, endpoint_url: str) -> Explanation:
    """Add to the explanation of ``http_transport`` what carries the requests of a client to its endpoint, and why."""
    choice = getattr(transport, "choice", None)
    if choice is None:  # a component of somebody else
        part = Explanation("transport", type(transport).__name__, "argument", "component")
    else:
        kind, reason = choice(endpoint_url)
        part = Explanation(f"transport to {endpoint_url}", kind, "endpoint", reason)
    return setting._replace(parts=(part,))
