"""Every error that sotalia raises, under the names that botocore's users catch."""

from .base import *  # noqa: F403
from .base import __all__ as _base
from .data import *  # noqa: F403
from .data import __all__ as _data
from .http import *  # noqa: F403
from .http import __all__ as _http
from .identity import *  # noqa: F403
from .identity import __all__ as _identity
from .params import *  # noqa: F403
from .params import __all__ as _params
from .service import *  # noqa: F403
from .service import __all__ as _service
from .settings import *  # noqa: F403
from .settings import __all__ as _settings

__all__ = [*_base, *_data, *_http, *_identity, *_params, *_service, *_settings]
