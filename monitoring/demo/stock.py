"""What the simulated floor needs from the database to act: who is who, and contacts to meet."""

from collections import deque

from monitoring.demo import contacts
from workspace.choices import TicketState
from workspace.models import (
    Campaign,
    Company,
    Contact,
    DispositionCode,
    Identifier,
    Strategy,
    User,
)

#: numbers of simulated contacts begin here
FIRST_CONTACT = 200_000
#: contacts made at a time, and how few must be left
MORE, FEW = 250, 50


class Directory:
    """Ids by the names the plan uses."""

    def __init__(self) -> None:
        people = User.objects.filter(is_active=True).values_list("external_id", "pk")
        self.users = {person: pk for person, pk in people if person is not None}
        self.campaigns: dict[str, int] = dict(Campaign.objects.values_list("code", "pk"))
        self.companies: dict[str, str] = dict(Campaign.objects.values_list("code", "company__code"))
        self.strategies: dict[tuple[str, str], int] = {
            (campaign, kind): pk
            for campaign, kind, pk in Strategy.objects.values_list("campaign__code", "kind", "pk")
        }
        self.lines: dict[tuple[str, str], Identifier] = {
            (line.campaign.code, line.channel): line
            for line in Identifier.objects.select_related("campaign")
        }
        self.results: dict[str, list[int]] = {}
        leaves = DispositionCode.objects.filter(children=None, is_active=True)
        for code, campaign in leaves.values_list("pk", "tree__campaigns__code"):
            if campaign is not None:
                self.results.setdefault(campaign, []).append(code)


class Contacts:
    """Contacts of each company whom one can call, and who have no matter open."""

    def __init__(self) -> None:
        self._companies: dict[str, int] = dict(Company.objects.values_list("code", "pk"))
        self._free: dict[str, deque[int]] = {}
        self._next: dict[str, int] = {}
        for code, pk in self._companies.items():
            self._load(code, pk)

    def _load(self, company: str, pk: int) -> None:
        prefix = contacts.code(company, 0).removesuffix("0")
        known = Contact.objects.filter(company_id=pk, code__startswith=prefix)
        self._free[company] = deque()
        self._next[company] = FIRST_CONTACT
        open_ = set(
            known.filter(tickets__isnull=False)
            .exclude(tickets__state=TicketState.RESOLVED)
            .values_list("pk", flat=True)
        )
        for contact, code in known.order_by("pk").values_list("pk", "code"):
            number = int((code or prefix + "0").removeprefix(prefix))
            if number >= FIRST_CONTACT:
                self._next[company] = max(self._next[company], number + 1)
                if contact not in open_:
                    self._free[company].append(contact)

    def meet(self, company: str) -> int:
        """A contact of that company."""
        if len(self._free[company]) < FEW:
            self._make(company)
        return self._free[company].popleft()

    def part(self, company: str, contact: int) -> None:
        """His matter is settled; he may come again."""
        self._free[company].append(contact)

    def _make(self, company: str) -> None:
        first = self._next[company]
        self._next[company] += MORE
        made = Contact.objects.bulk_create(
            Contact(
                company_id=self._companies[company],
                name=contacts.name(number),
                code=contacts.code(company, number),
                phone=contacts.phone(number),
            )
            for number in range(first, first + MORE)
        )
        self._free[company].extend(contact.pk for contact in made)
