"""What exercise.py asks: which exercises there are, and what their answers are told."""
