# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The body of a form with files (RFC 7578)."""

from __future__ import annotations

from email import message_from_bytes

from ..answers import ApiError


def parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """What each field holds."""
    if not content_type.startswith("multipart/form-data"):
        raise ApiError(400, "the body must be multipart/form-data", 8000096)
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    found: dict[str, bytes] = {}
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part is message or not isinstance(content, bytes):
            continue
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str) or name in found:
            raise ApiError(400, "each field must have a name of its own", 8000096)
        found[name] = content
    return found
