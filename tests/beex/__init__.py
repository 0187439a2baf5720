"""The composition root and the kernel."""
