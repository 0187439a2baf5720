"""The nouns of this app as the doors answer them."""

from beex.lib.api import ReadOnly
from telephony.models import Call
from workspace.serializers import ContactSerializer, IdentifierSerializer


class CallSerializer(ReadOnly):
    """``since``: of the state. ``contact_waits``: the agent's phone rings, not the contact's
    (D10). ``acw_until``: when the campaign's limit ends the after-call work."""

    contact = ContactSerializer()
    identifier = IdentifierSerializer()

    class Meta:
        model = Call
        fields = (
            "id",
            "user_id",
            "campaign_id",
            "strategy_id",
            "ticket_id",
            "direction",
            "contact",
            "identifier",
            "state",
            "since",
            "contact_waits",
            "manual",
            "started_at",
            "answered_at",
            "hung_up_at",
            "acw_until",
            "closed_at",
            "end_reason",
        )
