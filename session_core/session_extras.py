"""The lesser methods of boto3's and botocore's sessions: loggers for who looks for a fault, names, resources."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from typing import Any, TextIO

    from ..components.config import Config

__all__ = ["SessionExtras"]

LOG_FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"


class SessionExtras:
    """What every session can do besides; a base of ``Session``."""

    LOG_FORMAT = LOG_FORMAT

    def get_component(self, name: str) -> Any:
        """Return a component."""
        raise LookupError(name)  # a session's own method comes before this one

    def set_debug_logger(self, logger_name: str = "sotalia") -> None:
        """Print the records of a logger, all of them, to the standard error."""
        self.set_stream_logger(logger_name, "DEBUG")

    def set_stream_logger(
        self,
        logger_name: str,
        log_level: int | str,
        stream: TextIO | None = None,
        format_string: str | None = None,
    ) -> None:
        """Print the records of a logger from a level on, to the standard error or to ``stream``."""
        import logging

        _attach(logger_name, log_level, logging.StreamHandler(stream), format_string)

    def set_file_logger(self, log_level: int | str, path: str, logger_name: str = "sotalia") -> None:
        """Append the records of a logger, from a level on, to a file."""
        import logging

        _attach(logger_name, log_level, logging.FileHandler(path, encoding="utf-8"), None)

    def user_agent(self) -> str:
        """Return the ``User-Agent`` of a client without options of its own."""
        from ..components.config import Config

        config: Config = self.get_component("client_config") or Config()
        agent: str = self.get_component("user_agent").for_client(config, "standard")
        return agent

    def resource(
        self,
        service_name: str,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: Config | None = None,
    ) -> Any:
        """Make the resource of a service, with a client of its own (``meta.client``) that takes the same arguments.

        ``ResourceNotExistsError`` names the services that have resources.
        """
        from .resource_create import create_resource

        return create_resource(
            self,
            service_name,
            api_version,
            region_name=region_name,
            use_ssl=use_ssl,
            verify=verify,
            endpoint_url=endpoint_url,
            aws_access_key_id=aws_access_key_id,
            aws_secret_access_key=aws_secret_access_key,
            aws_session_token=aws_session_token,
            config=config,
        )

    def get_available_resources(self) -> list[str]:
        """Return the names of the services that have resources."""
        found: list[str] = self.get_component("data_loader").list_available_services("resources-1")
        return found


def _attach(name: str, level: int | str, handler: logging.Handler, format_string: str | None) -> None:
    import logging

    handler.setLevel(level)
    handler.setFormatter(logging.Formatter(format_string or LOG_FORMAT))
    logger = logging.getLogger(name)
    logger.setLevel(level)
    logger.addHandler(handler)
