"""Addresses of the shell's own pages, and of the modules this version does not have."""

from django.urls import URLPattern, URLResolver, path

from workspace import views, webchat
from workspace.choices import Module
from workspace.sessions import SessionsView

#: modules without pages of their own; one leaves this list when its pages come
STUBS = (
    Module.TEAM,
    Module.OPERATIONS,
    Module.CRM,
    Module.AGENDA,
    Module.CONNECTIONS,
    Module.SETTINGS,
    Module.FLOWS,
    Module.PBX,
    Module.BILLING,
    Module.REPORTS,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("account/alive/", views.alive, name="account_alive"),
    path("accounts/sessions/", SessionsView.as_view(), name="usersessions_list"),
    path("account/preferences/", views.preferences, name="account_preferences"),
    path("webchat/<slug:widget>/", webchat.page, name="webchat_page"),
    path("webchat/<slug:widget>/embed.js", webchat.script, name="webchat_script"),
    path("workspace/", views.workspace_page, name="module_workspace"),
    *(
        path(f"{module.value}/", views.stub, {"module": module}, name=f"module_{module.value}")
        for module in STUBS
    ),
]
