"""Invented customers: a number gives always the same name, code and phone.

The phones are of no public range reserved for fiction; the demo never dials a real trunk.
"""

GIVEN = (
    "Alan", "Brenda", "Deysi", "Erick", "Hilda", "Iván", "Mirtha", "Néstor", "Norma", "Roger",
    "Segundo", "Teófila", "Zoila", "Ruperto", "Gladys", "Wilder", "Luzmila", "Edwin", "Nilda",
    "Marlon", "Yesenia", "Fidel", "Rosaura", "Jhonatan", "Magaly", "Ítalo", "Sonia", "Eber",
    "Dina", "Óscar",
)  # fmt: skip
SURNAMES = (
    "Arias Chipana", "Bravo Lazo", "Cabrera Ortiz", "Calle Yarlequé", "Huerta Salas",
    "Inga Rojas", "Loayza Peña", "Montes Ochoa", "Ñaupari Soto", "Ruiz Tuesta", "Tafur Rengifo",
    "Vera Cruzado", "Quiñones Lazarte", "Vilcapoma Ríos", "Sandoval Chero", "Atoche Farías",
    "Del Águila Pinedo", "Oré Gutiérrez", "Santa Cruz Vda. de Lara", "Zúñiga Béjar",
    "Ipanaqué Ruiz", "Aliaga Mayta", "Barrientos Cusi",
)  # fmt: skip
PREFIX = {"telandes": "TEL", "qori": "QOR", "lucuma": "LUC"}
#: they write by their accounts and leave no phone (E27)
WITHOUT_PHONE = frozenset({"messenger", "instagram", "webchat"})


def name(number: int) -> str:
    """Given name and two surnames."""
    return f"{GIVEN[number % len(GIVEN)]} {SURNAMES[number * 7 % len(SURNAMES)]}"


def code(company: str, number: int) -> str:
    """The contact's key in the base of that company."""
    return f"{PREFIX[company]}-{number}"


def phone(number: int) -> str:
    """A mobile number, ``+51 900 0xx xxx``."""
    return f"+51 900 0{number // 1000 % 100:02d} {number % 1000:03d}"
