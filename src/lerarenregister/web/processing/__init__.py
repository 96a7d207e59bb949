"""The register of processing activities for everybody: a page, a page for each activity, and JSON for programs."""
