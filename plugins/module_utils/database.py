# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How a database of Amazon RDS is read, made, restored, changed and deleted, be it an instance or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from .aws import Service, tag_dict, tag_list, tags_part
from .plan import Plan, declared, plan
from .rds import TAGGING, DatabaseError, credentials, refuse_deletion, refuse_immutable, shares_data, version

INHERITED = ("engine", "engine_version", "username", "kms_key", "database_name")
OPTIONS: dict[str, Any] = {
    **{option: {"type": "str"} for option in ("engine", "engine_version", "username", "database_name")},
    **{option: {"type": "str"} for option in ("subnet_group", "parameter_group", "backup_window", "maintenance_window")},
    **{option: {"type": "str"} for option in ("final_snapshot", "restore_from_snapshot")},
    **{option: {"type": "str", "no_log": False} for option in ("kms_key", "master_user_secret_kms_key", "credentials_secret")},
    **{option: {"type": "int"} for option in ("port", "backup_retention_days")},
    **{option: {"type": "bool"} for option in ("storage_encrypted", "copy_tags_to_snapshot")},
    **{option: {"type": "bool"} for option in ("iam_authentication", "deletion_protection")},
    **{option: {"type": "bool", "default": False} for option in ("allow_major_version_upgrade", "skip_final_snapshot")},
    **{option: {"type": "bool", "default": True} for option in ("apply_immediately", "wait")},
    **{option: {"type": "list", "elements": "str"} for option in ("security_groups", "log_exports")},
    "name": {"type": "str", "required": True},
    "manage_master_user_password": {"type": "bool", "no_log": False},
    "restore_time": {"type": "str", "default": "latest"},
    "wait_timeout": {"type": "int", "default": 3600},
}


def wanted(
    part: str,
    params: Mapping[str, Any],
    current: Mapping[str, Any],
    settings: Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]],
    refuse_creation: Callable[[Mapping[str, Any]], None],
) -> dict[str, Any]:
    """The declared parts: the database under the name of its part, and C(tags)."""
    database = current.get(part, {})
    if params["manage_master_user_password"] and params["credentials_secret"]:
        raise DatabaseError(
            f"plan database {params['name']}", "its password is managed or comes from credentials_secret; declare one of the two"
        )
    if params["state"] == "absent":
        if database:
            refuse_deletion(params, database)
        return {part: None}
    if not database:
        refuse_creation(params)
    return {part: settings(params, database), **tags_part(params)}


class Database(Service):
    """Subclasses say what the API calls them, and what is theirs alone."""

    name = "rds"
    tagging = TAGGING
    error = DatabaseError
    word: ClassVar[str]
    """C(DBInstance) in what the API calls C(DBInstanceIdentifier), C(describe_db_instances) and so on."""
    part: ClassVar[str]
    status: ClassVar[str]
    not_found: ClassVar[str]
    settings: ClassVar[Mapping[str, tuple[str, str]]]
    origins: ClassVar[Sequence[str]]
    """Options that name what a database is made from, if not from nothing."""
    creators: ClassVar[Mapping[str, str]]
    ready: ClassVar[Sequence[str]] = ("available", "storage-optimization")
    hopeless: ClassVar[Sequence[str]] = (
        *("failed", "stopped", "storage-full", "restore-error", "inaccessible-encryption-credentials"),
        "deleted",
    )
    passing: ClassVar[Sequence[str]] = ()
    """Error codes of a creation that AWS would take a little later."""

    def described(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def creation(self, database: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        raise NotImplementedError

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def parts(self, current: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def origin(self) -> dict[str, Any]:
        """What AWS says of the database or the snapshot that a new one comes from, where that is known."""
        raise NotImplementedError

    @property
    def key(self) -> dict[str, str]:
        return {f"{self.word}Identifier": self.params["name"]}

    def describe(self, name: str) -> dict[str, Any]:
        with self.doing(f"read database {name}", self.not_found):
            asked = getattr(self.client, f"describe_{self.part}s")(**{f"{self.word}Identifier": name})
            answer: dict[str, Any] = asked[f"{self.word}s"][0]
            return answer
        return {}

    def status_of(self, answer: Mapping[str, Any]) -> str:
        return str(answer.get(self.status, "deleted"))

    def read(self) -> dict[str, Any]:
        answer = self.describe(self.params["name"])
        if self.status_of(answer) == "creating" and self.params["wait"] and self.params["state"] == "present":
            answer = self._await_ready(settled=False)
        if not answer or answer[self.status] == "deleting":
            return {}
        return {self.part: self.in_our_words(self.described(answer)), "tags": tag_dict(answer.get("TagList"))}

    def in_our_words(self, database: dict[str, Any]) -> dict[str, Any]:
        for option in ("kms_key", "master_user_secret_kms_key"):
            if option in database:
                database[option] = self.as_declared(database[option], self.params[option])
        return database

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if not current and self.params["state"] == "present":
            self._refuse_origin()
        return self.parts(current)

    def _refuse_origin(self) -> None:
        """Raise when what is declared is not what a new database inherits for life from what it comes from."""
        want = {option: self.params[option] for option in self.settings if self.params[option] is not None}
        found = self.origin()
        inherited = {option: found.get(self.settings[option][1]) for option in INHERITED}
        inherited["storage_encrypted"] = found.get("StorageEncrypted", found.get("Encrypted"))
        origin = self.in_our_words(declared(inherited))
        refuse_immutable(self.params["name"], want, origin)
        if "engine_version" in want and "engine_version" in origin:
            version(self.params, origin)

    def apply(self, todo: Plan) -> None:
        if self.part in todo.delete:
            self._delete(todo.delete[self.part])
            return
        if self.part in todo.create:
            self._create(todo.create[self.part], todo.after("tags") or {})
            if not any(self.params[origin] for origin in self.origins):
                return
            self._own_password()
            current = self.read()
            todo = plan(current, self.wanted(current))  # what a restore or a replica does not take
        if self.part in todo.update:
            self._modify(*todo.update[self.part])
        if "tags" in todo.update:
            arn = self.describe(self.params["name"])[f"{self.word}Arn"]
            self.tag(f"database {self.params['name']}", arn, *todo.update["tags"])

    def _create(self, database: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        name = self.params["name"]
        operation, request = self.creation(database)
        if operation == f"Create{self.word}" and self.params["credentials_secret"]:
            request = {**self._credentials(), **request}
        taken = {*self.client.meta.service_model.operation_model(operation).input_shape.members, "SourceRegion"}
        request = {key: value for key, value in {**request, "Tags": tag_list(tags)}.items() if key in taken}
        self._await_gone()
        with self.doing(f"create database {name}"):
            create = getattr(self.client, self.creators[operation])
            self.persist(f"the creation of database {name}", lambda: create(**request), *self.passing)
        if self.params["wait"] or operation != f"Create{self.word}":
            self._await_ready()

    def _credentials(self) -> dict[str, str]:
        secret = self.params["credentials_secret"]
        return credentials(self.secret_text(secret), secret)

    def _change(self, **request: Any) -> None:
        getattr(self.client, f"modify_{self.part}")(**self.key, **request)

    def _own_password(self) -> None:
        """A restored database has the password of what it comes from; from now on it has that of its own secret."""
        if self.params.get("replica_of") or not self.params["credentials_secret"]:
            return
        password = self._credentials()["MasterUserPassword"]
        with self.doing(f"set the master password of database {self.params['name']}"):
            self._change(MasterUserPassword=password, ApplyImmediately=True)
        self._await_ready()

    def _modify(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        request = self.changes(before, after)
        if request.get("ManageMasterUserPassword") is False:
            request["MasterUserPassword"] = self._credentials()["MasterUserPassword"]
        if "EngineVersion" in request:
            request["AllowMajorVersionUpgrade"] = self.params["allow_major_version_upgrade"]
        self._await_ready(settled=False)
        with self.doing(f"change database {self.params['name']}"):
            self._change(ApplyImmediately=self.params["apply_immediately"], **request)
        if self.params["wait"]:
            self._await_ready(settled=self.params["apply_immediately"])

    def _delete(self, database: Mapping[str, Any]) -> None:
        none = self.params["skip_final_snapshot"] or shares_data(database)
        last = None if none else self.params["final_snapshot"]
        how = {"SkipFinalSnapshot": not last, **declared({"FinalDBSnapshotIdentifier": last})}
        if database.get("deletion_protection"):
            self._modify(database, {**database, "deletion_protection": False})
            self._await_ready()
        with self.doing(f"delete database {self.params['name']}", self.not_found):
            getattr(self.client, f"delete_{self.part}")(**self.key, **how)
        if self.params["wait"]:
            self._await_gone()

    def _await_ready(self, *, settled: bool = True) -> dict[str, Any]:
        """Wait until the database takes changes and, when C(settled), none is under way."""

        def ready(database: Mapping[str, Any]) -> bool:
            pending = settled and any(value is not None for value in (database.get("PendingModifiedValues") or {}).values())
            return self.status_of(database) in self.ready and not pending

        def hopeless(database: Mapping[str, Any]) -> bool:
            status = self.status_of(database)
            return status in self.hopeless or status.startswith("incompatible-")

        name = self.params["name"]
        return self.wait(f"database {name}", lambda: self.describe(name), ready, state=self.status_of, failed=hopeless)

    def _await_gone(self) -> None:
        name = self.params["name"]
        self.wait(f"the end of database {name}", lambda: self.describe(name), lambda found: not found, state=self.status_of)
