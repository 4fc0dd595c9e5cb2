"""Months on paper: rows, explanations and evidence made of accounts. Never computes a figure of its own."""
