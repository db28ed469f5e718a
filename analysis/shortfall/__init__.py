"""Reads the results of shortfall and answers with numbers that carry their intervals."""
