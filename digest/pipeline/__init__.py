"""The three verbs, ingest, publish and deliver, and the protocols of what they need."""
