"""Addresses of supervision."""

from django.urls import URLPattern, URLResolver, path, register_converter

from monitoring import views
from monitoring.export import export
from monitoring.metrics import metrics


class CardKind:
    """The hover cards there are."""

    regex = "user|campaigns|call|waiting|chats|chat"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CardKind, "card")

urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics", metrics, name="metrics"),
    path("account/sign-out/", views.sign_out, name="account_sign_out"),
    path("supervision/", views.start, name="supervision"),
    path("supervision/users/", views.users, name="supervision_users"),
    path("supervision/users/export/", export, name="supervision_export"),
    path("supervision/users/<id:pk>/", views.user, name="supervision_user"),
    path("supervision/cards/<card:kind>/<id:pk>/", views.card, name="supervision_card"),
]
