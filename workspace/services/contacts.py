"""Contacts as channels meet them."""

from django.db import IntegrityError, transaction

from workspace.models import Contact, ContactAddress, Identifier, Visitor

from .organization import contact_saved


@transaction.atomic(savepoint=False)
def contact_reached(identifier: Identifier, address: str, *, name: str, phone: str) -> Contact:
    """The contact whom the channel knows by this address; a new one when it is unknown (E27).
    What it says of itself fills what is not known yet."""
    company_id = identifier.campaign.company_id
    known = _known(company_id, identifier.channel, address)
    if known is None:
        try:
            with transaction.atomic():
                return _met(company_id, identifier, address, name, phone)
        except IntegrityError:  # its other message came in by another worker
            known = _known(company_id, identifier.channel, address)
            assert known is not None  # noqa: S101 - the constraint says it is there
    if (name and not known.name) or (phone and not known.phone):
        known.name, known.phone = known.name or name, known.phone or phone
        contact_saved(known)
    return known


def _known(company_id: int, channel: str, address: str) -> Contact | None:
    return Contact.objects.filter(
        addresses__company_id=company_id, addresses__channel=channel, addresses__value=address
    ).first()


def _met(company_id: int, identifier: Identifier, address: str, name: str, phone: str) -> Contact:
    contact = Contact.objects.create(company_id=company_id, name=name, phone=phone)
    ContactAddress.objects.create(
        contact=contact, company_id=company_id, channel=identifier.channel, value=address
    )
    if identifier.channel == "webchat":
        Visitor.objects.filter(pk=address, identifier=identifier).update(contact=contact)
    return contact
