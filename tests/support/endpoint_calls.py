"""The public endpoint test cases as calls of real clients: what leaves them, up to the transport.

A case becomes a client (region, ``Config``, credentials, ``endpoint_url``) and a
call of an operation that binds the case's parameters. What a client cannot be
asked for, since it knows better (a service of a whole partition has a region, an
endpoint of the user's own has no variants), is set by ``before-endpoint-resolution``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sotalia
from sotalia.components.errors import (
    EndpointResolutionError,
    InvalidEndpointUrlError,
    InvalidRegionError,
    NoRegionError,
    ParamValidationError,
)
from sotalia.components.http import AWSPreparedRequest, AWSResponse, make_response
from sotalia.components.signers.table import SignerTable
from sotalia.models.endpoint_rules import EndpointResolver
from sotalia.session_core.auth_names import VERSIONS

_OPTIONS = {
    "AWS::UseFIPS": "use_fips_endpoint",
    "AWS::UseDualStack": "use_dualstack_endpoint",
    "AWS::Auth::AccountIdEndpointMode": "account_id_endpoint_mode",
}
_S3_OPTIONS = {
    "AWS::S3::Accelerate": "use_accelerate_endpoint",
    "AWS::S3::UseArnRegion": "use_arn_region",
    "AWS::S3Control::UseArnRegion": "use_arn_region",
    "AWS::S3::DisableMultiRegionAccessPoints": "s3_disable_multiregion_access_points",
}
_OTHER_WORDS: Mapping[type[Exception], tuple[str, ...]] = {
    NoRegionError: ("Missing Region", "Region must be set"),
    InvalidRegionError: ("region", "Region"),
    InvalidEndpointUrlError: ("was not a valid URI",),
    ParamValidationError: ("Invalid ARN", "Invalid Outposts Bucket alias", "Unrecognized hardware type"),
}
"""What a client refuses before it asks the rules, and words of the rules' refusal of the same."""

_BUCKET = "ParamValidationError: Parameter validation failed:\nInvalid bucket name"

_SKIPPED_SIGNERS = {"v2": "sigv2"}
"""Signature versions that are only written down: the test is about which one is asked for."""

_EXPRESS = (
    b"<CreateSessionResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
    b"<SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>"
)


class Sent(BaseException):
    """The request of a call, on its way out; nothing between the transport and the test catches it."""

    def __init__(self, request: AWSPreparedRequest) -> None:
        self.request = request


class Stop:
    """A transport that sends nothing on; it answers only for the session of an S3 Express bucket."""

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Raise ``Sent``."""
        if request.method == "GET" and request.url.endswith("?session"):
            return make_response(200, _EXPRESS, {"content-type": "application/xml"}, request.url)
        raise Sent(request)

    def close(self) -> None:
        """Nothing is open."""


class Asked:
    """A signer that writes down what it was asked for: in place of those that a request would need more for."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme

    def sign(self, request: Any, identity: Any, signing_name: str, region_name: str, *rest: Any) -> None:
        """Put the question into a header."""
        request.headers["Authorization"] = f"{self.scheme} {signing_name} {region_name}"


class Outcome(NamedTuple):
    """What came of a case; ``problem`` is empty if it passed.

    ``how`` is ``arguments``; ``event`` if some built-ins had to be set by one,
    ``why`` names them; ``bucket`` if the client refuses the name of the bucket
    before it asks the rules; ``resolver`` if no operation leads there.
    """

    how: str
    problem: str = ""
    why: tuple[str, ...] = ()


class Call(NamedTuple):
    """An operation with its parameters, and the built-ins that it is to be made with."""

    operation: str
    params: Mapping[str, Any]
    builtins: Mapping[str, Any]


class Token:
    """A provider of bearer tokens."""

    def load_token(self, signing_name: str | None = None) -> str:
        """Return a token."""
        return "token"


class Cases:
    """The cases of one service, given the resolver of its rule set."""

    def __init__(self, service: str, resolver: EndpointResolver) -> None:
        self.service = service
        self._resolver = resolver
        self._parameters = resolver.parameters
        self._reads = frozenset(resolver.cache_key_params)
        self._sessions: dict[bool, Any] = {}
        self.model = sotalia.Session().get_service_model(service)
        self._operations = [self.model.operation_model(name) for name in self.model.operation_names]

    def outcome(self, case: Mapping[str, Any]) -> Outcome:
        """Run a case."""
        calls = list(self._calls(case))
        how = "arguments" if calls else "resolver"
        why: list[str] = []
        for call in calls:
            problem = self._problem(call, case["expect"], None)
            if problem.startswith(_BUCKET):
                how = "bucket"
                continue
            if problem:
                how = "event"
                problem = self._problem(call, case["expect"], why)
            if problem:
                return Outcome(how, f"{call.operation} {dict(call.params)}: {problem}")
        return Outcome(how, "", tuple(sorted(set(why))))

    def _session(self, legacy_sts: bool) -> Any:
        found = self._sessions.get(legacy_sts)
        if found is None:
            found = self._sessions[legacy_sts] = sotalia.Session()
            signers = SignerTable()
            for version, scheme in _SKIPPED_SIGNERS.items():
                signers.register(version, Asked(scheme))
            found.register_component("signers", signers)
            found.register_component("transport", Stop())
            if "bearer" in (self.model.signature_version, *map(VERSIONS.get, self.model.metadata.get("auth", ()))):
                found.register_component("token_provider", Token())
            if legacy_sts:
                found.set_config_variable("sts_regional_endpoints", "legacy")
        return found

    def _calls(self, case: Mapping[str, Any]) -> Iterator[Call]:
        given = case.get("operationInputs")
        if given:
            for each in given:
                yield Call(each["operationName"], each.get("operationParams", {}), each.get("builtInParams", {}))
            return
        params = case.get("params", {})
        builtins, wanted = {}, {}
        for name, value in params.items():
            builtin = self._parameters[name].get("builtIn")
            if builtin is not None:
                builtins[builtin] = value
            elif name == "DisableS3ExpressSessionAuth":
                builtins["AWS::S3::DisableS3ExpressSessionAuth"] = value
            elif name in self._reads:
                wanted[name] = value
        asked = self._answer(params)
        for _, bound, call in sorted(self._call(model, wanted, builtins) for model in self._operations):
            others = {name: value for name, value in params.items() if name not in wanted}
            if bound == wanted or self._answer({**others, **bound}) == asked:
                yield call
                return

    def _answer(self, params: Mapping[str, Any]) -> Any:
        try:
            return self._resolver.resolve(params)
        except EndpointResolutionError as refused:
            return str(refused)

    def _call(
        self, model: Any, wanted: Mapping[str, Any], builtins: Mapping[str, Any]
    ) -> tuple[tuple[int, bool, bool, int, str], dict[str, Any], Call]:
        """Return the operation's call that binds most of these parameters, what it binds, and before both its rank."""
        static = {name: value for name, value in model.static_context_parameters if name in self._reads}
        members = {name: member for name, member in model.context_parameters if name in self._reads}
        paths = dict(model.operation_context_parameters)
        params: dict[str, Any] = {}
        bound: dict[str, Any] = dict(static)
        for name, value in wanted.items():
            if name in members:
                params[members[name]] = bound[name] = value
            elif paths.get(name, "").startswith("keys("):
                params[paths[name][5:-1]] = {key: {"Keys": []} for key in value}
                bound[name] = value
        shape = model.input_shape
        required = [] if shape is None else shape.required_members
        for member in required:
            if member not in params:
                params[member] = least_value(shape.members[member])
                bound.update({name: params[member] for name, known in members.items() if known == member})
        prefixed = bool(model.endpoint) or model.has_streaming_input or model.has_event_stream_output
        differing = sum(wanted.get(name) != bound.get(name) for name in {*wanted, *bound})
        rank = differing, model.auth_type == "none", prefixed, len(required), model.name
        return rank, bound, Call(model.name, params, builtins)

    def _client(self, builtins: Mapping[str, Any], by_event: bool) -> Any:
        config: dict[str, Any] = {
            option: builtins[name] for name, option in _OPTIONS.items() if builtins.get(name) is not None
        }
        s3 = {option: builtins[name] for name, option in _S3_OPTIONS.items() if name in builtins}
        if "AWS::S3::ForcePathStyle" in builtins or "SDK::Endpoint" in builtins:
            s3["addressing_style"] = "path" if builtins.get("AWS::S3::ForcePathStyle") else "virtual"
        if "s3" in self.service:
            legacy = builtins.get("AWS::S3::UseGlobalEndpoint", False)
            s3["us_east_1_regional_endpoint"] = "legacy" if legacy else "regional"
            config["s3"] = s3
        if "AWS::S3::DisableS3ExpressSessionAuth" in builtins:
            config["s3_disable_express_session_auth"] = builtins["AWS::S3::DisableS3ExpressSessionAuth"]
        region, url = builtins.get("AWS::Region"), builtins.get("SDK::Endpoint")
        while True:
            try:
                return self._session(bool(builtins.get("AWS::STS::UseGlobalEndpoint"))).client(
                    self.service,
                    region,
                    endpoint_url=url,
                    aws_access_key_id="AKID",
                    aws_secret_access_key="x",
                    aws_account_id=builtins.get("AWS::Auth::AccountId"),
                    config=sotalia.Config(parameter_validation=False, **config),
                )
            except (NoRegionError, InvalidRegionError):
                if not by_event:
                    raise
                region = "us-east-1"
            except InvalidEndpointUrlError:
                if not by_event:
                    raise
                url = None

    def _problem(self, call: Call, expect: Mapping[str, Any], why: list[str] | None) -> str:
        """Make the call, and say what differs from the expectation; with ``why``, set the built-ins by event."""
        told: dict[str, Any] = {}
        try:
            client = self._client(call.builtins, why is not None)
            if why is not None:
                names = [record["builtIn"] for record in self._parameters.values() if "builtIn" in record]

                def override(builtins: dict[str, Any], **kwargs: Any) -> None:
                    wanted = {name: call.builtins.get(name) for name in names}
                    telling = (
                        name
                        for name in names
                        if (name in call.builtins and "Account" not in name) or name == "AWS::Region"
                    )
                    why.extend(name for name in telling if bool(wanted[name]) != bool(builtins.get(name)))
                    builtins.update(wanted)

                client.meta.events.register("before-endpoint-resolution", override)
            client.meta.events.register("before-sign", lambda request, **_: told.update(request.context))
            client._make_api_call(call.operation, dict(call.params))
        except Sent as sent:
            return self._differs(call, sent.request, told, expect)
        except Exception as error:
            return _wrong_refusal(error, expect)
        return "neither sent nor refused"

    def _differs(
        self, call: Call, request: AWSPreparedRequest, context: Mapping[str, Any], expect: Mapping[str, Any]
    ) -> str:
        if "error" in expect:
            return f"sent to {request.url}, expected the error {expect['error']}"
        endpoint = expect["endpoint"]
        template = (self.model.operation_model(call.operation).endpoint or {}).get("hostPrefix", "")
        if self.model.service_name == "s3control":
            template = ""  # its rules have the account already; boto3 leaves the prefix out, too
        prefix = template.replace("{", "%(").replace("}", ")s") % call.params if template else ""
        url = endpoint["url"].replace("://", "://" + prefix, 1)
        if not (request.url + "/").startswith(url if url.endswith("/") else url + "/"):
            rest = request.url.removeprefix(url)
            if not rest.startswith("?") or rest == request.url:
                return f"sent to {request.url}, expected {url}"
        for name, values in endpoint.get("headers", {}).items():
            if request.headers.get(name) != ",".join(values):
                return f"header {name}: {request.headers.get(name)}, expected {values}"
        properties = endpoint.get("properties", {})
        if context.get("endpoint_properties", {}) != properties:
            return f"properties {context.get('endpoint_properties')}, expected {properties}"
        if not properties.get("authSchemes") or self.model.operation_model(call.operation).auth_type == "none":
            return ""
        # The first that can be made is taken, and every scheme has a signer here.
        signed, asked = _signed(request), _asked_for(properties["authSchemes"][0])
        return "" if _fits(signed, asked) else f"signed as {signed}, expected {asked}"


def _asked_for(scheme: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    region = scheme.get("signingRegion") or ",".join(scheme.get("signingRegionSet", ())) or None
    return scheme["name"], scheme.get("signingName"), region


def _signed(request: AWSPreparedRequest) -> tuple[str, str, str]:
    """Scheme, signing name and region of a signature."""
    header = request.headers.get("Authorization", "")
    if header.startswith("AWS4-HMAC-SHA256 Credential="):
        _, _, region, name, _ = header.split("Credential=")[1].split(",")[0].split("/")
        return "sigv4-s3express" if "x-amz-s3session-token" in request.headers else "sigv4", name, region
    if header.startswith("AWS4-ECDSA-P256-SHA256 Credential="):
        return "sigv4a", header.split("/")[2], request.headers["X-Amz-Region-Set"]
    scheme, name, region = (*header.split(" "), "", "", "")[:3]
    return scheme, name, region


def _fits(signed: tuple[str, ...], asked: tuple[str | None, ...]) -> bool:
    return all(wanted is None or wanted == found for found, wanted in zip(signed, asked, strict=True))


def _wrong_refusal(error: Exception, expect: Mapping[str, Any]) -> str:
    if "error" not in expect:
        return f"{type(error).__name__}: {error}"
    text = expect["error"]
    if text in str(error) or any(words in text for words in _OTHER_WORDS.get(type(error), ())):
        return ""
    return f"{type(error).__name__}: {error}; expected the error {text}"


def least_value(shape: Any) -> Any:
    """Return the smallest value that fits a shape."""
    kind, least = shape.type_name, shape.metadata.get("min", 0)
    if kind == "structure":
        return {name: least_value(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [least_value(shape.member) for _ in range(least)]
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "a" * max(1, least)
    if kind == "boolean":
        return False
    if kind in ("integer", "long", "short", "byte"):
        return least
    return {"float": 1.0, "double": 1.0, "timestamp": 0, "blob": b""}[kind]
