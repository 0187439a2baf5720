"""Composition root: settings, addresses, server, and the kernel in beex.lib."""
