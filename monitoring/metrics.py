"""GET /metrics: how the floor is, as numbers for Prometheus."""

import hmac
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily

from beex.lib import clock, live
from monitoring.engine import LEASE, stream
from monitoring.filters import CALLS, WEBPHONES
from monitoring.models import FloorDirty, FloorRow
from workspace.models import Status


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers of this moment; 404 for whoever is neither this machine nor brings
    ``METRICS_TOKEN``."""
    if not (_brings_token(request) or _is_this_machine(request)):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _brings_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, wanted)


def _is_this_machine(request: HttpRequest) -> bool:
    """Asked directly: a proxy on this machine speaks for others, and says so."""
    forwarded = {"X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"} & set(request.headers)
    try:
        return not forwarded and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _Floor:
    """What is counted, with a fixed number of queries."""

    def collect(self) -> Iterator[Metric]:
        """Every gauge; a state that nobody is in is zero, not absent."""
        statuses = dict.fromkeys(Status.objects.values_list("code", flat=True), 0)
        kinds = FloorRow.objects.filter(gone=False).values_list("status", "webphone", "call")
        groups = list(kinds.annotate(users=Count("pk")))
        for at, (name, states) in enumerate(
            (("status", statuses), ("webphone", WEBPHONES), ("call", CALLS))
        ):
            found = Counter(dict.fromkeys(states, 0))
            for group in groups:
                found[group[at]] += group[-1]
            gauge = GaugeMetricFamily(f"beex_users_by_{name}", f"Users by {name}", labels=[name])
            for state, users in found.items():
                gauge.add_metric([state], users)
            yield gauge
        yield from _engine()
        sockets = live.open_sockets()
        yield GaugeMetricFamily("beex_open_sockets", "Live sockets of this process", sockets)


def _engine() -> Iterator[Metric]:
    line = stream()
    yield GaugeMetricFamily("beex_floor_rev", "Newest revision of the floor", line.rev)
    yield GaugeMetricFamily("beex_floor_marks", "Marks not yet taken", FloorDirty.objects.count())
    if line.lease_until:
        age = (clock.now() - (line.lease_until - LEASE)).total_seconds()
        text = "Seconds since the engine last renewed its lease; absent when none leads"
        yield GaugeMetricFamily("beex_engine_lease_age_seconds", text, max(age, 0.0))


REGISTRY = CollectorRegistry()
REGISTRY.register(_Floor())
