# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The parameters of an API call, and the options of a module, as people may see them: without what is secret in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "(hidden)"

# Members that hold a secret although many service models do not say so. Compared in lower case, letters and digits alone.
_SECRET_NAMES = frozenset(
    {
        *("authenticationcode1", "authenticationcode2", "authkey", "mfa", "otp", "passwordverifier"),
        *("pwd", "secret", "secretbinary", "secretstring", "token", "tokencode"),
    }
)
_SECRET_ENDINGS = (
    *("accesstoken", "apikeyvalue", "apitoken", "authtoken", "bearertoken", "idtoken", "oauthtoken", "refreshtoken"),
    *("secrettoken", "clientsecret", "passphrase", "password", "passwords", "platformcredential", "presharedkey", "presignedurl"),
    *("privatekey", "secretaccesskey", "secretkey", "sessiontoken", "sharedsecret", "userdata"),
)
# Members with an everyday name that hold a secret in these calls.
_SECRET_IN_CALL = {
    ("apigateway", "CreateApiKey"): frozenset({"value"}),
    ("cloudflare", "PATCH /accounts/{account}/pages/projects/{project}"): frozenset({"value"}),
    ("cloudflare", "POST /accounts/{account}/pages/projects"): frozenset({"value"}),
    ("lambda", "AddPermission"): frozenset({"EventSourceToken"}),
}
# Members that a service model calls sensitive and that a plan can't do without: the names of keys, not the keys.
_SHOWN = {"s3": frozenset({"KMSKeyArn", "KMSKeyId", "KMSMasterKeyID", "KeyId", "SSEKMSKeyId"})}

# A name and its value side by side, as in the environment of a container: {"name": "DB_PASSWORD", "value": ...}.
_NAMING = frozenset({"key", "name", "optionname", "parameterkey", "parametername"})
_NAMED = frozenset({"parametervalue", "stringvalue", "value"})
_TELLING = re.compile(r"access_?key|api_?key|credential|passphrase|passw|private_?key|pwd|secret|token", re.IGNORECASE)

_PASSWORD_IN_URL = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]")


def masked(service: str, operation: str, parameters: Mapping[str, Any], shape: Any = None) -> dict[str, Any]:
    """What a call is about to send, with C(HIDDEN) in place of secrets and the length in place of bytes.

    C(shape) is the operation's input shape of botocore. A secret is what it calls sensitive and what is known by its name;
    without a shape, names alone tell.
    """
    return _mapping(parameters, shape, _SECRET_IN_CALL.get((service, operation), frozenset()), _SHOWN.get(service, frozenset()))


def masked_options(options: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The options of a module that is not run: C(source) is its text, which says what is secret (C(no_log)) in its own words."""
    return _mapping(options, None, secret_options(source), frozenset())


def secret_options(source: str) -> frozenset[str]:
    """The names of the options that a text in Python calls secret."""
    pairs = [pair for node in ast.walk(ast.parse(source)) for pair in _pairs(node)]
    return frozenset(word for name, spec in pairs if ("no_log", True) in _constants(spec) for word in (name, *_aliases(spec)))


def _pairs(node: ast.AST) -> list[tuple[Any, ast.AST]]:
    """The names and values of a mapping in either of its spellings, C({"a": 1}) and C(dict(a=1))."""
    if isinstance(node, ast.Dict):
        return [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
    return [(keyword.arg, keyword.value) for keyword in node.keywords] if isinstance(node, ast.Call) else []


def _constants(node: ast.AST) -> list[tuple[Any, Any]]:
    return [(name, getattr(value, "value", None)) for name, value in _pairs(node)]


def _aliases(node: ast.AST) -> list[Any]:
    aliases = next((value for name, value in _pairs(node) if name == "aliases"), None)
    return [getattr(alias, "value", None) for alias in getattr(aliases, "elts", [])]


def is_secret_name(name: str) -> bool:
    """Whether a member of this name holds a secret, whatever the call."""
    name = _plain(name)
    return name in _SECRET_NAMES or name.endswith(_SECRET_ENDINGS)


def _mapping(values: Mapping[str, Any], shape: Any, secret: frozenset[str], shown: frozenset[str]) -> dict[str, Any]:
    told = any(_plain(name) in _NAMING and isinstance(value, str) and _TELLING.search(value) for name, value in values.items())
    free = hasattr(shape, "value")  # a map, whose keys are words of the user: {"GITHUB_TOKEN": ...}
    return {
        name: HIDDEN
        if _is_text(value) and ((told and _plain(name) in _NAMED) or (free and _TELLING.search(name)))
        else _value(name, value, _member(shape, name), secret, shown)
        for name, value in values.items()
    }


def _value(name: str, value: Any, shape: Any, secret: frozenset[str], shown: frozenset[str]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if shape is not None and shape.metadata.get("sensitive") and name not in shown:
        return HIDDEN
    if (name in secret and value) or (_is_text(value) and is_secret_name(name) and not getattr(shape, "enum", None)):
        return HIDDEN
    if isinstance(value, str):
        return _PASSWORD_IN_URL.sub(rf"\1{HIDDEN}", value)
    if isinstance(value, bytes | bytearray):
        return f"({len(value)} bytes)"
    if isinstance(value, Mapping):
        return _mapping(value, shape, secret, shown)
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(name, item, getattr(shape, "member", None), secret, shown) for item in value]
    return "(a stream)" if hasattr(value, "read") else value


def _member(shape: Any, name: str) -> Any:
    """The shape of a member, which is known of structures and of maps; all values of a map have one."""
    if hasattr(shape, "members"):
        return shape.members.get(name)
    return getattr(shape, "value", None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str | bytes | bytearray)


def _plain(name: str) -> str:
    return _NOT_A_LETTER.sub("", name.lower())
