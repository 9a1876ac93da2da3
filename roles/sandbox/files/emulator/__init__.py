# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The AWS API on this machine: moto's server, corrected where it differs from AWS in what the stacks need."""
