"""Results on disk: the manifest, whole shards with receipts, and how they are written and read."""
