# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The Cloudflare API on this machine: what the collection calls of it, kept in memory, strict about what it is sent.

A family of resources is a module: its routes, and what it takes for valid. C(state) holds what stands, C(fields) the checks that
requests are written in, C(control) what no Cloudflare has: to empty it, to tell what was asked of it, to make it refuse.
"""
