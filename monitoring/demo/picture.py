"""The floor at one moment, told as the acts that lead to it."""

from monitoring.demo import acts
from monitoring.demo.acts import Act
from monitoring.demo.floor import UNAVAILABLE, Agent, Floor


def picture(floor: Floor) -> list[Act]:
    """Everybody who is here, with what he is doing and since when; old matters come last."""
    told: list[Act] = []
    here = [agent for agent in floor.agents.values() if agent.online and not agent.held]
    for agent in here:
        told += _himself(agent)
        told += _call(agent)
        told += _chats(agent, floor.now)
        told.append(_place(agent, floor.now))
    for agent in here:
        told += _follow_ups(agent, floor.now)
    return told


def _himself(agent: Agent) -> list[Act]:
    person, since = agent.person.id, agent.online_since
    told: list[Act] = [acts.SignIn(at=since, person=person, module=agent.home)]
    if agent.person.extension:
        told.append(acts.SetWebphone(at=since, person=person, state=agent.webphone))
    entered = max(since, agent.free_since)  # he waits since his last call, which is not told
    for campaign, kind in agent.kinds:
        told.append(acts.Enter(at=entered, person=person, campaign=campaign, kind=kind))
    if agent.status != UNAVAILABLE:
        told.append(acts.SetStatus(at=agent.status_since, person=person, code=agent.status))
    return told


def _call(agent: Agent) -> list[Act]:
    call = agent.call
    if call is None:
        return []
    told: list[Act] = [call]
    if call.rings and agent.call_state != "ringing":
        told.append(acts.Answer(at=agent.talking_since, person=call.person, case=call.case))
    if agent.call_state == "acw":
        told.append(acts.HangUp(at=agent.call_since, person=call.person, case=call.case))
    return told


def _chats(agent: Agent, now: float) -> list[Act]:
    person, told = agent.person.id, list[Act](agent.chats.values())
    if agent.focus is not None and agent.module == agent.home:
        told.append(acts.Select(at=now, person=person, case=agent.focus))
    return told


def _place(agent: Agent, now: float) -> Act:
    person = agent.person.id
    return acts.Move(at=now, person=person, module=agent.module, place=agent.place)


def _follow_ups(agent: Agent, now: float) -> list[Act]:
    person = agent.person
    return [
        acts.FollowUp(at=now, person=person.id, case=case, campaign=person.campaigns[0])
        for case in agent.carried
    ]
