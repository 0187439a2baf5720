"""The project's settings on real parts.

A PostgreSQL and a Redis server are started unless the environment names one.
"""

import os

from tests.parts import session

session.start(os.environ)

from beex.settings import *  # noqa: E402, F403

# Looked up when asked for, instead of listed anew by every test client.
WHITENOISE_AUTOREFRESH = True
# A quick hash: hundreds of people are made in a run, and none of their passwords is secret.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
