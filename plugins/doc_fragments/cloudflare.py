# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What every module that asks Cloudflare has in common."""

    DOCUMENTATION = r"""
options:
  api_token:
    description:
      - An API token of Cloudflare. Environment variable E(CLOUDFLARE_API_TOKEN) is used when this is left out.
      - What it has to allow is in the notes of the module; an error names the permission that is missing.
    type: str
  api_url:
    description:
      - Where the API is. Environment variable E(CLOUDFLARE_API_BASE_URL) is used when this is left out.
    type: str
    default: https://api.cloudflare.com/client/v4
notes:
  - A call that Cloudflare refuses because too much was asked is made again after the time that Cloudflare tells, for up to five
    minutes; one that fails inside Cloudflare is made again when doing it twice does no harm.
"""

    ZONE = r"""
options:
  zone:
    description: Name or ID of the zone, which somebody has added to the account before.
    type: str
    required: true
"""

    ACCOUNT = r"""
options:
  account:
    description: ID of the account. Environment variable E(CLOUDFLARE_ACCOUNT_ID) is used when this is left out.
    type: str
    required: true
"""
