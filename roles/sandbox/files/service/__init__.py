# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the programs of the sandbox share: a command line, serving until told to stop, and going on in the background."""
