"""Auto Scaling: user data of launch configurations."""

from typing import TYPE_CHECKING

from .customization import Customization, ParamsStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["AutoScaling"]


class AutoScaling(Customization):
    """``CreateLaunchConfiguration`` takes ``UserData`` as ``RunInstances`` of EC2 does."""

    def params_step(self, operation: "OperationModel") -> ParamsStep | None:
        """Encode user data."""
        if operation.name != "CreateLaunchConfiguration":
            return None
        from .customize_ec2 import encode_user_data

        return encode_user_data
