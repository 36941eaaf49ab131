"""What happens in a day: one file per process, pure laws and one loop over the tables (ODD 7)."""
