"""Settings: ``base`` reads the environment; ``dev``, ``test``, ``production`` override."""
