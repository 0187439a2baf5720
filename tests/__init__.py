"""Tests run against real parts: PostgreSQL, a server of the Redis protocol, daphne, Chromium."""
