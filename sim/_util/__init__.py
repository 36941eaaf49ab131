"""Small helpers that know nothing of the model: errors, validation, suggestions, tables, progress, locks."""
