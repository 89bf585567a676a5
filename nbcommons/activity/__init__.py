"""The audit log, which listens to every fact."""
