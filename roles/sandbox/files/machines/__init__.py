# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2 instances of the emulator as systemd containers on this machine, at their private addresses, and load balancers.

What is the same as on AWS: an address in the VPC, systemd, SSH, user data, the metadata service (version 2) with the credentials
of the instance profile, load balancers with their names, rules, health checks and security groups. What is not: the security
groups of instances and network ACLs let everything through, a load balancer has one address, in its first subnet, and one that
is public sees machines of its VPC by their private addresses.
"""
