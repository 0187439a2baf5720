"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are registered by an administrator; nobody signs himself up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False
