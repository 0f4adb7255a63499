"""What a file is, before any contract knows it: its format, columns, and a draft contract."""
