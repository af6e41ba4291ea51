"""Auto Scaling: user data of launch configurations."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["AutoScaling"]


class AutoScaling(Customization):
    """``CreateLaunchConfiguration`` takes ``UserData`` as ``RunInstances`` of EC2 does."""

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Encode user data."""
        if operation.name != "CreateLaunchConfiguration":
            return ()
        from .customize_ec2 import ENCODE_USER_DATA

        return (ENCODE_USER_DATA,)
