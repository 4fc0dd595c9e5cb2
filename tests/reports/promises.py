"""Agreements with credits over the months of `world`, and what each owes for January, by hand.

January of `api` and `web` together: 6,000 s down of 2,674,800 s measured, 3,600 s not measured, nothing excluded:
1 − 6,000 ÷ 2,674,800 = 2224/2229 = 99.7756…%. `api` alone, with a maintenance of 3,600 s accepted: 3,600 s of
2,671,200 s: 741/742 = 99.8652…%.

- bands-a, schedule A, target 99.9 %: in [99.5, 99.8), 5 % of 100.10 USD = 5.005 USD, half up 5.01
- bands-b, schedule B, target 99.95 %: in [99.5, 99.9), 10 % of 2,500.00 USD = 250.00
- kept, schedule C, target 99.5 %: met, nothing
- slope, `api`, target 99.95 %, 5 % for each percent below 99.9 %: 0.0347708…% below, 0.173854…% of 15,000,000 IDR =
  26,078.167 IDR
- begun, the same with `ceil` and a cap of 4 %: 5 %, capped, of 30,000 JPY (no decimals) = 1,200
- open, target 99.7 %: between 1 − 9,600 ÷ 2,678,400 = 99.6415 % and 99.7759 %; needs decision
"""

from tests.reports.world import YAML

AGREEMENTS = """
agreements:
  - id: bands-a
    customer: '=Bands & "Sons"'
    components: [api, web]
    target: 99.9%
    notice: 14d
    fee: 100.10 USD
    credit: {bands: [[99.5%, 99.8%, 5%], [99.0%, 99.5%, 10%], [0%, 99.0%, 25%]], cap: 25%}
    since: 2026-01-01
  - id: bands-b
    customer: Bravo
    components: [api, web]
    target: 99.95%
    notice: 14d
    fee: 2500.00 USD
    credit: {bands: [[0%, 99.0%, 25%], [99.9%, 99.95%, 5%], [99.5%, 99.9%, 10%], [99.0%, 99.5%, 15%]], cap: 25%}
    since: 2026-01-01
  - id: kept
    customer: Charlie
    components: [api, web]
    target: 99.5%
    notice: 14d
    fee: 1000.00 USD
    credit: {per: 5%, below: 99.5%, cap: 25%}
    since: 2026-01-01
  - id: slope
    customer: PT Delta Abadi
    components: [api]
    target: 99.95%
    fee: 15000000 IDR
    credit: {per: 5%, below: 99.9%, cap: 25%}
    since: 2026-01-01
  - id: begun
    customer: Echo
    components: [api]
    target: 99.95%
    fee: 30000 JPY
    credit: {per: 5%, below: 99.9%, step: ceil, cap: 4%}
    since: 2026-01-01
  - id: open
    customer: Foxtrot
    components: [api, web]
    target: 99.7%
    notice: 14d
    fee: 1000.00 USD
    credit: {per: 5%, below: 99.7%, cap: 25%}
    since: 2026-01-01
"""
PROMISES = YAML[: YAML.index("agreements:")] + AGREEMENTS.lstrip()

OWED = {
    "bands-a": ("owed", "5", "5.01", "USD"),
    "bands-b": ("owed", "10", "250.00", "USD"),
    "kept": ("nothing", "0", "0.00", "USD"),
    "slope": ("owed", "0.173854", "26078.17", "IDR"),
    "begun": ("owed", "4", "1200", "JPY"),
    "open": ("needs decision", None, None, "USD"),
}
"""State, percent, amount and currency of January."""
ACTUAL = {
    "bands-a": "99.7756",
    "bands-b": "99.7756",
    "kept": "99.7756",
    "slope": "99.8652",
    "begun": "99.8652",
    "open": "99.7756",
}
