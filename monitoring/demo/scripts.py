"""What contacts write and agents answer: scripts of a few lines, and small talk after them."""

from monitoring.demo.roster import read


def line(campaign: str, script: int, number: int) -> str:
    """The line ``number`` of a conversation: even ones are the contact's. ``script`` chooses
    one of the campaign's; when it is over they go on with small talk."""
    data = read("scripts.json")
    scripts = data[campaign]
    chosen: list[str] = scripts[script % len(scripts)]
    if number < len(chosen):
        return chosen[number]
    more = data["more"]
    talk: list[str] = more[(script + number // 2) % len(more)]
    return talk[number % 2]
