"""Kernel: what every app stands on. Imports no app."""
