#!/usr/bin/env python3
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""verify_signature.py FILE FINGERPRINT: fail unless FILE.sig is a signature of FILE by FILE.key, which has that fingerprint."""

import base64
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path


def keyring(key):
    """The key as gpgv takes it: without the armor that it may be in."""
    if not key.startswith(b"-----BEGIN"):
        return key
    lines = [line.strip() for line in key.splitlines()]
    body = itertools.takewhile(lambda line: not line.startswith((b"=", b"-")), lines[lines.index(b"") + 1 :])
    return base64.b64decode(b"".join(body))


def main():
    file, fingerprint = sys.argv[1:]
    with tempfile.NamedTemporaryFile() as ring:
        ring.write(keyring(Path(f"{file}.key").read_bytes()))
        ring.flush()
        command = ["gpgv", "--status-fd", "1", "--keyring", ring.name, f"{file}.sig", file]
        told = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    # GnuPG, doc/DETAILS: the last word of VALIDSIG is the fingerprint of the primary key.
    valid = [line.split()[-1] for line in told.stdout.decode().splitlines() if line.startswith("[GNUPG:] VALIDSIG ")]
    if told.returncode or valid != [fingerprint.replace(" ", "").upper()]:
        said = told.stderr.decode().strip()
        print(f"{Path(file).name} is not signed by {fingerprint}; take it from where it is, or name who signed it: {said}")
        sys.exit(1)


if __name__ == "__main__":
    main()
