"""Reading a scenario at the door: cells, the schema of tables, checks across tables, folders."""
