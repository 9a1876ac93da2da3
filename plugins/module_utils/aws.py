# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The base of every AWS module: one client configuration, and errors that name the cure; the rest is P(resource)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, TypeVar

try:
    from boto3.session import Session
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
    from botocore.validate import ParamValidator
except ImportError:
    pass  # AnsibleAWSModule says what is missing

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .plan import Exact, Plan
from .resource import STATE_OPTION as STATE_OPTION  # these three are for the modules, which take all of their base from here
from .resource import Resource, ResourceError
from .resource import converge as converge
from .resource import patiently as patiently

T = TypeVar("T")

USER_AGENT = "groundwork.cloud"
TAG_OPTIONS: dict[str, Any] = {
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": False},
}

_CURES = {
    "AccessDenied": "allow {action} to these credentials",
    "AccessDeniedException": "allow {action} to these credentials",
    "AuthorizationError": "allow {action} to these credentials",
    "UnauthorizedOperation": "allow {action} to these credentials",
    "ExpiredToken": "renew the credentials",
    "ExpiredTokenException": "renew the credentials",
    "InvalidClientTokenId": "check the access key: AWS does not know it",
    "UnrecognizedClientException": "check the access key: AWS does not know it",
    "LimitExceededException": "ask AWS for a higher quota, or remove what is not used",
}


class AwsError(ResourceError):
    """A failed piece of work with AWS."""

    def __init__(self, doing: str, cause: BaseException | str, result: Mapping[str, Any] | None = None) -> None:
        super().__init__(doing, _said(cause), error_code(cause), result)


class Service(Resource):
    """The API edge of one AWS service. Subclasses name the boto3 service and the exception type."""

    name: ClassVar[str]
    error: ClassVar[type[ResourceError]] = AwsError
    tagging: ClassVar[tuple[str, str]] = ("TagResource", "UntagResource")

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.region: str = module.region or ""
        self._module = module
        self._clients: dict[str, Any] = {}

    @property
    def client(self) -> Any:
        return self.other(self.name)

    def other(self, service: str) -> Any:
        """The client of another service that this resource needs, for instance Secrets Manager for a password."""
        if service not in self._clients:
            self._clients[service] = connect(self._module, service)
        return self._clients[service]

    @contextmanager
    def doing(self, sentence: str, *ignore: str) -> Iterator[None]:
        """Turn botocore's errors into this service's; error codes in C(ignore) pass as if nothing had been asked."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            if error_code(error) not in ignore:
                raise self.error(sentence, error) from error

    def pages(self, operation: str, key: str, **arguments: Any) -> list[Any]:
        """Every item of a paginated answer."""
        pages = self.client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page.get(key, [])]

    def tag(self, what: str, resource: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Bring the tags of something that stands, mostly named by its ARN, from what they are to what they shall be."""
        changed: dict[str, str | None] = {key: text for key, text in after.items() if before.get(key) != text}
        gone: dict[str, str | None] = dict.fromkeys(sorted(set(before) - set(after)))
        with self.doing(f"tag {what}"):
            for operation, tags in zip(self.tagging, (changed, gone), strict=True):
                if tags:
                    shape = self.client.meta.service_model.operation_model(operation).input_shape
                    call = partial(getattr(self.client, xform_name(operation)), **tags_request(shape, resource, tags))
                    self.send(f"tag {what}", call)

    def send(self, what: str, call: Callable[[], Any]) -> None:
        """Make a call that writes; a service that refuses for a while has it made again."""
        call()

    def as_declared(self, key: str, declared: str | None) -> str:
        """A KMS key that AWS names, in the words it was declared in when both are one key.

        Keys are declared by id, alias or ARN, and each service answers in its own way.
        """
        if not declared or not key or key == declared:
            return key
        return declared if self._key_arn(declared) == self._key_arn(key) else key

    def _key_arn(self, key: str) -> str:
        if ":key/" in key:
            return key
        with self.doing(f"look up KMS key {key}", "NotFoundException"):
            return str(self.other("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"])
        return key

    def secret_text(self, secret: str) -> str:
        """The text of a Secrets Manager secret given by name or ARN: to be handed to AWS, never to be returned."""
        with self.doing(f"read secret {secret}"):
            return str(self.other("secretsmanager").get_secret_value(SecretId=secret).get("SecretString", ""))
        return ""

    def checked(self, doing: str, operation: str, **request: Any) -> dict[str, Any]:
        """A request with its values in the types that the API takes, refused before it is sent when it does not fit the API.

        For options in the API's own form, which Ansible can't check itself.
        """
        shape = self.client.meta.service_model.operation_model(operation).input_shape
        typed: dict[str, Any] = typed_as(request, shape)
        report = ParamValidator().validate(typed, shape)
        if report.has_errors():
            raise self.error(doing, report.generate_report().replace("\n", "; "))
        return typed

    def persist(self, what: str, call: Callable[[], T], *passing: str, timeout: int | None = None) -> T:
        """Make a call, and again while AWS refuses it for a reason that passes by itself.

        C(passing) are error codes, or words of the message where the code alone says too little.
        """
        answers: list[T] = []

        def refusal() -> str:
            try:
                answers.append(call())
            except ClientError as error:
                if not any(reason == error_code(error) or reason in str(error) for reason in passing):
                    raise
                return str(error)
            return ""

        self.wait(what, refusal, lambda said: not said, timeout=timeout)
        return answers[0]


def connect(module: AnsibleAWSModule, service: str) -> Any:
    """A boto3 client with the one configuration that all modules share."""
    return module.client(service, config=_config())


def connect_all(module: AnsibleAWSModule, services: Iterable[str], *, region: str | None = None) -> dict[str, Any]:
    """Clients of many services, from one session.

    C(connect) makes a session a client, and each session reads botocore's data afresh: 2 s of CPU for 17 clients, and
    0.5 s from one session. Clients may be shared by threads; making them may not, so this comes before the threads.
    """
    own_region, endpoint, options = get_aws_connection_info(module)
    config = _config().merge(options.pop("aws_config", None) or Config())
    try:
        session = Session(profile_name=options.pop("profile_name", None))
        return {
            service: session.client(service, region_name=region or own_region, endpoint_url=endpoint, config=config, **options)
            for service in services
        }
    except (BotoCoreError, ValueError) as error:
        raise AwsError("connect to AWS", error) from error


def _config() -> Config:
    return Config(
        retries={"mode": "adaptive", "max_attempts": 10}, max_pool_connections=32, tcp_keepalive=True, user_agent_extra=USER_AGENT
    )


def error_code(cause: BaseException | str) -> str:
    """The service's error code, or empty for an error that has none."""
    return cause.response.get("Error", {}).get("Code", "") if isinstance(cause, ClientError) else ""


def raise_unsuccessful(operation: str, answer: Mapping[str, Any]) -> None:
    """Raise what failed: some operations of Amazon EC2 answer without an error, and list in the answer what they did not do."""
    for failure in answer.get("Unsuccessful", []):
        raise ClientError({"Error": failure["Error"]}, operation)


def _said(cause: BaseException | str) -> str:
    if isinstance(cause, NoCredentialsError):
        return "there are no AWS credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if not isinstance(cause, ClientError):
        return str(cause)
    message = cause.response.get("Error", {}).get("Message", "") or str(cause)
    cure = _CURES.get(error_code(cause), "").format(action=cause.operation_name)
    return f"{message} ({error_code(cause)})" + (f"; {cure}" if cure else "")


def typed_as(value: Any, shape: Any) -> Any:
    """A value in the types of a botocore shape: templates make strings of numbers, and YAML makes numbers of strings."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return {key: typed_as(inner, shape.members[key]) if key in shape.members else inner for key, inner in value.items()}
    if kind == "list" and isinstance(value, list | tuple):
        return [typed_as(inner, shape.member) for inner in value]
    if kind == "map" and isinstance(value, Mapping):
        return {str(key): typed_as(inner, shape.value) for key, inner in value.items()}
    if kind in ("integer", "long") and isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return int(value)
    if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    return str(value) if kind == "string" and isinstance(value, int | float) else value


def tags_part(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared C(tags) part: none when no tags were declared, an exact one when others are to be purged."""
    if params["tags"] is None:
        return {}
    tags = {key: str(value) for key, value in params["tags"].items()}
    return {"tags": Exact(tags) if params["purge_tags"] else tags}


def tags_to_remove(todo: Plan) -> list[str]:
    """The keys that an exact C(tags) part no longer has."""
    after = todo.after("tags") or {}
    return sorted(set(todo.before("tags")) - set(after))


def tags_request(shape: Any, resource: str, tags: Mapping[str, str | None]) -> dict[str, Any]:
    """What to send to an operation that tags or untags: each service has words of its own, and C(shape) is its input's.

    A tag without a text is told by its key alone, as operations that untag take it.
    """
    request: dict[str, Any] = {}
    for name, member in shape.members.items():
        if not name.lower().startswith("tag"):
            if name in shape.required_members:
                request[name] = [resource] if member.type_name == "list" else resource
        elif member.type_name == "map":
            request[name] = dict(tags)
        elif member.member.type_name == "string":
            request[name] = list(tags)
        else:
            words = list(member.member.members)  # Key and Value, key and value
            request[name] = [
                dict(zip(words, (key,) if text is None else (key, text), strict=False)) for key, text in tags.items()
            ]
    return request


def tag_list(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags in the list form that most APIs take."""
    return [{key: name, value: text} for name, text in tags.items()]


def attribute_texts(attributes: Mapping[str, Any]) -> list[dict[str, str]]:
    """Attributes in that form, with the texts that Elastic Load Balancing has for numbers and truth."""
    return tag_list({key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in attributes.items()})


def tag_dict(tags: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags from the list form that most APIs return."""
    return own_tags({tag[key]: tag.get(value, "") for tag in tags or []})


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags without those that AWS puts there, which nobody else can change or remove (tagging guide, "Tag naming")."""
    return {name: text for name, text in tags.items() if not name.startswith("aws:")}
