"""Scripted moments for demonstrations: what happens to whom, soon after the start."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from monitoring.demo import acts, rates
from monitoring.demo.floor import Agent
from monitoring.demo.plan import Plan
from monitoring.demo.rates import Outcome

#: virtual seconds before anything happens
SOON = 10.0


def _agent(plan: Plan, extension: str) -> Agent:
    return next(one for one in plan.floor.agents.values() if one.person.extension == extension)


def _bring(plan: Plan, agent: Agent) -> None:
    """He is here, whatever his shift says, and available."""
    if not agent.online:
        plan.shifts.come(agent, plan.timeline.now + 8 * rates.HOUR)
    plan.floor.later(agent, 2.0, partial(plan.floor.status, agent, "available"))


def _talk(plan: Plan, agent: Agent, length: float) -> None:
    """He is given a contact who talks for exactly so long, as soon as he can be."""
    floor = plan.floor
    if not agent.able:
        if agent.call is not None and agent.call_state in ("ringing", "talking"):
            floor.hang_up(agent, "hangup", 5.0)
        floor.later(agent, 2.0, partial(_talk, plan, agent, length))
        return
    campaign = agent.person.campaigns[0]
    floor.connect(agent, campaign, rates.VOICE[campaign].kind, Outcome(1, length, 0.001, 30))


def call_ends_on_hover(plan: Plan) -> None:
    """1001 talks for 20 s, again and again: hover over the call and see it end."""
    agent = _agent(plan, "1001")
    _bring(plan, agent)

    def again() -> None:
        _talk(plan, agent, 20.0)
        plan.timeline.after(60.0, again)

    plan.timeline.after(SOON, again)


def webphone_drop(plan: Plan) -> None:
    """1001 loses the network 40 s in a call, for 12 s."""
    agent, floor = _agent(plan, "1001"), plan.floor
    _bring(plan, agent)
    floor.later(agent, SOON, partial(_talk, plan, agent, 300.0))
    floor.later(agent, SOON + 40, partial(floor.webphone, agent, "connecting"))
    floor.later(agent, SOON + 52, partial(floor.webphone, agent, "connected"))


def status_other_tab(plan: Plan) -> None:
    """1002 opens a second tab and changes his status there, back and forth."""
    agent, floor = _agent(plan, "1002"), plan.floor
    _bring(plan, agent)
    tab = acts.SignIn(at=plan.timeline.now + SOON, person=agent.person.id, module="agenda")
    floor.later(agent, SOON, partial(floor.acts.append, tab))

    def again() -> None:
        floor.status(agent, "busy" if agent.status == "available" else "available")
        floor.later(agent, 15.0, again)

    floor.later(agent, SOON + 5, again)


def leave_platform(plan: Plan) -> None:
    """1003 signs out; the browser of 1004 dies, and half a minute later he is gone too."""
    floor = plan.floor
    leaver, lost = _agent(plan, "1003"), _agent(plan, "1004")
    for agent in (leaver, lost):
        _bring(plan, agent)
    floor.later(leaver, SOON, partial(floor.sign_out, leaver))
    floor.later(lost, SOON, partial(floor.vanish, lost))


def long_acw(plan: Plan) -> None:
    """1003 uses the whole limit after a call."""
    agent, floor = _agent(plan, "1003"), plan.floor
    _bring(plan, agent)
    campaign = agent.person.campaigns[0]

    def call() -> None:
        if agent.able:
            kind = rates.VOICE[campaign].kind
            floor.connect(agent, campaign, kind, Outcome(1, 10, 0.001, 100_000))
        else:
            floor.later(agent, 1.0, call)

    floor.later(agent, SOON, call)


def queue_peak(plan: Plan) -> None:
    """Twice as many contacts come for ten minutes."""
    floor = plan.floor

    def peak(factor: float) -> None:
        floor.peak = factor

    plan.timeline.after(SOON, partial(peak, 2.0))
    plan.timeline.after(SOON + 600, partial(peak, 1.0))


def same_name(plan: Plan) -> None:
    """Everybody who shares his name with another gets a call at the same moment."""
    for extension in ("1001", "1025", "1002", "1014", "1041", "1005", "1035", "1048"):
        agent = _agent(plan, extension)
        _bring(plan, agent)
        plan.floor.later(agent, SOON, partial(_talk, plan, agent, 120.0))


def many_chats(plan: Plan) -> None:
    """Everybody who attends chats gets as many as he may have."""
    for pool in plan.chats.values():
        for agent in pool.team:
            _bring(plan, agent)
            for _ in range(rates.CHAT_LIMIT):
                plan.timeline.after(SOON, pool.arrive)


def no_access(plan: Plan) -> None:
    """The module Supervisión is hidden from raul.maldonado, and shown again, every 20 s."""
    floor = plan.floor

    def turn(access: str, then: str) -> None:
        now = plan.timeline.now
        floor.acts.append(acts.SetAccess(at=now, person="u66", module="supervision", access=access))
        plan.timeline.after(20.0, partial(turn, then, access))

    turn("active", "hidden")


SCENARIOS: Mapping[str, Callable[[Plan], None]] = MappingProxyType(
    {
        "call-ends-on-hover": call_ends_on_hover,
        "leave-platform": leave_platform,
        "long-acw": long_acw,
        "many-chats": many_chats,
        "no-access": no_access,
        "queue-peak": queue_peak,
        "same-name": same_name,
        "status-other-tab": status_other_tab,
        "webphone-drop": webphone_drop,
    }
)
