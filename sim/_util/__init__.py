"""Small helpers that know nothing of the model: validation, progress, locks."""
