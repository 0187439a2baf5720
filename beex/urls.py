"""Every address of the site. Each app brings its own pages and its part of /api/v1/."""

from importlib import import_module
from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from allauth.account.urls import urlpatterns as account_urls
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from beex.health import healthz, readyz
from beex.lib.api import no_such_address

APPS = ("workspace", "telephony", "agenda", "monitoring")
#: what we use of allauth; one signs out by a page of our own, which asks first
ACCOUNT_PAGES = {
    "account_login",
    "account_inactive",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


def _offered(module: str, name: str) -> list[URLPattern | URLResolver]:
    """What the apps list under this name in their modules of that name, in one list."""
    named = (f"{app}.{module}" for app in APPS)
    modules = [import_module(path) for path in named if find_spec(path)]
    return [pattern for module in modules for pattern in getattr(module, name, [])]


admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("accounts/", include([page for page in account_urls if page.name in ACCOUNT_PAGES])),
    path("admin/", admin.site.urls),
    path("api/v1/", include((_offered("api", "api_urlpatterns"), "api"))),
    re_path("^api/", no_such_address),
    path("", include(_offered("urls", "urlpatterns"))),
]
