"""Why a client has the settings that it has: the code, then what its endpoint decides, then the settings."""

from typing import TYPE_CHECKING

from ..components.explanation import Explanation

if TYPE_CHECKING:
    from .client_blueprint import ClientBlueprint

__all__ = ["explain"]


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
