"""The local HTTP endpoint: predictions of the toolkit's own recogniser behind small, well-guarded routes."""
