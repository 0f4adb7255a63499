"""What other people's software answers: its script, its input and its output."""
