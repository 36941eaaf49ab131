"""Pages written from the code: the ODD protocol, the reference of results, the gallery."""
