# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.masking import (
    HIDDEN,
    is_secret_name,
    masked,
    masked_options,
    secret_options,
)
from ansible_collections.groundwork.cloud.plugins.plugin_utils.reads import READS
from botocore.loaders import Loader
from botocore.model import ServiceModel

LOADER = Loader()
COLLECTIONS = ("amazon.aws", "community.aws", "groundwork.cloud")
MODULE_UTILS = [import_module(f"ansible_collections.{name}.plugins.module_utils") for name in COLLECTIONS]
# Input shapes of one operation after another, as a service model writes them.
SHAPES = {
    "Text": {"type": "string"},
    "Hidden": {"type": "string", "sensitive": True},
    "Unit": {"type": "string", "enum": ["hours", "days"]},
    "Bytes": {"type": "blob"},
    "Number": {"type": "integer"},
    "HiddenNumber": {"type": "integer", "sensitive": True},
    "Switch": {"type": "boolean"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "HiddenItems": {"type": "list", "member": {"shape": "Hidden"}},
    "Values": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
    "HiddenValues": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Hidden"}},
    "HiddenMap": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}, "sensitive": True},
    "Tree": {
        "type": "structure",
        "members": {
            "Name": {"shape": "Text"},
            "Pin": {"shape": "Hidden"},
            "Count": {"shape": "HiddenNumber"},
            "Trees": {"shape": "Trees"},
            "AccessToken": {"shape": "Unit"},
            "Password": {"shape": "Text"},
            "ManagePassword": {"shape": "Switch"},
            "Size": {"shape": "Number"},
            "Blob": {"shape": "Bytes"},
            "Words": {"shape": "Texts"},
            "HiddenWords": {"shape": "HiddenItems"},
            "Labels": {"shape": "Values"},
            "Environment": {"shape": "HiddenValues"},
            "Everything": {"shape": "HiddenMap"},
            "KMSKeyId": {"shape": "Hidden"},
        },
    },
    "Trees": {"type": "list", "member": {"shape": "Tree"}},
}
TREE = ServiceModel({"metadata": {}, "operations": {}, "shapes": SHAPES}).shape_for("Tree")


def input_shape(service, operation):
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service).operation_model(operation).input_shape


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {}),
        # the model says so
        ({"Name": "web", "Pin": "1234"}, {"Name": "web", "Pin": HIDDEN}),
        ({"Count": 3, "Size": 3}, {"Count": HIDDEN, "Size": 3}),
        (
            {"Trees": [{"Pin": "1"}, {"Trees": [{"Pin": "2", "Name": "in"}]}]},
            {"Trees": [{"Pin": HIDDEN}, {"Trees": [{"Pin": HIDDEN, "Name": "in"}]}]},
        ),
        ({"HiddenWords": ["a", "b"], "Words": ("a", "b")}, {"HiddenWords": [HIDDEN, HIDDEN], "Words": ["a", "b"]}),
        ({"Labels": {"a": "b"}, "Environment": {"a": "b"}}, {"Labels": {"a": "b"}, "Environment": {"a": HIDDEN}}),
        ({"Everything": {"a": "b"}}, {"Everything": HIDDEN}),
        ({"KMSKeyId": "alias/web"}, {"KMSKeyId": HIDDEN}),
        # the name says so
        ({"Password": "x"}, {"Password": HIDDEN}),
        (
            {"Labels": {"DB_PASSWORD": "x", "GITHUB_TOKEN": "y", "role": "z"}},
            {"Labels": {"DB_PASSWORD": HIDDEN, "GITHUB_TOKEN": HIDDEN, "role": "z"}},
        ),
        ({"AccessToken": "hours"}, {"AccessToken": "hours"}),
        ({"Password": None, "ManagePassword": True}, {"Password": None, "ManagePassword": True}),
        # bytes
        ({"Blob": b"12345"}, {"Blob": "(5 bytes)"}),
        ({"Blob": bytearray(b"123")}, {"Blob": "(3 bytes)"}),
        ({"Blob": io.BytesIO(b"12345")}, {"Blob": "(a stream)"}),
        # what the model does not know is told by its name
        ({"New": {"Secret": "x", "Name": "y"}}, {"New": {"Secret": HIDDEN, "Name": "y"}}),
    ],
)
def test_secrets_of_a_model_are_hidden(parameters, expected):
    assert masked("service", "Operation", parameters, TREE) == expected


def env(name, value):
    return {"name": name, "value": value}


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("new", "Make", {"AuthToken": "x", "ClientToken": "y"}, {"AuthToken": HIDDEN, "ClientToken": "y"}),
        ("new", "Make", {"Token": "x", "NextToken": "y"}, {"Token": HIDDEN, "NextToken": "y"}),
        ("new", "Make", {"UserData": "IyEvYmlu"}, {"UserData": HIDDEN}),
        ("new", "Make", {"UserData": b"#!/bin"}, {"UserData": HIDDEN}),
        ("new", "Make", {"Passwords": ["x", "y"]}, {"Passwords": [HIDDEN, HIDDEN]}),
        ("new", "Make", {"When": NOW, "Size": 1.5}, {"When": NOW, "Size": 1.5}),
        # names of one call
        ("apigateway", "CreateApiKey", {"name": "web", "value": "x"}, {"name": "web", "value": HIDDEN}),
        ("apigateway", "UpdateApiKey", {"value": "x"}, {"value": "x"}),
        ("lambda", "AddPermission", {"EventSourceToken": "x"}, {"EventSourceToken": HIDDEN}),
        # a name beside its value
        (
            "new",
            "Make",
            {"environment": [env("DB_PASSWORD", "x"), env("PORT", "80")]},
            {"environment": [env("DB_PASSWORD", HIDDEN), env("PORT", "80")]},
        ),
        ("new", "Make", {"environment": [env("API_KEY", b"x")]}, {"environment": [env("API_KEY", HIDDEN)]}),
        (
            "new",
            "Make",
            {"Parameters": [{"ParameterKey": "MasterPassword", "ParameterValue": "x"}]},
            {"Parameters": [{"ParameterKey": "MasterPassword", "ParameterValue": HIDDEN}]},
        ),
        (
            "new",
            "Make",
            {"Options": [{"OptionName": "TOKEN", "Value": "x", "Namespace": "y"}]},
            {"Options": [{"OptionName": "TOKEN", "Value": HIDDEN, "Namespace": "y"}]},
        ),
        (
            "new",
            "Make",
            {"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:x"}]},
            {"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:x"}]},
        ),
        (
            "new",
            "Make",
            {"Filters": [{"Name": "secret", "Value": {"a": "b"}}]},
            {"Filters": [{"Name": "secret", "Value": {"a": "b"}}]},
        ),
        # a URL that carries a password
        ("new", "Make", {"Url": "postgres://web:x@db:5432/web"}, {"Url": f"postgres://web:{HIDDEN}@db:5432/web"}),
        ("new", "Make", {"Url": "redis://:x@cache:6379"}, {"Url": f"redis://:{HIDDEN}@cache:6379"}),
        ("new", "Make", {"Url": "https://example.org:443/a@b"}, {"Url": "https://example.org:443/a@b"}),
    ],
)
def test_secrets_are_hidden_without_a_model(service, operation, parameters, expected):
    assert masked(service, operation, parameters) == expected


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        (
            "secretsmanager",
            "PutSecretValue",
            {"SecretId": "web", "SecretString": "x"},
            {"SecretId": "web", "SecretString": HIDDEN},
        ),
        ("secretsmanager", "PutSecretValue", {"SecretBinary": b"x"}, {"SecretBinary": HIDDEN}),
        (
            "rds",
            "CreateDBInstance",
            {"MasterUsername": "web", "MasterUserPassword": "x"},
            {"MasterUsername": "web", "MasterUserPassword": HIDDEN},
        ),
        (
            "elasticache",
            "CreateReplicationGroup",
            {"AuthToken": "x", "AuthTokenUpdateStrategy": "SET"},
            {"AuthToken": HIDDEN, "AuthTokenUpdateStrategy": "SET"},
        ),
        ("ec2", "RunInstances", {"ImageId": "ami-1", "UserData": "x"}, {"ImageId": "ami-1", "UserData": HIDDEN}),
        ("autoscaling", "CreateLaunchConfiguration", {"UserData": "x"}, {"UserData": HIDDEN}),
        (
            "iam",
            "UploadServerCertificate",
            {"CertificateBody": "x", "PrivateKey": "y"},
            {"CertificateBody": "x", "PrivateKey": HIDDEN},
        ),
        ("ssm", "PutParameter", {"Name": "/web", "Value": "x"}, {"Name": "/web", "Value": HIDDEN}),
        ("s3", "PutObject", {"Bucket": "web", "Body": b"12345"}, {"Bucket": "web", "Body": "(5 bytes)"}),
        (
            "s3",
            "PutObject",
            {"SSEKMSKeyId": "alias/web", "SSECustomerKey": "x"},
            {"SSEKMSKeyId": "alias/web", "SSECustomerKey": HIDDEN},
        ),
        (
            "sns",
            "CreatePlatformApplication",
            {"Attributes": {"PlatformCredential": "x", "PlatformPrincipal": "y"}},
            {"Attributes": {"PlatformCredential": HIDDEN, "PlatformPrincipal": "y"}},
        ),
        (
            "elbv2",
            "CreateListener",
            {"DefaultActions": [{"AuthenticateOidcConfig": {"ClientId": "x", "ClientSecret": "y"}}]},
            {"DefaultActions": [{"AuthenticateOidcConfig": {"ClientId": "x", "ClientSecret": HIDDEN}}]},
        ),
        (
            "cognito-idp",
            "CreateUserPoolClient",
            {"TokenValidityUnits": {"AccessToken": "hours"}},
            {"TokenValidityUnits": {"AccessToken": "hours"}},
        ),
        ("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}, {"CidrBlock": "10.0.0.0/16"}),
    ],
)
def test_secrets_of_known_calls_are_hidden(service, operation, parameters, expected):
    assert masked(service, operation, parameters, input_shape(service, operation)) == expected


def test_what_was_given_stays_as_it_was():
    given = {"Password": "x", "Words": ["postgres://a:b@c"], "Labels": {"secret": "y"}}
    masked("service", "Operation", given, TREE)
    assert given == {"Password": "x", "Words": ["postgres://a:b@c"], "Labels": {"secret": "y"}}


# Members of requests whose name speaks of a secret, and which no model calls sensitive: what they hold is none, by the reason.
SOUNDS_SECRET = re.compile(
    r"access_?key|api_?key|auth_?key|authentication_?code|credential|mfa$|otp$|passphrase|passw|presigned|private_?key|secret|"
    r"shared_?key|token|user_?data",
    re.IGNORECASE,
)
NOT_SECRET = {
    "says where the secret is, or what it is called": re.compile(
        r".*(arn|arns|arnlist|ids?|idlist|name|parameter)", re.IGNORECASE
    ),
    "makes a repeated request harmless": re.compile(r"(client|clientrequest|creation|idempotency|purchase)token", re.IGNORECASE),
    "says where a list goes on": re.compile(r"(continuation|next|nextpage|page|pagination|sequence)token", re.IGNORECASE),
    "names the state that is to be changed": re.compile(
        r"(lock|source_?update|update|viewversion|webacllock)token", re.IGNORECASE
    ),
    "names a request, a job or an event": re.compile(
        r"(checkpoint|lifecycleaction|preview|registration|request|result|retrieval)token", re.IGNORECASE
    ),
    "is a setting": re.compile(
        r"ApiKeySelectionExpression|PreSharedKeyStorage|PreTokenGeneration|credentialSpecs|passwordField|requestedTokenType|"
        r"secretPolicy|subjectTokenType|tokenTypeHint|TokenDomains|TokenEndpoint|TokenEndpointUrl|TokenUrl"
    ),
    "is the ARN of a role or a secret": re.compile(r"SqlServerCredentials|authorizerCredentials|credentials?"),
    "is no secret, says KMS": re.compile(r"GrantTokens?"),
    "is of no use to others: bytes that a key decrypts": re.compile(r"ImportToken|SharedSecretCiphertextBlob"),
    "is seen by every browser": re.compile(r"APIKey|apiKey"),
    "is hidden in the one call that has it": re.compile(r"EventSourceToken"),
}


@pytest.mark.parametrize("service", READS)
def test_what_sounds_secret_is_hidden_or_was_looked_at(service):
    """A newer botocore that brings such a member fails here until it is hidden or stands in NOT_SECRET."""
    names = {name for name in open_texts(service) if SOUNDS_SECRET.search(name) and not is_secret_name(name)}
    assert {name for name in names if not any(known.fullmatch(name) for known in NOT_SECRET.values())} == set()


def open_texts(service):
    """The names of members of requests that hold text or bytes, where the model neither calls them sensitive nor lists values."""
    model = LOADER.load_service_model(service, "service-2")
    shapes, seen, names = model["shapes"], set(), set()
    ahead = [operation["input"]["shape"] for operation in model["operations"].values() if "input" in operation]
    while ahead:
        shape = shapes[name] if (name := ahead.pop()) not in seen else {}
        seen.add(name)
        if shape.get("sensitive"):
            continue
        ahead += [shape[end]["shape"] for end in ("member", "key", "value") if end in shape]
        for member, reference in shape.get("members", {}).items():
            ahead.append(reference["shape"])
            held = shapes[reference["shape"]]
            while held["type"] == "list":
                held = shapes[held["member"]["shape"]]
            if held["type"] in ("string", "blob") and not held.get("sensitive") and not held.get("enum"):
                names.add(member)
    return names


@pytest.mark.parametrize(
    ("source", "options", "shown"),
    [
        ('spec = {"value": {"type": "str", "no_log": True}}', {"name": "a", "value": "b"}, {"name": "a", "value": HIDDEN}),
        ("spec = dict(value=dict(no_log=True))", {"value": {"a": "b"}}, {"value": HIDDEN}),
        ("spec = dict(value={'no_log': True}, name=dict())", {"value": ["a"], "name": "b"}, {"value": HIDDEN, "name": "b"}),
        ("spec = dict(value=dict(no_log=False))", {"value": "a"}, {"value": "a"}),
        ("spec = dict(value=dict(no_log=True))", {"value": None}, {"value": None}),
        (
            "spec = dict(value=dict(aliases=['text'], no_log=True))",
            {"text": "a", "value": "b"},
            {"text": HIDDEN, "value": HIDDEN},
        ),
        ("spec = dict(value=dict(aliases=NAMES, no_log=True))", {"value": "b"}, {"value": HIDDEN}),
        ("spec = {**COMMON, NAME: dict(no_log=True)}", {"value": "b"}, {"value": "b"}),
        (
            "spec = dict(a=dict(options=dict(value=dict(no_log=True))))",
            {"a": {"value": "b", "c": 1}},
            {"a": {"value": HIDDEN, "c": 1}},
        ),
        (
            "spec = dict(a=dict(options=dict(value=dict(type='dict', no_log=True))))",
            {"a": {"value": {"of the user": "b"}}},
            {"a": {"value": HIDDEN}},
        ),
        ("", {"password": "a", "tags": {"Name": "b"}}, {"password": HIDDEN, "tags": {"Name": "b"}}),
    ],
)
def test_options_are_hidden_that_a_module_calls_secret(source, options, shown):
    assert masked_options(options, source) == shown


def test_options_that_modules_share_are_secret_by_name():
    """What a module takes of module_utils is not in its own text."""
    files = [path for folder in MODULE_UTILS for path in Path(folder.__path__[0]).glob("*.py")]
    secret = {name for path in files for name in secret_options(path.read_text())}
    assert {"api_token", "secret_key", "session_token"} <= secret
    assert {name for name in secret if not is_secret_name(name)} == set()
