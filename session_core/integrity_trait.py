"""What an operation says of checksums: the traits ``httpChecksum`` and ``httpChecksumRequired``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..models.shapes import OperationModel

if TYPE_CHECKING:
    from .integrity_policy import IntegrityPolicy

__all__ = ["Integrity", "integrity_of"]


class Integrity:
    """What an operation says of checksums."""

    __slots__ = (
        "_usable",
        "algorithm_header",
        "algorithm_member",
        "answer_algorithms",
        "by_md5",
        "mode_member",
        "required",
    )

    def __init__(self, model: OperationModel) -> None:
        trait = model.http_checksum
        required = bool(trait.get("requestChecksumRequired", False))
        self.required = required or model.http_checksum_required
        self.by_md5 = model.http_checksum_required and not required and model.service_model.service_name != "s3control"
        """Whether the older trait asks, which means ``Content-MD5``; S3 Control has it and gets what boto3 sends."""
        self.algorithm_member: str | None = trait.get("requestAlgorithmMember")
        """The parameter that names an algorithm."""
        self.algorithm_header: str | None = None
        if self.algorithm_member is not None and model.input_shape is not None:
            self.algorithm_header = model.input_shape.members[self.algorithm_member].serialization.get("name")
        self.mode_member: str | None = trait.get("requestValidationModeMember")
        """The parameter that asks for the checksum of the answer."""
        self.answer_algorithms = frozenset([name.lower() for name in trait.get("responseAlgorithms", ())])
        self._usable: list[str] | None = None

    def usable(self) -> list[str]:
        """Return those of the answer's algorithms that can be computed here, as ``answer_integrity.usable`` does."""
        found = self._usable
        if found is None:
            from .answer_integrity import usable

            found = self._usable = usable(self.answer_algorithms)
        return found.copy()  # for a context, which handlers change

    def with_mode(self, params: Any, policy: "IntegrityPolicy", context: Mapping[str, Any]) -> Any:
        """Return parameters that ask for the checksum of the answer, unless they or the policy say otherwise."""
        if self.mode_member is None or not policy.checks or not isinstance(params, dict) or self.mode_member in params:
            return params
        if "is_presign_request" in context:  # a URL is opened by others
            return params
        return {**params, self.mode_member: "ENABLED"}


def integrity_of(model: OperationModel) -> Integrity | None:
    """Return what the operation asks for, ``None`` for nothing."""
    return Integrity(model) if model.http_checksum or model.http_checksum_required else None
