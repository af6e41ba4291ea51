"""RDS, Neptune and DocumentDB: what is copied from another region comes with a presigned URL of that region."""

from typing import TYPE_CHECKING

from .customization import Customization

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["RDS"]

_COPIES = frozenset(
    (
        *("CopyDBClusterSnapshot", "CreateDBCluster", "CopyDBSnapshot", "CreateDBInstanceReadReplica"),
        "StartDBInstanceAutomatedBackupsReplication",
    )
)


class RDS(Customization):
    """``SourceRegion`` is for this library alone: the service is sent ``PreSignedUrl``."""

    def copy_step(self, operation: "OperationModel") -> str | None:
        """Copies, and replicas of what another region has."""
        shape = operation.input_shape
        takes_url = shape is not None and "PreSignedUrl" in shape.members
        return "inject_presigned_url_rds" if takes_url and operation.name in _COPIES else None
