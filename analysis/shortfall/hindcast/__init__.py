"""Hindcasts: historic disruptions as scenarios, run over one table of parameters and scored against what happened."""
