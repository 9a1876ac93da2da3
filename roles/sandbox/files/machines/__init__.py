# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2 instances of the emulator as systemd containers on this machine, at the instances' private addresses.

What is the same as on AWS: an address in the VPC, systemd, SSH, user data, the metadata service (version 2) with the credentials
of the instance profile. What is not: security groups and network ACLs let everything through.
"""
