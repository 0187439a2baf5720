"""manage.py setup: a first owner, company and campaign, for an installation that is not a demo."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify

from workspace.choices import Module, ModuleAccess, Role
from workspace.models import Campaign, Company, Profile, User
from workspace.services.organization import campaign_saved, company_saved
from workspace.services.people import module_access_set, profile_saved, user_create

#: what the first profiles may use; the rest of the modules stays hidden
AGENT_MODULES = (Module.WORKSPACE, Module.AGENDA)
OWNER_MODULES = (
    *AGENT_MODULES,
    Module.SUPERVISION,
    Module.CRM,
    Module.OPERATIONS,
    Module.REPORTS,
    Module.SETTINGS,
    Module.TEAM,
)
PROFILES = (
    ("Owner", Role.OWNER, OWNER_MODULES),
    ("Administrador", Role.ADMIN, OWNER_MODULES),
    ("Agente", Role.AGENT, AGENT_MODULES),
)
#: option → what is asked for when it is missing
QUESTIONS = {
    "username": "User name of the owner",
    "first_names": "Given names",
    "last_names": "Surnames",
    "company": "First client company",
    "campaign": "First campaign",
}


class Command(BaseCommand):
    """Asks for what no option says. Refuses when there is an owner."""

    help = "Register the first owner, company and campaign."

    def add_arguments(self, parser: CommandParser) -> None:
        for option, question in QUESTIONS.items():
            parser.add_argument(f"--{option.replace('_', '-')}", help=question)
        parser.add_argument("--password-stdin", action="store_true", help="read it from stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(role=Role.OWNER).exists():
            raise CommandError("This installation has an owner already.")
        answers = {option: options[option] or _ask(QUESTIONS[option]) for option in QUESTIONS}
        password = sys.stdin.readline().strip() if options["password_stdin"] else _password()
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._register(answers, password)
        self.stdout.write(f"{answers['username']} can sign in now.")

    @transaction.atomic
    def _register(self, answers: dict[str, str], password: str) -> None:
        for name, role, modules in PROFILES:
            profile = Profile.objects.filter(name=name).first() or Profile(name=name, role=role)
            profile_saved(profile)
            module_access_set(profile, dict.fromkeys(modules, ModuleAccess.ACTIVE))
        company = Company(code=_code(answers["company"]), name=answers["company"])
        company_saved(company)
        campaign = Campaign(
            code=_code(answers["campaign"]), name=answers["campaign"], company=company
        )
        campaign_saved(campaign)
        user_create(
            username=answers["username"],
            password=password,
            first_names=answers["first_names"],
            last_names=answers["last_names"],
            role=Role.OWNER,
            profile=Profile.objects.get(name=PROFILES[0][0]),
            is_staff=True,
            is_superuser=True,
            campaigns=[campaign.pk],
        )


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"{question}: give it as an option, or run this at a terminal.")
    answer = ""
    while not answer:
        answer = input(f"{question}: ").strip()
    return answer


def _password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("Password: give --password-stdin, or run this at a terminal.")
    return getpass.getpass("Password: ")


def _code(name: str) -> str:
    code = slugify(name)[:50]
    if not code:
        raise CommandError(f'"{name}" is no name: it has no letters.')
    return code
