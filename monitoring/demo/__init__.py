"""An invented contact centre: its people, a stored moment of it, and its simulated life."""
