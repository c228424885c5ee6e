// CSV and JSON files as rows.
