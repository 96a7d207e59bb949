"""Looks for every act after the drill: in the database, and of her texts as she gets them herself."""

from collections import Counter

import psycopg
from tools.availability.cluster import DATABASE, USER, Cluster
from tools.availability.people import Town, texts_of
from tools.availability.running import wait_until
from tools.availability.site import Site

_WORKING = "SELECT count(*)::text, count(*)::int FROM register_delivery WHERE state IN ('checking', 'delivering')"
_COUNTED = {
    "confirmation": "SELECT replace(version_id::text, '-', ''), count(*) FROM register_confirmation GROUP BY 1",
    "delivery": "SELECT replace(id::text, '-', ''), 1 FROM register_delivery WHERE state = 'delivered'",
    "file": """SELECT person, count(DISTINCT delivery_id) FROM register_deliveryline
        WHERE person LIKE 'drill%' GROUP BY 1""",
    # What came of the files: a colleague with her appointment, once.
    "colleague": """SELECT e.staff_number, count(*) FROM register_employee e
        JOIN register_appointment a ON a.employee_id = e.id WHERE e.staff_number LIKE 'drill%' GROUP BY 1""",
    "activation": """SELECT DISTINCT substr(i.subject, 5), 1 FROM accounts_identity i
        JOIN register_employee e ON e.account = i.account_id WHERE i.subject LIKE 'eid-%'""",
}


def there(cluster: Cluster, town: Town) -> dict[str, Counter[str]]:
    """How often each thing is there, by kind of act."""
    with psycopg.connect(cluster.url(), autocommit=True) as connected:

        def asked(statement: str) -> Counter[str]:
            return Counter(dict(connected.execute(statement.encode()).fetchall()))

        wait_until(lambda: asked(_WORKING) == Counter({"0": 0}), 120, lambda: "deliveries are not finished")
        found = {kind: asked(statement) for kind, statement in _COUNTED.items()}
    found["sign-in"], texts = Counter(), Counter[str]()
    for browser in town.browsers:
        later = town.browser(after=True)
        later.take_over(browser)
        if later.get("/sessies/").status == 200:
            found["sign-in"][later.session_key] += 1
            texts.update(texts_of(later) if browser.by == "eid" else [])
    found["entry"] = Counter({text: times for text, times in texts.items() if "\n" not in text})
    found["change"] = Counter({text: times for text, times in texts.items() if "\n" in text})
    return found


def connections(cluster: Cluster) -> int:
    """How many the register has to the primary now."""
    with psycopg.connect(cluster.url("postgres", DATABASE), autocommit=True) as connected:
        row = connected.execute(b"SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [USER]).fetchone()
    return int(row[0]) if row else 0


def invariants(site: Site) -> str:
    """`well`, or what the register finds wrong in itself."""
    try:
        site.manage("manage.py", "seal")
        site.manage("manage.py", "verify_audit")
        site.manage("manage.py", "check_invariants")
    except RuntimeError as error:
        return str(error)
    return "well"
