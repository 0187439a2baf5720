"""People and what they work with, made as many as wanted. Used by tests, and by the demo for more
agents in the style of its cast."""

# mypy: disable-error-code="no-untyped-call"
from typing import Any

from factory.base import Factory
from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from monitoring.demo import roster
from monitoring.demo.roster import Person
from telephony.services.extensions import extension_set
from workspace.choices import Channel, Role, StrategyKind
from workspace.models import Campaign, Company, Contact, Identifier, Strategy, User
from workspace.services.people import user_create

#: extensions of made people begin here
FIRST_EXTENSION = 2001
AGENTS = [person for person in roster.cast() if person.role == Role.AGENT]
GIVEN = [person.first_names for person in AGENTS]
SURNAMES = [name for person in AGENTS for name in person.last_names.split() if len(name) > 3]


class PersonFactory(Factory[Person]):
    """An agent of the demo: campaigns, shift and desk as one of the cast has them, in turn, and
    a name put together from theirs."""

    class Meta:
        model = Person
        exclude = ("model", "number")

    number = Sequence(int)
    model = LazyAttribute(lambda made: AGENTS[made.number % len(AGENTS)])
    id = LazyAttribute(lambda made: f"x{made.number + 1:04}")
    username = LazyAttribute(lambda made: f"agente.{made.number + 1:04}")
    first_names = LazyAttribute(lambda made: GIVEN[made.number * 7 % len(GIVEN)])
    last_names = LazyAttribute(
        lambda made: " ".join(SURNAMES[made.number * step % len(SURNAMES)] for step in (11, 29))
    )
    extension = LazyAttribute(
        lambda made: str(FIRST_EXTENSION + made.number) if made.model.extension else None
    )
    campaigns = LazyAttribute(lambda made: made.model.campaigns)
    shift = LazyAttribute(lambda made: made.model.shift)
    desk = LazyAttribute(lambda made: made.model.desk)


def extras(count: int) -> list[Person]:
    """So many agents beside the cast, always the same."""
    PersonFactory.reset_sequence(0)
    people: list[Person] = PersonFactory.build_batch(count)
    return people


class CompanyFactory(DjangoModelFactory[Company]):
    class Meta:
        model = Company

    code = Sequence(lambda number: f"company-{number}")
    name = Sequence(lambda number: f"Empresa {number}")


class CampaignFactory(DjangoModelFactory[Campaign]):
    class Meta:
        model = Campaign

    code = Sequence(lambda number: f"campaign-{number}")
    name = Sequence(lambda number: f"Campaña {number}")
    company = SubFactory(CompanyFactory)
    acw_limit = 60


class StrategyFactory(DjangoModelFactory[Strategy]):
    class Meta:
        model = Strategy

    code = Sequence(lambda number: f"strategy-{number}")
    name = Sequence(lambda number: f"Estrategia {number}")
    campaign = SubFactory(CampaignFactory)
    kind = StrategyKind.PREDICTIVE


class IdentifierFactory(DjangoModelFactory[Identifier]):
    class Meta:
        model = Identifier

    code = Sequence(lambda number: f"identifier-{number}")
    alias = Sequence(lambda number: f"Línea {number}")
    value = Sequence(lambda number: f"+51 1 700 {number:04}")
    campaign = SubFactory(CampaignFactory)
    channel = Channel.VOICE


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    name = Sequence(lambda number: f"Contacto {number}")
    code = Sequence(lambda number: f"C-{number}")
    phone = Sequence(lambda number: f"+51 900 0{number % 100:02} 000")
    company = SubFactory(CompanyFactory)


class UserFactory(DjangoModelFactory[User]):
    """A registered person, made by the service that registers people. ``campaigns`` are ids;
    ``extension`` a number."""

    class Meta:
        model = User

    username = Sequence(lambda number: f"person-{number}")
    first_names = Sequence(lambda number: f"Persona {number}")
    last_names = "De Prueba"
    role = Role.AGENT

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        extension = kwargs.pop("extension", None)
        user = user_create(**kwargs)
        if extension:
            extension_set(user.pk, extension)
        return user
