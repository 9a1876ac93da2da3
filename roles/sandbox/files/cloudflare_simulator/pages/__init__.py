# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pages: a project, its domains, the files that were uploaded, deployments of them, and the sites that are served."""
