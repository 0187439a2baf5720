"""Carries the plan's acts out, through the services of all apps: each act is one transaction.

The truth may have moved on (a call was captured, a ticket resolved by a person): a service that
refuses is right, and the act is forgotten.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, close_old_connections, transaction

from beex.lib.errors import Refused
from monitoring.demo import acts
from monitoring.demo.acts import Act
from monitoring.demo.cleaning import clean
from monitoring.demo.stock import Contacts, Directory
from monitoring.demo.talks import OpenChat, Talks
from telephony.models import Call
from telephony.services import calls, extensions
from workspace.models import Presence, Profile
from workspace.services import chats, people, presence, statuses, strategies, tickets
from workspace.services.handling import ticket_dispose
from workspace.services.messages import message_send
from workspace.services.presence import TabFact

log = logging.getLogger(__name__)

#: the name of our web process, which holds the tabs of simulated people
PROCESS = "simulator"


@dataclass(slots=True, kw_only=True)
class Case:
    """The rows of one matter."""

    person: str
    campaign: str
    ticket: int
    contact: int = 0
    call: int = 0
    chat: int = 0


class Effects:
    """The hands of the simulated people."""

    def __init__(self) -> None:
        self.directory = Directory()
        self.contacts = Contacts()
        self.talks = Talks(self.directory)
        self.process = presence.process_beat(PROCESS)
        #: who is really here: of them only what was simulated is ended
        self.hands_off: set[str] = set()
        self._tabs: dict[str, list[TabFact]] = {}
        self._facts: dict[uuid.UUID, TabFact] = {}
        self._cases: dict[int, Case] = {}
        #: chat → case
        self._chats: dict[int, int] = {}
        self._hands: dict[type[Act], Callable[[Any, datetime], None]] = {
            acts.SignOut: self._sign_out,
            acts.Lose: self._lose,
            acts.GiveUp: self._give_up,
            acts.Tidy: self._tidy,
            acts.Move: self._move,
            acts.SetStatus: self._set_status,
            acts.SetWebphone: self._set_webphone,
            acts.Enter: self._enter,
            acts.SetAccess: self._set_access,
            acts.Call: self._call,
            acts.Answer: self._answer,
            acts.HangUp: self._hang_up,
            acts.Finish: self._finish,
            acts.Chat: self._chat,
            acts.Arrive: self._arrive,
            acts.Write: self._write,
            acts.Select: self._select,
            acts.Reply: self._reply,
            acts.EndChat: self._end_chat,
            acts.FollowUp: self._follow_up,
            acts.Resolve: self._resolve,
        }

    def apply(self, done: Sequence[Act], moment: Callable[[float], datetime]) -> None:
        """Do these acts in their order; but whoever comes is here before anything is done.
        ``moment`` tells the real time of a virtual one."""
        for act in done:
            if isinstance(act, acts.SignIn) and act.person not in self.hands_off:
                self._sign_in(act, moment(act.at))
        self._write_tabs()
        for act in done:
            if not isinstance(act, acts.SignIn):
                self._do(act, moment(act.at))
        self._write_tabs()

    def _do(self, act: Act, at: datetime) -> None:
        if act.person in self.hands_off and not isinstance(act, acts.GiveUp | acts.HangUp):
            return
        try:
            self._hands[type(act)](act, at)
        except Refused as refused:
            log.debug("%s: %s", refused.code, act)
        except DatabaseError as error:
            log.warning("could not do %s: %s", act, error)
            close_old_connections()

    def beat(self) -> None:
        """Renew the lease of the simulated tabs; every 5 s."""
        presence.process_beat(PROCESS)

    def real_people(self) -> set[str]:
        """Who is on the platform from a real browser."""
        tabs = Presence.objects.filter(closed_at=None, process__eternal=False)
        persons = tabs.exclude(process_id=self.process).values_list("user__external_id", flat=True)
        return {person for person in persons if person is not None}

    def snapshot_is_here(self) -> bool:
        """Whether a stored moment has been loaded, and nothing has lived on it since."""
        return Presence.objects.filter(closed_at=None, process__eternal=True).exists()

    def start(self, persons: Iterable[str]) -> None:
        """Nobody of these is here yet, whatever an earlier run or a snapshot left."""
        users = [self.directory.users[person] for person in persons]
        ours = Presence.objects.filter(user_id__in=users, closed_at=None)
        facts = [
            TabFact(
                tab=tab.tab if tab.process_id == self.process else uuid.uuid4(),
                user_id=tab.user_id,
                session_key="",
                module=tab.module,
                place="",
                opened_at=tab.opened_at,
                focused_at=tab.focused_at,
                closed=True,
            )
            for tab in ours.filter(process__name=PROCESS) | ours.filter(process__eternal=True)
        ]
        presence.presence_apply(self.process, facts)
        clean(users)

    # --- tabs -----------------------------------------------------------------------------------

    def _sign_in(self, act: acts.SignIn, at: datetime) -> None:
        tab = TabFact(
            tab=uuid.uuid4(),
            user_id=self.directory.users[act.person],
            session_key="",
            module=act.module,
            place="",
            opened_at=at,
            focused_at=at,
        )
        self._tabs.setdefault(act.person, []).append(tab)
        self._facts[tab.tab] = tab

    def _move(self, act: acts.Move, at: datetime) -> None:
        """The tab he uses is the last he opened."""
        tabs = self._tabs.get(act.person)
        if tabs:
            tab = replace(tabs[-1], module=act.module, place=self._place(act.place), focused_at=at)
            tabs[-1] = self._facts[tab.tab] = tab

    def _place(self, place: str) -> str:
        if not place.startswith("case:"):
            return place
        case = self._cases.get(int(place.removeprefix("case:")))
        return f"ticket:{case.ticket}" if case else ""

    def _sign_out(self, act: Act, at: datetime) -> None:
        for tab in self._tabs.pop(act.person, ()):
            self._facts[tab.tab] = replace(tab, closed=True, lost_at=None)

    def _give_up(self, act: acts.GiveUp, at: datetime) -> None:
        self._sign_out(act, at)
        for number, case in list(self._cases.items()):
            if case.person == act.person and not case.chat:
                del self._cases[number]

    def _lose(self, act: acts.Lose, at: datetime) -> None:
        for tab in self._tabs.pop(act.person, ()):
            self._facts[tab.tab] = replace(tab, lost_at=at)

    def _tidy(self, act: acts.Tidy, at: datetime) -> None:
        clean([self.directory.users[act.person]])

    def _write_tabs(self) -> None:
        facts, self._facts = self._facts, {}
        if facts:
            try:
                presence.presence_apply(self.process, list(facts.values()))
            except DatabaseError as error:
                log.warning("could not write tabs: %s", error)
                close_old_connections()
                self._facts = {**facts, **self._facts}

    # --- himself --------------------------------------------------------------------------------

    def _set_status(self, act: acts.SetStatus, at: datetime) -> None:
        statuses.status_change(self.directory.users[act.person], act.code, at=at)

    def _set_webphone(self, act: acts.SetWebphone, at: datetime) -> None:
        extensions.webphone_change(self.directory.users[act.person], act.state, at=at)

    def _enter(self, act: acts.Enter, at: datetime) -> None:
        strategy = self.directory.strategies[act.campaign, act.kind]
        strategies.strategy_enter(self.directory.users[act.person], strategy, at=at)

    def _set_access(self, act: acts.SetAccess, at: datetime) -> None:
        profile = Profile.objects.get(users=self.directory.users[act.person])
        people.module_access_set(profile, {act.module: act.access})

    # --- calls ----------------------------------------------------------------------------------

    def _call(self, act: acts.Call, at: datetime) -> None:
        user_id = self.directory.users[act.person]
        try:
            self._begin(act, user_id, at)
        except Refused as refused:
            if refused.code == "on_call":  # what we forgot to end keeps him from working
                _free_line(user_id)
            raise

    @transaction.atomic
    def _begin(self, act: acts.Call, user_id: int, at: datetime) -> None:
        case = self._open(act)
        fields: dict[str, Any] = {
            "user_id": user_id,
            "campaign_id": self.directory.campaigns[act.campaign],
            "strategy_id": self.directory.strategies.get((act.campaign, act.kind)),
            "identifier_id": self.directory.lines[act.campaign, "voice"].pk,
            "direction": act.direction,
            "contact_id": case.contact,
            "ticket_id": case.ticket,
            "at": at,
        }
        if act.rings:
            call = calls.call_ring(contact_waits=act.waits, **fields)
        else:
            call = calls.call_connect(**fields)
        case.call = call.pk
        self._cases[act.case] = case

    def _open(self, act: acts.Call | acts.FollowUp) -> Case:
        contact = self.contacts.meet(self.directory.companies[act.campaign])
        ticket = tickets.ticket_open(
            self.directory.campaigns[act.campaign],
            contact,
            assignee_id=self.directory.users[act.person],
        )
        return Case(person=act.person, campaign=act.campaign, ticket=ticket.pk, contact=contact)

    def _answer(self, act: acts.Answer, at: datetime) -> None:
        if case := self._cases.get(act.case):
            calls.call_answer(case.call, at=at)

    def _hang_up(self, act: acts.HangUp, at: datetime) -> None:
        if case := self._cases.get(act.case):
            calls.call_hang_up(case.call, reason=act.reason, at=at)

    def _finish(self, act: acts.Finish, at: datetime) -> None:
        if case := self._cases.get(act.case):
            calls.call_finish(case.call, at=at)
            self._dispose(act, case)

    def _dispose(self, act: acts.Finish | acts.EndChat, case: Case) -> None:
        """How it went: one of the results of the campaign, always the same of a case."""
        if results := self.directory.results.get(case.campaign):
            user_id = self.directory.users[act.person]
            ticket_dispose(user_id, case.ticket, results[act.case % len(results)])

    # --- cases ----------------------------------------------------------------------------------

    def _arrive(self, act: acts.Arrive, at: datetime) -> None:
        self.talks.arrive(act.case, act.campaign, act.channel, act.direction)

    def _chat(self, act: acts.Chat, at: datetime) -> None:
        user_id = self.directory.users[act.person]
        chat = self.talks.given(act.case, act.campaign, act.channel, act.direction, user_id)
        self._attended(act.case, act.person, act.campaign, chat.ticket_id, chat.pk)

    def _attended(self, case: int, person: str, campaign: str, ticket: int, chat: int) -> None:
        self._cases[case] = Case(person=person, campaign=campaign, ticket=ticket, chat=chat)
        self._chats[chat] = case

    def _write(self, act: acts.Write, at: datetime) -> None:
        self.talks.write(act.case, act.line)

    def _select(self, act: acts.Select, at: datetime) -> None:
        if case := self._cases.get(act.case):
            chats.chat_touch(self.directory.users[act.person], case.chat, selected=True)

    def _reply(self, act: acts.Reply, at: datetime) -> None:
        if case := self._cases.get(act.case):
            text = self.talks.answer(act.case, case.campaign, act.line)
            message_send(self.directory.users[act.person], case.chat, uuid.uuid4(), text=text)

    def _end_chat(self, act: acts.EndChat, at: datetime) -> None:
        if case := self._cases.get(act.case):
            chats.chat_end(case.chat)
            self._dispose(act, case)

    def _follow_up(self, act: acts.FollowUp, at: datetime) -> None:
        self._cases[act.case] = self._open(act)

    def _resolve(self, act: acts.Resolve, at: datetime) -> None:
        case = self._cases.get(act.case)
        if case:
            self.forget(act.case)
            tickets.ticket_resolve(case.ticket, self.directory.users[act.person])

    def forget(self, number: int) -> None:
        """This matter is nothing of ours any more; its contact may come again."""
        case = self._cases.pop(number, None)
        if case and case.contact:
            self.contacts.part(self.directory.companies[case.campaign], case.contact)
        if case and case.chat:
            self._chats.pop(case.chat, None)
            self.talks.over(number)

    def case_of(self, chat: int) -> int | None:
        """The case of a conversation we have seen."""
        return self._chats.get(chat)

    def attended(self, new_case: Callable[[], int]) -> dict[int, OpenChat]:
        """The conversations people have, by case; ``new_case`` numbers those that are not of
        our making."""
        for case, chat in self.talks.found().items():
            self._chats[chat] = case
        found: dict[int, OpenChat] = {}
        for open_chat in self.talks.open_chats():
            case = self._chats.get(open_chat.id) or new_case()
            found[case] = open_chat
            known = self._cases.get(case)
            if known is None or known.person != open_chat.person:
                person, campaign = open_chat.person, open_chat.campaign
                self._attended(case, person, campaign, open_chat.ticket, open_chat.id)
        return found


def _free_line(user_id: int) -> None:
    live = Call.objects.filter(user_id=user_id, closed_at=None)
    for call in live.values_list("pk", flat=True):
        calls.call_hang_up(call, reason="forgotten")
        calls.call_finish(call)
