"""The one place that names the version of the toolkit."""

VERSION = "0.1.0"
